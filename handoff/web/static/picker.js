/** One box to find things in: type, look at what fits, take it with Enter. Commands, articles, macros and cases. */

import { el, fill, icon, spoken } from "./dom.js";
import { counted, t } from "./words.js";

const dialog = document.getElementById("picker");
const input = dialog.querySelector("input");
const list = dialog.querySelector("[role=listbox]");
const view = dialog.querySelector(".picker-view");
const said = dialog.querySelector(".picker-said");
const PAUSE = 120;

let asked = null;
let items = [];
let at = 0;
let asking = 0;
let timer = null;

/**
 * Let the agent pick one. `find(words)` gives the items now or later: {key, title, aside?, group?, glyph?, keys?,
 * view?()}; title and aside are text or nodes, `view` what stands beside the list. `hint` says what Enter does,
 * `empty` what nothing found means. Resolves to {item, how} with how "take" (Enter) or "also" (Shift+Enter);
 * null when the agent thought better of it.
 */
export function pick({ title, hint, find, empty, words = "", wide = false }) {
  if (document.querySelector("dialog[open]")) return Promise.resolve(null);
  return new Promise((resolve) => {
    asked = { find, empty, resolve };
    dialog.classList.toggle("picker-wide", wide);
    dialog.querySelector("h2").textContent = title;
    input.placeholder = title;
    fill(dialog.querySelector(".picker-hint"), hint);
    input.value = words;
    items = [];
    fill(list);
    fill(view);
    fill(said);
    dialog.showModal();
    input.select();
    look();
  });
}

function finish(answer) {
  const { resolve } = asked;
  asked = null;
  clearTimeout(timer);
  if (dialog.open) dialog.close();
  resolve(answer);
}

async function look() {
  const turn = ++asking;
  const words = input.value.trim();
  const found = await asked.find(words);
  if (!asked || turn !== asking) return;
  items = found;
  at = 0;
  let group = null;
  fill(
    list,
    items.flatMap((item, i) => {
      const head = item.group && item.group !== group;
      group = item.group;
      return [head && el("li", { class: "picker-group", role: "presentation" }, item.group), option(item, i)];
    }),
  );
  fill(said, items.length ? spoken(counted(items.length, "{n} found", "{n} found in all")) : words && asked.empty);
  mark();
}

const option = (item, i) =>
  el(
    "li",
    {
      id: `picked-${i}`,
      role: "option",
      class: "picker-item",
      "aria-selected": "false",
      on: {
        click: (event) => finish({ item, how: event.shiftKey ? "also" : "take" }),
        pointermove: () => at !== i && mark(i),
      },
    },
    item.glyph && icon(item.glyph),
    el("span", { class: "picker-title" }, item.title),
    item.aside && el("span", { class: "picker-aside" }, item.aside),
    item.keys &&
      el(
        "span",
        { class: "picker-keys", "aria-hidden": "true" },
        item.keys.map((key) => el("kbd", {}, key)),
      ),
  );

function mark(to = at) {
  at = to;
  for (const node of list.querySelectorAll("[role=option]")) {
    const now = node.id === `picked-${at}`;
    node.setAttribute("aria-selected", String(now));
    if (now) node.scrollIntoView({ block: "nearest" });
  }
  if (items.length) input.setAttribute("aria-activedescendant", `picked-${at}`);
  else input.removeAttribute("aria-activedescendant");
  const shown = items[at]?.view?.();
  view.hidden = !shown;
  fill(view, shown);
}

input.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(look, PAUSE);
});
input.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
  if (step && items.length) {
    event.preventDefault();
    const next = Math.abs(step) === 1 ? (at + step + items.length) % items.length : at + step;
    mark(Math.max(0, Math.min(items.length - 1, next)));
  } else if (event.key === "Enter" && !event.isComposing) {
    event.preventDefault();
    if (items[at]) finish({ item: items[at], how: event.shiftKey ? "also" : "take" });
  }
});
// The event comes late: by then the box may be open again for another question.
dialog.addEventListener("close", () => asked && !dialog.open && finish(null));
dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
dialog.querySelector("form").addEventListener("submit", (event) => event.preventDefault());

/** Whether every word stands somewhere in the text. */
export function fits(text, words) {
  const whole = text.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => whole.includes(word));
}

/** What the box says while it waits for words. */
export const nothingYet = () => t("Nothing found. Try other words.");
