/** The rows of a view: ordered by the server, live, and still under the pointer. */

import { arrange, el, fill, icon } from "./dom.js";
import { unread } from "./outbox.js";
import { rowContent } from "./row.js";
import { deadline } from "./times.js";
import { counted, languageWord, prefix, priorityWord, t, teamWord } from "./words.js";

/**
 * The list of cases. `does`: open(number) when a row is chosen, more() when the end is asked for. While the
 * pointer is in the list its rows keep their places: changed words change in place, and what would move waits
 * behind one button.
 */
export class Queue {
  constructor(pane, does) {
    this.list = pane.querySelector(".rows");
    this.scroller = pane.querySelector(".queue-scroll");
    this.held = pane.querySelector(".held");
    this.more = pane.querySelector(".more-rows");
    this.empty = pane.querySelector(".empty");
    this.rows = [];
    this.shown = [];
    this.words = [];
    this.selected = null;
    this.pointed = false;
    this.said = null;
    this.scroller.addEventListener("pointerenter", (event) => (this.pointed = event.pointerType === "mouse"));
    this.scroller.addEventListener("pointerleave", () => {
      this.pointed = false;
      this.settle();
    });
    this.held.addEventListener("click", () => this.settle());
    this.more.addEventListener("click", () => does.more());
    this.list.addEventListener("click", (event) => {
      const row = event.target.closest("a");
      if (!row || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      does.open(Number(row.parentElement.dataset.key));
    });
  }

  /**
   * Take a view's cases as the server orders them now. next: whether there are more; said: [title, hint] of an
   * empty view; fresh: it is another view than before, so nothing needs to keep its place.
   */
  take(rows, { next, said, fresh }) {
    this.rows = rows;
    this.said = said;
    this.more.hidden = !next;
    if (fresh) this.scroller.scrollTop = 0;
    if (this.pointed && this.shown.length && !fresh) this.hold();
    else this.settle();
  }

  /** Show only the rows in which all of these words stand. */
  narrow(text) {
    this.words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
    this.settle();
  }

  wanted() {
    const found = (row) => {
      const text = [
        `#${row.number} ${row.customer_name || ""} ${row.headline} ${teamWord(row.team || "")}`,
        `${languageWord(row.language)} ${priorityWord(row.priority)} ${row.agent?.name || ""}`,
        ...(row.labels || []),
      ];
      const whole = text.join(" ").toLowerCase();
      return this.words.every((word) => whole.includes(word));
    };
    return this.rows.filter(found);
  }

  /** Put every row where it belongs. */
  settle() {
    this.shown = this.wanted();
    this.held.hidden = true;
    this.draw(this.shown);
  }

  /** Renew the rows in their places, and say how many others wait for the pointer to leave. */
  hold() {
    const now = new Map(this.rows.map((row) => [row.number, row]));
    const places = this.shown.map((row) => now.get(row.number) || { ...row, gone: true });
    const wanted = this.wanted().map((row) => row.number);
    const waiting = wanted.filter((number) => !places.some((row) => row.number === number)).length;
    const moved = wanted.join() !== places.map((row) => row.number).join();
    this.held.hidden = !moved;
    fill(this.held, icon("retry"), waiting ? counted(waiting, "{n} new case", "{n} new cases") : t("Order changed"));
    this.draw(places);
  }

  draw(rows) {
    arrange(
      this.list,
      rows,
      (row) => row.number,
      (row) => this.renew(el("li", {}, el("a", { href: `${prefix}/cases/${row.number}` })), row),
      (item, row) => this.renew(item, row),
    );
    this.empty.hidden = rows.length > 0 || !this.said;
    if (this.empty.hidden) return;
    const [title, hint] = this.words.length
      ? [t("No case matches"), t("Press Enter to search every conversation, also the resolved ones.")]
      : this.said;
    fill(this.empty, el("p", { class: "empty-title" }, title), el("p", {}, hint));
  }

  renew(item, row) {
    const link = item.firstElementChild;
    const state = JSON.stringify([row, deadline(row), unread(row)]);
    // What is drawn anew between the press and the release of a button gets no click.
    if (item.dataset.state !== state && !item.matches(":active")) {
      item.dataset.state = state;
      fill(link, rowContent(row));
      link.classList.toggle("gone", Boolean(row.gone));
    }
    if (row.number === this.selected) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
    return item;
  }

  select(number) {
    this.selected = number;
    for (const item of this.list.children) {
      if (Number(item.dataset.key) === number) {
        item.firstElementChild.setAttribute("aria-current", "true");
        item.scrollIntoView({ block: "nearest" });
      } else item.firstElementChild.removeAttribute("aria-current");
    }
  }

  /** The number of the case `step` rows below (or above) another one; null when the list is empty. */
  beside(step, from = this.selected) {
    const numbers = this.shown.map((row) => row.number);
    if (!numbers.length) return null;
    const at = numbers.indexOf(from);
    if (at < 0) return numbers[step > 0 ? 0 : numbers.length - 1];
    return numbers[Math.min(numbers.length - 1, Math.max(0, at + step))];
  }

  /** Deadlines move by themselves. */
  tick() {
    const now = new Map(this.rows.map((row) => [String(row.number), row]));
    for (const item of this.list.children) {
      const row = now.get(item.dataset.key);
      if (row) this.renew(item, row);
    }
  }
}
