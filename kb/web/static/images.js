// Pictures: picked, pasted or dropped; each asks what it shows before it goes into the text.

import { send } from "./api.js";
import { openDialog } from "./dialogs.js";
import { $, say } from "./page.js";
import { type } from "./writing.js";

const KINDS = ["image/png", "image/jpeg", "image/webp", "image/gif"];

/** `room` is the writing room as room.js makes it. */
export function openImages(room) {
  async function take(file) {
    if (!KINDS.includes(file.type)) {
      room.explain({ message: say("notAPicture") });
      return;
    }
    const at = $("body").selectionStart;
    room.standing(say("uploading"));
    let kept;
    try {
      kept = await send(`/images?${new URLSearchParams({ name: file.name })}`, file);
    } catch (problem) {
      room.explain(problem);
      return;
    }
    room.standing("");
    $("thumb").src = kept.url;
    [$("thumb").width, $("thumb").height] = [kept.width, kept.height];
    $("alt").value = "";
    $("alt").disabled = $("decoration").checked = false;
    $("alt").required = true;
    const put = await openDialog("picturing", () => Promise.resolve());
    $("thumb").removeAttribute("src");
    if (!put) return;
    const words = $("decoration").checked ? "" : $("alt").value.trim().replace(/[[\]\\]/g, "\\$&");
    const before = $("body").value.slice(0, at);
    const apart = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
    type(`${apart}![${words}](${kept.url})\n\n`, at, at);
  }
  async function takeAll(files) {
    for (const file of files) await take(file);
  }

  $("decoration").addEventListener("change", () => {
    $("alt").disabled = $("decoration").checked;
    $("alt").required = !$("decoration").checked;
  });
  $("file").addEventListener("change", () => {
    const files = [...$("file").files];
    $("file").value = "";
    takeAll(files);
  });
  $("body").addEventListener("paste", (event) => {
    const files = [...event.clipboardData.files];
    if (!files.length) return;
    event.preventDefault();
    takeAll(files);
  });
  $("body").addEventListener("dragover", (event) => {
    if (event.dataTransfer.types.includes("Files")) event.preventDefault();
  });
  $("body").addEventListener("drop", (event) => {
    const files = [...event.dataTransfer.files];
    if (!files.length) return;
    event.preventDefault();
    takeAll(files);
  });
}
