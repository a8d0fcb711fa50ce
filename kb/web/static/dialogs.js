// Small dialogs: one question, one deed. What was typed stays until the deed is done.

import { $ } from "./page.js";

/** Open the dialog; `deed()` is awaited when it is confirmed, and what it throws is shown in it. Resolves to whether it was done. */
export function openDialog(id, deed) {
  const dialog = $(id);
  const form = dialog.querySelector("form");
  const refusal = dialog.querySelector(".refusal");
  refusal.hidden = true;
  return new Promise((settled) => {
    const gone = new AbortController();
    const leave = (done) => {
      gone.abort();
      dialog.close();
      settled(done);
    };
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        await deed();
        leave(true);
      } catch (problem) {
        refusal.textContent = problem.message ?? String(problem);
        refusal.hidden = false;
      }
    }, gone);
    dialog.querySelector("[data-close]").addEventListener("click", () => leave(false), gone);
    dialog.addEventListener("cancel", () => leave(false), gone);
    dialog.showModal();
  });
}
