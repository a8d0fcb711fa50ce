/** What stands between a reply and its sending: a fact that is known already, or a variable left unfilled. */

import { el, fill, icon } from "./dom.js";
import { bdi } from "./markup.js";
import { Refused, send } from "./server.js";
import { factWord, t } from "./words.js";

/** Nobody waits longer than this to have a reply looked at. */
const PATIENCE = 1500;

/** The questions of a text that ask for what the case file holds; none when that can't be told in time. */
export async function asksAgain(number, text) {
  try {
    const { reasks } = await send(`/api/cases/${number}/check`, { text }, AbortSignal.timeout(PATIENCE));
    return reasks;
  } catch (error) {
    if (error instanceof Refused || error.name === "TimeoutError") return [];
    throw error;
  }
}

/** The bar above the send button; it asks, and never forbids. */
export class Gate {
  constructor(form) {
    this.bar = form.querySelector(".gate");
  }

  close() {
    this.bar.hidden = true;
    fill(this.bar);
  }

  /** Known already: `insert(value)` puts it into the box, `anyway()` sends the words as they are. */
  known(reasks, { insert, anyway }) {
    const [first] = reasks;
    this.show(
      "eye",
      [
        t("You have this already:"),
        " ",
        factWord(first.fact).toLowerCase(),
        " ",
        el("strong", {}, bdi(first.value)),
        ", ",
        t("message {n}.", { n: first.message }),
      ],
      [
        [t("Insert it"), () => insert(first), true],
        [t("Send anyway"), anyway],
      ],
    );
  }

  /** Unfilled: these would be sent as they stand, with their braces. */
  unfilled(names, edit) {
    this.show(
      "warn",
      [t("Fill in or take away first:"), " ", names.map((name) => el("code", {}, `{{${name}}} `))],
      [[t("Go there"), edit, true]],
    );
  }

  show(glyph, said, buttons) {
    fill(
      this.bar,
      icon(glyph),
      el("p", {}, said),
      el(
        "span",
        { class: "gate-buttons" },
        buttons.map(([label, act, first]) =>
          el(
            "button",
            {
              type: "button",
              class: first && "gate-first",
              on: {
                click: () => {
                  this.close();
                  act();
                },
              },
            },
            label,
          ),
        ),
      ),
    );
    this.bar.hidden = false;
    this.bar.querySelector("button").focus();
  }
}
