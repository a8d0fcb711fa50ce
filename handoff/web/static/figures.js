/** The agent's own figures of the day, for the moment when nothing is open. */

import { el, fill } from "./dom.js";
import { read, Refused } from "./server.js";
import { locale, t } from "./words.js";

const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
const minutes = new Intl.NumberFormat(locale, {
  style: "unit",
  unit: "minute",
  unitDisplay: "short",
  maximumFractionDigits: 0,
});
const seconds = new Intl.NumberFormat(locale, {
  style: "unit",
  unit: "second",
  unitDisplay: "short",
  maximumFractionDigits: 0,
});

/** A duration in ISO 8601 ("PT1M34S"), in seconds. */
function secondsOf(duration) {
  const [, days = 0, hours = 0, ofMinutes = 0, rest = 0] =
    /^P(?:([\d.]+)D)?(?:T(?:([\d.]+)H)?(?:([\d.]+)M)?(?:([\d.]+)S)?)?$/.exec(duration) || [];
  return Number(days) * 86_400 + Number(hours) * 3600 + Number(ofMinutes) * 60 + Number(rest);
}

function span(duration) {
  if (duration === null) return "–";
  const length = secondsOf(duration);
  return length < 90 ? seconds.format(length) : minutes.format(length / 60);
}

/** Such as "4.5 (3)": the median, and of how many. */
function rating({ score, rated }) {
  return score === null ? "–" : `${number.format(score)} (${number.format(rated)})`;
}

const taken = (figures) => Object.values(figures.taken).reduce((sum, n) => sum + n, 0);

const FIGURES = [
  [t("cases taken"), (figures) => number.format(taken(figures))],
  [t("replies sent"), (figures) => number.format(figures.replied)],
  [t("cases resolved"), (figures) => number.format(figures.resolved)],
  [t("median first reply"), (figures) => span(figures.first_reply)],
  [t("asked again"), (figures) => number.format(figures.reasks)],
  [t("median rating, of 5"), rating],
];

/** When this day began on the reader's clock. */
function midnight() {
  const at = new Date();
  at.setHours(0, 0, 0, 0);
  return at.toISOString();
}

/** Fill the list with what the agent did today; it stays as it is when that can't be asked. */
export async function showFigures(place) {
  let figures;
  try {
    ({ figures } = await read(`/api/figures?since=${encodeURIComponent(midnight())}`));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return;
  }
  fill(
    place,
    FIGURES.map(([said, shown]) => el("div", {}, el("dt", {}, said), el("dd", {}, shown(figures)))),
  );
  place.hidden = false;
}
