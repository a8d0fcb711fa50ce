/** The thread: everything said, everything noted, in order; new words never move what is being read. */

import { arrange, el, fill, icon } from "./dom.js";
import { side, systemLine, wordsLine } from "./entry.js";
import { day } from "./times.js";
import { counted, me, t } from "./words.js";

const GROUP_WITHIN = 60_000;
const FLASH_FOR = 2400;

/** Entries further from the end than this are laid out only when they come into sight. */
const NEAR_END = 60;

/** The entries as drawn: days between them, and heads where the author or the minute changes. */
function items(entries, unreadFrom) {
  const last = entries.findLast((entry) => entry.kind === "reply");
  const opened = entries.find((entry) => entry.kind === "event");
  const drawn = [];
  let today = null;
  let before = null;
  entries.forEach((entry, i) => {
    const date = day(entry.at);
    if (date !== today) {
      drawn.push({ key: `day-${date}`, day: date });
      today = date;
      before = null;
    }
    if (entry.seq !== null && entry.seq === unreadFrom) {
      drawn.push({ key: "unread", unread: true });
      before = null;
    }
    const whose = side(entry);
    const follows =
      before &&
      side(before) === whose &&
      before.name === entry.name &&
      Date.parse(entry.at) - Date.parse(before.at) < GROUP_WITHIN;
    drawn.push({
      key: entry.seq === null ? `sent-${entry.client_id}` : `entry-${entry.seq}`,
      entry,
      whose,
      head: !follows,
      last: entry === last,
      opened: entry === opened,
      far: entries.length - i > NEAR_END,
    });
    before = entry;
  });
  return drawn;
}

/**
 * The thread pane. `unsent` says what the buttons of a failed send do: {again, edit, drop}(client_id).
 */
export class Thread {
  constructor(pane, unsent) {
    this.scroller = pane.querySelector(".thread-scroll");
    this.list = pane.querySelector(".entries");
    this.jump = pane.querySelector(".jump");
    this.unsent = unsent;
    this.entries = [];
    this.below = 0;
    this.jump.addEventListener("click", () => this.toEnd());
    this.scroller.addEventListener("scroll", () => {
      if (this.atEnd()) this.sayBelow(0);
    });
    // A pane that becomes smaller or larger goes on showing its end, when that is what it showed.
    this.ending = true;
    this.scroller.addEventListener("scroll", () => (this.ending = this.atEnd()));
    new ResizeObserver(() => this.ending && this.toEnd()).observe(this.scroller);
  }

  atEnd() {
    return this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < 48;
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.sayBelow(0);
  }

  sayBelow(n) {
    this.below = n;
    this.jump.hidden = n === 0;
    if (n) fill(this.jump, icon("down"), counted(n, "{n} new message", "{n} new messages"));
  }

  /** Show another case from its end. `unread` entries at the end are marked as new. */
  open(row, entries, unread) {
    this.entries = [];
    this.list.replaceChildren();
    const heard = entries.filter((entry) => side(entry) === "customer");
    this.unreadFrom = unread > 0 && unread < heard.length ? heard[heard.length - unread].seq : null;
    this.renew(row, entries, []);
    this.toEnd();
  }

  /** Bring the case shown up to date; `waiting` are this agent's own words the server does not have yet. */
  renew(row, entries, waiting) {
    const stay = this.atEnd();
    const known = new Set(this.entries.map((entry) => entry.seq));
    const fresh = entries.filter(
      (entry) => !known.has(entry.seq) && side(entry) !== "system" && entry.author !== me.email,
    );
    const stored = new Set(entries.map((entry) => entry.client_id).filter(Boolean));
    this.customer = row.customer_name;
    this.reason = row.reason;
    const drawn = items([...entries, ...waiting.filter((entry) => !stored.has(entry.client_id))], this.unreadFrom);
    arrange(
      this.list,
      drawn,
      (item) => item.key,
      (item) => this.draw(el("li"), item),
      (node, item) => this.draw(node, item),
    );
    const first = this.entries.length === 0;
    this.entries = entries;
    if (stay) this.toEnd();
    else if (fresh.length && !first) this.sayBelow(this.below + fresh.length);
    return first ? [] : fresh;
  }

  draw(node, item) {
    const state = JSON.stringify(item);
    if (node.dataset.state === state) return node;
    node.dataset.state = state;
    if (item.day) {
      node.className = "day";
      fill(node, el("span", {}, item.day));
      return node;
    }
    if (item.unread) {
      node.className = "day day-unread";
      fill(node, el("span", {}, t("New")));
      return node;
    }
    const { entry, whose } = item;
    if (entry.number !== null) node.dataset.number = entry.number;
    if (entry.seq !== null) node.dataset.seq = entry.seq;
    node.tabIndex = -1;
    if (whose === "system") {
      node.className = "system";
      fill(node, systemLine(item, this.reason));
      return node;
    }
    const marks = [
      item.head && "entry-first",
      item.far && "entry-far",
      entry.failed && "entry-failed",
      entry.sending && "entry-sending",
    ];
    node.className = ["entry", whose, ...marks].filter(Boolean).join(" ");
    fill(node, wordsLine(item, this.customer, this.unsent));
    return node;
  }

  /** Scroll to the cited message and let it flash softly. False when it isn't in this thread. */
  cite(number) {
    return this.flash(this.list.querySelector(`[data-number="${number}"]`));
  }

  /** The same for an entry by its place in the thread, as a search finds it. */
  goTo(seq) {
    return this.flash(this.list.querySelector(`[data-seq="${seq}"]`));
  }

  flash(node) {
    if (!node) return false;
    this.ending = false;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches || node.classList.contains("entry-far");
    node.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
    node.focus({ preventScroll: true });
    node.classList.remove("flash");
    requestAnimationFrame(() => node.classList.add("flash"));
    setTimeout(() => node.classList.remove("flash"), FLASH_FOR);
    return true;
  }
}
