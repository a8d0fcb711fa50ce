// A soft sound for a message that comes while nobody looks: off until the customer switches it on, and one sound over
// all tabs of this browser.

const BURST = 400;                        // ms: several messages at once are one sound, and a tab that is read says so
const NOTES = [[659, 0], [880, 0.11]];    // hertz, and seconds after the first
const LOUD = 0.08;

/** `seen()` is the number of the last message somebody has looked at, in any tab. */
export function openSound({ kept, alone, seen }) {
  let speaker = null;
  let due;

  function play() {
    speaker ??= new AudioContext();
    speaker.resume();                     // a page that was not touched yet has to stay silent; then this waits
    for (const [hertz, after] of NOTES) {
      const at = speaker.currentTime + after;
      const tone = new OscillatorNode(speaker, { frequency: hertz });
      const volume = new GainNode(speaker, { gain: 0 });
      volume.gain.linearRampToValueAtTime(LOUD, at + 0.01);
      volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.35);
      tone.connect(volume).connect(speaker.destination);
      tone.start(at);
      tone.stop(at + 0.36);
    }
  }

  return {
    get on() {
      return kept.get('sound') === true;
    },

    /** Switch it on or off for all tabs; on, it is heard at once. */
    set(on) {
      kept.set('sound', on || null);
      if (on) play();
    },

    /** Say that the message with this number has come. */
    ring(number) {
      clearTimeout(due);
      due = setTimeout(() => alone('sound', () => {
        if (!this.on || Math.max(seen(), kept.get('sounded') ?? 0) >= number) return;
        kept.set('sounded', number);
        play();
      }), BURST);
    },
  };
}
