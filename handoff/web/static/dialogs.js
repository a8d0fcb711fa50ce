/** The dialogs (native <dialog>: focus stays inside, Esc closes). Each asks, and gives back its form's fields. */

import { el, fill } from "./dom.js";

const find = (id) => document.getElementById(id);

for (const dialog of document.querySelectorAll("dialog:not(#picker)")) {
  dialog.querySelector("[value=cancel]")?.addEventListener("click", () => dialog.close(""));
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close("");
  });
}

/**
 * Ask, and resolve to the form's fields (with `choice`, the value of the button that was pressed), or to null
 * when the agent thought better of it. `prepare(form, dialog)` may fill it in first.
 */
export function ask(id, prepare = () => {}) {
  const dialog = find(id);
  if (document.querySelector("dialog[open]")) return Promise.resolve(null);
  const form = dialog.querySelector("form");
  form.reset();
  prepare(form, dialog);
  dialog.returnValue = "";
  dialog.showModal();
  const first = "[autofocus]:not(:disabled), :checked:not(option), textarea, input:not([type=hidden]), select";
  (form.querySelector(first) || form.querySelector("button")).focus();
  return new Promise((resolve) => {
    dialog.addEventListener(
      "close",
      () => {
        const choice = dialog.returnValue;
        resolve(choice ? { ...Object.fromEntries(new FormData(form)), choice } : null);
      },
      { once: true },
    );
  });
}

/** A choice of a radio group: what it is, and a line about it. */
export const radio = (name, value, title, hint, checked = false) =>
  el(
    "label",
    {},
    el("input", { type: "radio", name, value, checked, required: true }),
    el("span", {}, el("strong", {}, title), hint && el("small", {}, hint)),
  );

/** Give a dialog its lead sentence. */
export const lead = (dialog, ...said) => fill(dialog.querySelector(".dialog-lead"), said);

/** The session is over: nothing else can be done, so this one can't be dismissed. */
export function showSignedOut() {
  const dialog = find("signed-out-dialog");
  if (dialog.open) return;
  for (const other of document.querySelectorAll("dialog[open]")) other.close("");
  find("sign-in-again").search = `?next=${encodeURIComponent(location.pathname)}`;
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.showModal();
}
