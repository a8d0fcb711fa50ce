/** Times as people say them, in the reader's zone and language; the exact one on hover and for screen readers. */

import { el, spoken } from "./dom.js";
import { locale, t } from "./words.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The page's language as the reader's region writes it: English on a British machine has no "PM". */
const region = navigator.languages.find((each) => each.split("-")[0] === locale) || locale;

const exact = new Intl.DateTimeFormat(region, { dateStyle: "full", timeStyle: "medium" });
const hourAndMinute = new Intl.DateTimeFormat(region, { hour: "2-digit", minute: "2-digit" });
const dayAndMinute = new Intl.DateTimeFormat(region, { dateStyle: "medium", timeStyle: "short" });
const weekday = new Intl.DateTimeFormat(region, { weekday: "long", day: "numeric", month: "long" });
const ago = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
const unit = (name) => new Intl.NumberFormat(locale, { style: "unit", unit: name, unitDisplay: "short" });
const minutes = unit("minute");
const hours = unit("hour");
const days = unit("day");

let skew = 0;

/** Keep the server's clock, so that a wrong clock on this machine shows no false deadline. */
export function setServerTime(now) {
  skew = Date.parse(now) - Date.now();
}

export const serverNow = () => Date.now() + skew;

/** A duration in its largest sensible unit: "4 min", "2 hr", "3 days". */
function span(ms) {
  const length = Math.abs(ms);
  if (length < HOUR) return minutes.format(Math.max(1, Math.round(length / MINUTE)));
  if (length < 2 * DAY) return hours.format(Math.round(length / HOUR));
  return days.format(Math.round(length / DAY));
}

function relative(at) {
  const past = serverNow() - at;
  if (past < MINUTE) return t("just now");
  if (past < HOUR) return ago.format(-Math.floor(past / MINUTE), "minute");
  if (past < DAY) return ago.format(-Math.floor(past / HOUR), "hour");
  return ago.format(-Math.floor(past / DAY), "day");
}

const STYLES = {
  /** "4 min": how long ago, short enough for a queue. */
  age: (at) => (serverNow() - at < MINUTE ? t("now") : span(serverNow() - at)),
  ago: relative,
  clock: (at) => hourAndMinute.format(at),
  until: (at) => until(new Date(at).toISOString()),
  moment: (at) => dayAndMinute.format(at),
};

/** How far off a coming moment is, in words: "in 40 min", "tomorrow". */
export function until(iso) {
  const left = Date.parse(iso) - serverNow();
  if (left < HOUR) return ago.format(Math.max(0, Math.round(left / MINUTE)), "minute");
  if (left < DAY) return ago.format(Math.round(left / HOUR), "hour");
  return ago.format(Math.round(left / DAY), "day");
}

/** A <time> that keeps itself up to date. `style`: age | ago | clock | until | moment. */
export function time(iso, style = "ago") {
  const at = Date.parse(iso);
  return el(
    "time",
    { datetime: iso, title: exact.format(at), data: { style } },
    el("span", { "aria-hidden": "true" }, STYLES[style](at)),
    spoken(exact.format(at)),
  );
}

/** Which day a moment belongs to, in words; equal words are the same day. */
export function day(iso) {
  const at = new Date(iso);
  const today = new Date(serverNow());
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
  if (at.toDateString() === today.toDateString()) return t("Today");
  if (at.toDateString() === yesterday.toDateString()) return t("Yesterday");
  const text = weekday.format(at);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** How a deadline stands: {tone: "calm" | "warn" | "bad", text, at}; null once the case is resolved. */
export function deadline(row) {
  if (row.status === "resolved") return null;
  const reply = row.first_replied_at === null;
  const at = Date.parse(reply ? row.first_reply_by : row.resolve_by);
  const left = at - serverNow();
  const length = at - Date.parse(row.opened_at);
  const tone = left < 0 ? "bad" : left < Math.max(5 * MINUTE, Math.min(length / 5, HOUR)) ? "warn" : "calm";
  const say =
    left < 0
      ? reply
        ? t("first reply {time} late")
        : t("resolution {time} late")
      : reply
        ? t("first reply in {time}")
        : t("resolve in {time}");
  return { tone, text: say.replace("{time}", span(left)), at: exact.format(at) };
}

/** Bring every <time> on the page up to date, and call `also` for what else depends on the clock. */
export function keepTime(also) {
  setInterval(() => {
    for (const node of document.querySelectorAll("time[data-style]")) {
      const said = STYLES[node.dataset.style](Date.parse(node.dateTime));
      if (node.firstChild.textContent !== said) node.firstChild.textContent = said;
    }
    also();
  }, 15_000);
}
