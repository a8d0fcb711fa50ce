// The Markdown tools. They type as the editor would, so that undo works and the page hears of it by `input`.

import { $, roam, say } from "./page.js";

/** Put text in place of what is from `from` to `to`. */
export function type(text, from, to) {
  const body = $("body");
  body.focus();
  body.setSelectionRange(from, to);
  if (!document.execCommand("insertText", false, text)) {
    body.setRangeText(text, from, to, "end");
    body.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
}
function wrap(before, after, empty) {
  const { selectionStart: from, selectionEnd: to, value } = $("body");
  const inner = value.slice(from, to) || empty;
  type(before + inner + after, from, to);
  $("body").setSelectionRange(from + before.length, from + before.length + inner.length);
}
function lead(mark) {
  const { selectionStart, selectionEnd, value } = $("body");
  const from = value.lastIndexOf("\n", selectionStart - 1) + 1;
  const end = value.indexOf("\n", selectionEnd);
  const to = end < 0 ? value.length : end;
  const bare = value.slice(from, to).split("\n").map((line) => line.replace(/^(#+ |[-*] |\d+\. |> )/, ""));
  const marked = bare.map((line, place) => mark(place) + line).join("\n");
  type(marked === value.slice(from, to) ? bare.join("\n") : marked, from, to);
}
export const TOOLS = {
  heading: () => lead(() => "## "), bold: () => wrap("**", "**", say("boldText")), italic: () => wrap("*", "*", say("italicText")),
  link: () => wrap("[", "](https://)", say("linkText")), list: () => lead(() => "- "), steps: () => lead((place) => `${place + 1}. `),
  image: () => $("file").click(), quote: () => lead(() => "> "), code: () => wrap("`", "`", say("codeText")),
};
const tools = [...document.querySelectorAll("[data-tool]")];
for (const tool of tools) {
  tool.addEventListener("click", () => TOOLS[tool.dataset.tool]());
  tool.addEventListener("keydown", (event) => roam(event, tools));
}
$("body").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.shiftKey || event.isComposing) return;
  const { selectionStart: at, selectionEnd, value } = $("body");
  const from = value.lastIndexOf("\n", at - 1) + 1;
  const item = /^(\s*)([-*]|(\d+)\.) (.*)$/.exec(value.slice(from, at));
  if (!item || at !== selectionEnd) return;
  event.preventDefault();
  if (!item[4]) {
    $("body").setSelectionRange(from, at);
    document.execCommand("delete");
  } else {
    type(`\n${item[1]}${item[3] ? `${Number(item[3]) + 1}.` : item[2]} `, at, at);
  }
});
