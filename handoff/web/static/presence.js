/** Who else is in the case, and what they do there: told to the others, and said of them. */

import { el, fill } from "./dom.js";
import { bdi } from "./markup.js";
import { Refused, send } from "./server.js";
import { me, t } from "./words.js";

/** Still here: said again before the room forgets it. */
const AGAIN = 12_000;

/** Typing is over once nothing has been typed for this long. */
const STILL = 6000;

const others = (people) => people.filter((each) => each.email !== me.email);

const SAYS = {
  viewing: t("{name} is looking at this"),
  replying: t("{name} is replying"),
  noting: t("{name} is writing a note"),
};

const RANK = { replying: 0, noting: 1, viewing: 2 };

export class Presence {
  constructor(line) {
    this.line = line;
    this.people = new Map();
    this.number = null;
    this.doing = null;
    setInterval(() => this.number !== null && this.tell(), AGAIN);
    document.addEventListener("visibilitychange", () => this.tell());
  }

  /** This agent turns to a case, or away from all (null). */
  open(number) {
    if (this.number !== null && this.number !== number) this.post(this.number, null);
    this.number = number;
    this.kind = null;
    this.tell();
    this.show();
  }

  /** They write a reply or a note, or nothing any more (null). */
  writing(kind) {
    clearTimeout(this.timer);
    if (kind) this.timer = setTimeout(() => this.writing(null), STILL);
    const doing = kind && { reply: "replying", note: "noting" }[kind];
    if (doing === this.kind) return;
    this.kind = doing;
    this.tell();
  }

  tell() {
    if (this.number === null) return;
    this.post(this.number, document.visibilityState === "visible" ? this.kind || "viewing" : null);
  }

  async post(number, doing) {
    try {
      await send("/api/presence", { case: number, doing });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }

  hear({ case: number, people }) {
    this.people.set(number, others(people));
    if (number === this.number) this.show();
  }

  show() {
    const here = [...(this.people.get(this.number) || [])].sort((a, b) => RANK[a.doing] - RANK[b.doing]);
    this.line.hidden = here.length === 0;
    const busy = here.some((each) => each.doing !== "viewing");
    this.line.classList.toggle("presence-busy", busy);
    fill(
      this.line,
      el(
        "span",
        {},
        here.map((each, i) => {
          const [before, after] = SAYS[each.doing].split("{name}");
          return [i > 0 && " · ", before, el("strong", {}, bdi(each.name)), after];
        }),
      ),
      busy && el("span", { class: "typing", "aria-hidden": "true" }, el("i"), el("i"), el("i")),
    );
  }
}
