// Tells whoever has the case that the customer is writing: now and then while they do, and once when they stop.

const AGAIN = 4_000;                      // ms until the same is worth telling once more
const STILL = 8_000;                      // ms without a key after which nobody is writing

/** `tell(typing)` sends it, and may fail; `wanted()` is whether there is anybody to see it. */
export function openTyping({ box, tell, wanted }) {
  let toldAt = 0;                         // 0 while the customer is not writing, as far as anybody was told
  let timer;

  function stop() {
    clearTimeout(timer);
    if (toldAt) tell(false);
    toldAt = 0;
  }

  box.addEventListener('input', () => {
    if (!wanted()) return;
    if (!box.value.trim()) {
      stop();
      return;
    }
    clearTimeout(timer);
    timer = setTimeout(stop, STILL);
    if (Date.now() - toldAt < AGAIN) return;
    toldAt = Date.now();
    tell(true);
  });
  return { stop };
}
