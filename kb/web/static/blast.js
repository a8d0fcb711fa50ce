// The blast radius: what publishing, archiving or deleting does to customers' last questions, before it is done.

import { ask } from "./api.js";
import { render } from "./page.js";

const NOT_TOO_OFTEN = 400;  // ms between two looks at a preview that takes longer

/** Show what would change and let the editor decide; true: go on.
 *  facts: {verb: "publish" | "archive" | "delete", articles: [id, …]}, stored as they are to be. */
export async function confirmPublish({ verb = "publish", articles }) {
  const dialog = document.getElementById("blast");
  await dressed();
  for (const word of dialog.querySelectorAll("[data-verb]")) word.hidden = word.dataset.verb !== verb;
  const before = document.activeElement;
  const decided = new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue === "go"), { once: true }));
  dialog.returnValue = "";
  clear(dialog);
  dialog.showModal();
  dialog.querySelector("[data-go]").focus();
  preview(dialog, verb, articles);
  const go = await decided;
  clear(dialog);
  // A button in a menu that has closed has lost its focus to the page: then the text is where to go on.
  (before === document.body ? document.getElementById("main") : before)?.focus();
  return go;
}

function clear(dialog) {
  dialog.querySelector("[data-result]").replaceChildren();
  dialog.querySelector("progress").hidden = true;
  dialog.querySelector("#blast-status").textContent = "";
}

/** Ask until it is worked out, or the dialog is closed. */
async function preview(dialog, verb, articles) {
  const status = dialog.querySelector("#blast-status");
  const bar = dialog.querySelector("progress");
  status.textContent = status.dataset.asking;
  bar.hidden = false;
  bar.removeAttribute("value");
  try {
    let found = await ask("POST", "/blast", { verb, articles });
    while (!found.html && dialog.open) {
      if (found.of) {
        Object.assign(bar, { max: found.of, value: found.done });
        status.textContent = status.dataset.progress.replace("{done}", found.done).replace("{of}", found.of);
      }
      await new Promise((wake) => setTimeout(wake, NOT_TOO_OFTEN));
      if (dialog.open) found = await ask("GET", `/blast/${found.job}`);
    }
    if (!dialog.open) return;
    render(dialog.querySelector("[data-result]"), found.html);
    status.textContent = "";
    const sum = dialog.querySelector("#blast-sum");
    status.append(sum);  // said aloud, since it is what the dialog is for
  } catch (problem) {
    if (dialog.open) status.textContent = problem.status === 401 ? problem.message : status.dataset.failed;
  }
  bar.hidden = true;
}

/** The dialog's own stylesheet, fetched with its first use. */
let sheet = null;
function dressed() {
  sheet ??= new Promise((ready) => {
    const link = document.createElement("link");
    Object.assign(link, { rel: "stylesheet", href: new URL("blast.css", import.meta.url), onload: ready, onerror: ready });
    document.head.append(link);
  });
  return sheet;
}
