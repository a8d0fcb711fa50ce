/** The queue's pane: a view's cases, follow-ups or mentions, the search over all of it, read anew as it changes. */

import { fill } from "./dom.js";
import { followUpRows, mentionRows } from "./following.js";
import { known, learn } from "./known.js";
import { Queue } from "./queue.js";
import { Search } from "./search.js";
import { mine } from "./row.js";
import { read, send } from "./server.js";
import { setServerTime } from "./times.js";
import { Views } from "./views.js";

/** Cases that are read one by one; for more, the view is read anew. */
const AT_ONCE = 50;

/** Milliseconds after which a view is read as a whole all the same. */
const WHOLE_EVERY = 60_000;

const RANK = { urgent: 0, high: 1, normal: 2, low: 3 };

const moment = (text) => Date.parse(text || 0);

/** The queue's order: deadline, priority, age. */
const byDeadline = (a, b) =>
  moment(a.first_reply_by || a.resolve_by) - moment(b.first_reply_by || b.resolve_by) ||
  RANK[a.priority] - RANK[b.priority] ||
  moment(a.opened_at) - moment(b.opened_at) ||
  a.number - b.number;

const byEnd = (a, b) => moment(b.resolved_at) - moment(a.resolved_at) || b.number - a.number;

/** Rows with `fresh` in them where those are `within` the view; `cut`: what comes after the last one is not shown. */
function renewed(rows, fresh, { within, order, cut }) {
  const read = new Set(fresh.map((row) => row.number));
  const last = rows.at(-1);
  const shown = fresh.filter((row) => within.has(row.number) && !(cut && last && order(row, last) > 0));
  return [...rows.filter((row) => !read.has(row.number)), ...shown].sort(order);
}

/**
 * `does`: open(number, seq) shows a case, guarded(work) says a refusal and gives null, chats(rows) takes the cases
 * that this agent holds, counted(counts) how many there are in each view.
 */
export class Lists {
  constructor(pane, does) {
    this.does = does;
    this.rows = pane.querySelector(".rows");
    this.items = pane.querySelector(".items");
    this.box = pane.querySelector("#words");
    this.queue = new Queue(pane, { open: (number) => does.open(number), more: () => this.more() });
    this.views = new Views(pane, () => this.turn());
    this.search = new Search(pane, {
      open: (number, seq) => does.open(number, seq),
      query: () => new URLSearchParams(this.views.filters),
      turned: (on) => {
        pane.classList.toggle("finding", on);
        if (!on) this.box.value = "";
        if (!on) this.queue.narrow("");
      },
    });
    this.pages = 1;
    this.fresh = true;
    this.held = new Map();
    this.next = null;
    this.whole = 0;
    this.of = "me";
    this.box.addEventListener("input", () => {
      if (this.box.value.trim()) this.queue.narrow(this.box.value);
      else {
        this.search.close();
        this.queue.narrow("");
      }
    });
    this.box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) {
        event.preventDefault();
        this.search.look(this.box.value);
      } else if (event.key === "Escape" && this.search.open) this.search.close();
    });
    learn().then(() => {
      this.views.learn(known.labels);
      this.queue.settle();
    });
  }

  /** Another view or filter: read it, from its beginning. Until then the rows are still those of before. */
  async turn() {
    this.search.close();
    this.pages = 1;
    this.fresh = true;
    this.rows.setAttribute("aria-busy", "true");
    const turned = await this.does.guarded(() => this.refresh());
    if (!turned) this.rows.removeAttribute("aria-busy");
  }

  more() {
    this.pages += 1;
    return this.does.guarded(() => this.refresh());
  }

  /** Read the view again; raises Refused. Gives the rows that are in it. */
  async refresh() {
    const { view } = this.views;
    const query = this.views.query;
    let rows = [];
    let answer = null;
    for (let page = 0; page < this.pages; page++) {
      if (answer) query.set("after", answer.next);
      answer = await read(`/api/cases?${query}`);
      rows = [...rows, ...answer.cases];
      if (!answer.next) break;
    }
    if (view !== this.views.view) return rows;
    setServerTime(answer.now);
    const held = view === "mine" && query.size === 1 ? rows : (await read("/api/cases?view=mine")).cases;
    const items = await this.beside(view);
    if (view !== this.views.view) return rows;
    this.held = new Map(held.map((row) => [row.number, row]));
    this.next = answer.next;
    this.whole = items === null ? Date.now() : 0;
    this.rows.hidden = items !== null;
    this.items.hidden = items === null;
    if (items) fill(this.items, items);
    this.queue.take(items ? [] : rows, {
      next: items === null && answer.next,
      said: items?.some(Boolean) ? null : this.views.nothing,
      fresh: this.fresh,
    });
    this.fresh = false;
    this.rows.removeAttribute("aria-busy");
    if (answer.counts) this.views.count(answer.counts);
    this.views.meet(rows);
    this.does.chats(held);
    this.does.counted(answer.counts || {});
    return rows;
  }

  /**
   * Read only these cases again, a few, and put them where they belong; the whole view where that can't be told
   * from them. Gives the rows that were read; raises Refused.
   */
  async hear(numbers) {
    const { view } = this.views;
    if (!numbers.length || numbers.length > AT_ONCE || Date.now() - this.whole > WHOLE_EVERY || this.fresh)
      return this.refresh();
    const query = this.views.query;
    query.set("only", numbers.join(","));
    const asked = String(this.views.query);
    const answer = await read(`/api/cases?${query}`);
    if (asked !== String(this.views.query)) return answer.cases;
    setServerTime(answer.now);
    for (const row of answer.cases)
      if (mine(row) && row.status === "open") this.held.set(row.number, row);
      else this.held.delete(row.number);
    const rows = renewed(this.queue.rows, answer.cases, {
      within: new Set(answer.within),
      order: view === "resolved" ? byEnd : byDeadline,
      cut: this.next !== null,
    });
    this.queue.take(rows, { next: this.next, said: this.views.nothing, fresh: false });
    this.views.count(answer.counts);
    this.does.chats([...this.held.values()]);
    this.does.counted(answer.counts);
    return answer.cases;
  }

  /** What a view shows in place of cases; null for most. */
  async beside(view) {
    if (view === "follow_ups") {
      const { follow_ups: all } = await read(`/api/follow_ups?of=${this.of}`);
      const turn = (of) => {
        this.of = of;
        this.does.changed();
      };
      return followUpRows(all, { of: this.of, turn, open: this.does.open, done: (id) => this.done(id) });
    }
    if (view === "mentions") {
      const { mentions, unread } = await read("/api/mentions");
      if (unread) await send("/api/mentions/seen");
      return mentionRows(mentions, this.does.open);
    }
    return null;
  }

  async done(id) {
    if (await this.does.guarded(() => send(`/api/follow_ups/${id}/done`))) this.does.changed();
  }
}
