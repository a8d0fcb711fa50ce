/** Whether this agent is online, busy or away: what they chose, and what it means for who comes to them. */

import { toast } from "./alerts.js";
import { fill } from "./dom.js";
import { read, Refused, send } from "./server.js";
import { standingWord, t } from "./words.js";

const menu = document.getElementById("status");
const word = menu.querySelector(".status-word");
const load = menu.querySelector(".status-load");
const hint = document.querySelector(".away-hint");
const choices = [...menu.querySelectorAll("[data-status]")];

let now = null;

function show(seat) {
  now = seat;
  menu.dataset.status = seat.status;
  hint.hidden = seat.status !== "away";
  fill(word, standingWord(seat.status));
  fill(load, t("{open} of {capacity} chats are yours.", seat));
  for (const each of choices) each.setAttribute("aria-checked", String(each.dataset.status === seat.status));
}

/** The seat as the stream tells it. */
export const hearSeat = (seat) => show({ ...now, ...seat });

/** Ask how things stand; a seat that can't be asked for keeps what is shown. */
export async function readSeat() {
  try {
    show(await read("/api/me"));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
}

export async function setStatus(status) {
  const before = now;
  if (now) show({ ...now, status });
  try {
    show({ ...now, ...(await send("/api/me/status", { status })) });
    toast(
      {
        online: t("You are online. New cases come to you."),
        busy: t("You are busy. Nothing new comes to you."),
        away: t("You are away. Customers who wait for you go to somebody else."),
      }[status],
    );
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (before) show(before);
    toast(error.message);
  }
}

document.querySelector(".go-online").addEventListener("click", () => setStatus("online"));

for (const [i, each] of choices.entries()) {
  each.addEventListener("click", () => {
    menu.open = false;
    menu.querySelector("summary").focus();
    setStatus(each.dataset.status);
  });
  each.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    choices[(i + step + choices.length) % choices.length].focus();
  });
}
