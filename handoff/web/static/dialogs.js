/** The dialogs (native <dialog>: focus stays inside, Esc closes) and the keys that open things. */

const find = (id) => document.getElementById(id);

for (const dialog of document.querySelectorAll("dialog")) {
  dialog.querySelector("[value=cancel]")?.addEventListener("click", () => dialog.close(""));
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close("");
  });
}

/** Ask, and resolve to the form's fields, or to null when the agent thought better of it. */
function ask(id) {
  const dialog = find(id);
  if (document.querySelector("dialog[open]")) return Promise.resolve(null);
  const form = dialog.querySelector("form");
  form.reset();
  dialog.returnValue = "";
  dialog.showModal();
  (form.querySelector(":checked, textarea, input") || form.querySelector("button")).focus();
  return new Promise((resolve) => {
    dialog.addEventListener(
      "close",
      () => resolve(dialog.returnValue === "ok" ? Object.fromEntries(new FormData(form)) : null),
      { once: true },
    );
  });
}

export const askOutcome = () => ask("resolve-dialog");
export const askReturn = () => ask("return-dialog");
export const showKeys = () => ask("keys-dialog");

/** The session is over: nothing else can be done, so this one can't be dismissed. */
export function showSignedOut() {
  const dialog = find("signed-out-dialog");
  if (dialog.open) return;
  for (const other of document.querySelectorAll("dialog[open]")) other.close("");
  find("sign-in-again").search = `?next=${encodeURIComponent(location.pathname)}`;
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.showModal();
}

/**
 * Listen for the shortcuts: `acts` maps "j", "k", "e", "l", "p" (with Alt) and "?" to what they do. The letter is
 * read from the key's place, because Alt changes the character on some keyboards.
 */
export function listen(acts) {
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    const writing = event.target.closest("input, textarea, select");
    const letter = event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : "";
    const alone = event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    const act = alone ? acts[letter] : event.key === "?" && !writing ? acts["?"] : null;
    if (!act) return;
    event.preventDefault();
    act();
  });
}
