/** Ways to tell an agent something without moving what they look at: live region, toasts, title badge, sound. */

import { el, fill, icon } from "./dom.js";
import { t } from "./words.js";

const SOUND = "firstline.desk.sound";
const TOAST_FOR = 9000;
const LEADING_FOR = 60_000;

const live = document.getElementById("live");
const toasts = document.getElementById("toasts");
const button = document.getElementById("sound");
const plainTitle = document.title;

/** Say it to screen readers, politely. */
export function announce(text) {
  live.textContent = "";
  setTimeout(() => (live.textContent = text), 50);
}

/** Say it to everyone, in a corner, for a few seconds; longer where it leads somewhere ({title, run}). */
export function toast(text, leads = null) {
  const node = el(
    "div",
    { class: "toast" },
    el("span", {}, text),
    leads &&
      el(
        "button",
        {
          type: "button",
          class: "toast-lead",
          on: {
            click: () => {
              node.remove();
              leads.run();
            },
          },
        },
        leads.title,
      ),
    el(
      "button",
      { type: "button", title: t("Close"), on: { click: () => node.remove() } },
      icon("close"),
      el("span", { class: "sr" }, t("Close")),
    ),
  );
  toasts.append(node);
  setTimeout(() => node.remove(), leads ? LEADING_FOR : TOAST_FOR);
}

/** "(3) Desk": how many wait for somebody, seen from another tab. */
export function badge(count, title) {
  document.title = (count ? `(${count}) ` : "") + (title ? `${title} · ` : "") + plainTitle;
}

let sound = null;

function showSound() {
  const on = sound !== null;
  button.setAttribute("aria-pressed", String(on));
  button.querySelector(".icon")?.remove();
  button.prepend(icon(on ? "bell" : "bellOff"));
}

/** Off until asked for; a browser lets a page sound only after a click anyway. */
export function offerSound() {
  button.addEventListener("click", () => {
    if (sound) {
      sound.close();
      sound = null;
    } else {
      sound = new AudioContext();
      chime();
    }
    localStorage.setItem(SOUND, sound ? "on" : "off");
    showSound();
  });
  if (localStorage.getItem(SOUND) === "on") {
    const wake = () => {
      if (!sound) sound = new AudioContext();
      showSound();
    };
    addEventListener("pointerdown", wake, { once: true });
    addEventListener("keydown", wake, { once: true });
  }
  showSound();
}

/** Two soft notes for a new case. */
export function chime() {
  if (!sound) return;
  for (const [pitch, delay] of [
    [660, 0],
    [880, 0.14],
  ]) {
    const at = sound.currentTime + delay;
    const tone = sound.createOscillator();
    const volume = sound.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, at);
    volume.gain.exponentialRampToValueAtTime(0.12, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.35);
    tone.connect(volume).connect(sound.destination);
    tone.start(at);
    tone.stop(at + 0.4);
  }
}

const bell = document.getElementById("notify");
const NOTIFY = "firstline.desk.notify";

const notifying = () =>
  "Notification" in window && Notification.permission === "granted" && localStorage.getItem(NOTIFY) === "on";

function showBell() {
  const on = notifying();
  bell.setAttribute("aria-pressed", String(on));
  bell.querySelector(".icon")?.remove();
  bell.prepend(icon(on ? "screen" : "screenOff"));
}

/** Off until asked for by the button; the browser asks the agent before it allows them. */
export function offerNotifications() {
  bell.hidden = !("Notification" in window);
  bell.addEventListener("click", async () => {
    if (notifying()) localStorage.setItem(NOTIFY, "off");
    else if ((await Notification.requestPermission()) === "granted") localStorage.setItem(NOTIFY, "on");
    else toast(t("Your browser does not allow notifications from this address. Its settings can change that."));
    showBell();
  });
  if (!bell.hidden) showBell();
}

/** Tell the agent who looks at something else; a click brings the desk back, and `opens()` the case. */
export function notify(title, text, tag, opens) {
  if (!notifying() || document.hasFocus()) return;
  const note = new Notification(title, { body: text, tag });
  note.addEventListener("click", () => {
    window.focus();
    note.close();
    opens();
  });
}

/** The line to the server, in words and a shape. */
export function showStanding(standing) {
  const node = document.querySelector(".standing");
  node.dataset.standing = standing;
  fill(node.querySelector(".standing-text"), { live: t("Live"), lost: t("Reconnecting…") }[standing]);
}
