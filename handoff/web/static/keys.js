/** The keys that do things, wherever the focus is. */

/**
 * Listen for them: `acts` maps "alt+j", "ctrl+alt+e", "ctrl+k", "?" and "/" to what they do. The letter is read
 * from the key's place, because Alt changes the character on some keyboards; a bare character is one that was
 * typed, and counts only where nobody is writing.
 */
export function listen(acts) {
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]") || event.isComposing) return;
    // AltGr writes characters: on some keyboards it looks like Ctrl+Alt.
    if (event.getModifierState("AltGraph")) return;
    const writing = event.target.closest("input, textarea, select, [contenteditable]");
    const letter = event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : null;
    const held = [
      (event.ctrlKey || event.metaKey) && "ctrl",
      event.altKey && "alt",
      event.shiftKey && letter && "shift",
    ].filter(Boolean);
    const pressed = held.length && letter ? [...held, letter].join("+") : event.key;
    const bare = held.length === 0 || !letter;
    const act = bare && writing ? null : acts[pressed];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
