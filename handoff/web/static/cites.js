/** Where a line comes from: the numbers of its messages, as buttons that show them. */

import { el, spoken } from "./dom.js";
import { t } from "./words.js";

/** Above this a last word may be parted from its numbers, or it would push the line out of the pane. */
const LONG_WORD = 30;

/** The buttons of some messages; `show(number)` brings one into view. */
export const cites = (messages, show) =>
  el(
    "span",
    { class: "cites" },
    messages.map((number) =>
      el(
        "button",
        {
          type: "button",
          class: "cite",
          title: t("Show message {n}", { n: number }),
          on: { click: () => show(number) },
        },
        el("span", { "aria-hidden": "true" }, String(number)),
        spoken(t("Show message {n}", { n: number })),
      ),
    ),
  );

/** Words and their sources; a line break does not part the last word from its numbers. */
export function cited(text, messages, show) {
  const from = text.lastIndexOf(" ") + 1;
  const last = text.slice(from);
  return [text.slice(0, from), el("span", { class: last.length < LONG_WORD && "cited" }, last, cites(messages, show))];
}
