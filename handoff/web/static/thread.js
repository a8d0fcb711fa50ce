/** The thread: everything said, everything noted, in order; new words never move what is being read. */

import { arrange, el, fill, icon, spoken } from "./dom.js";
import { prose, verbatim } from "./markup.js";
import { day, time } from "./times.js";
import { counted, me, reasonWord, t } from "./words.js";

const GROUP_WITHIN = 60_000;
const FLASH_FOR = 2400;

/** Whose side an entry is on: customer | bot | agent | note | system. */
function side(entry) {
  if (entry.kind === "note") return "note";
  if (entry.kind === "reply") return "agent";
  if (entry.kind === "event") return "system";
  return entry.author;
}

/** The entries as drawn: days between them, and heads where the author or the minute changes. */
function items(entries, unreadFrom) {
  const last = entries.findLast((entry) => entry.kind === "reply");
  const opened = entries.find((entry) => entry.kind === "event");
  const drawn = [];
  let today = null;
  let before = null;
  for (const entry of entries) {
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
    });
    before = entry;
  }
  return drawn;
}

function head({ entry, whose }, customer) {
  const name = { customer: customer || t("Visitor"), bot: t("Assistant") }[whose] || entry.name || t("Agent");
  return el(
    "div",
    { class: "entry-head" },
    el(
      "span",
      { class: "entry-name" },
      whose === "agent" && entry.author === me.email ? t("{name} (you)", { name }) : name,
    ),
    whose === "bot" && el("span", { class: "tag" }, t("bot")),
    whose === "note" && el("span", { class: "tag tag-note" }, icon("lock"), t("Only your team sees this")),
    time(entry.at, "clock"),
  );
}

/** Whether a reply has reached the conversation: said of the last one, and of each that has not. */
function delivery(entry, last) {
  if (entry.kind !== "reply") return null;
  if (entry.sending) return entry.failed ? null : el("span", { class: "delivery" }, icon("clock"), t("Sending…"));
  if (entry.number !== null) return last && el("span", { class: "delivery" }, icon("check"), t("Delivered"));
  return el("span", { class: "delivery" }, icon("clock"), t("On its way"));
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
    } else if (item.unread) {
      node.className = "day day-unread";
      fill(node, el("span", {}, t("New")));
    } else if (item.whose === "system") {
      node.className = "system";
      // The case file tells at length why the bot handed over when the case was opened.
      const said = item.opened
        ? t("Handed over by the bot: {reason}", { reason: reasonWord(this.reason) })
        : item.entry.text;
      fill(node, el("span", {}, said, " "), time(item.entry.at, "clock"));
      if (item.entry.number !== null) node.dataset.number = item.entry.number;
    } else this.drawWords(node, item);
    return node;
  }

  drawWords(node, item) {
    const { entry, whose } = item;
    node.className = [
      "entry",
      whose,
      item.head && "entry-first",
      entry.failed && "entry-failed",
      entry.sending && "entry-sending",
    ]
      .filter(Boolean)
      .join(" ");
    if (entry.number !== null) node.dataset.number = entry.number;
    node.tabIndex = -1;
    fill(
      node,
      item.head && head(item, this.customer),
      el("div", { class: "bubble" }, whose === "customer" ? verbatim(entry.text) : prose(entry.text)),
      entry.number !== null &&
        el(
          "span",
          { class: "entry-number", title: t("Message {n}", { n: entry.number }) },
          spoken(t("Message {n}", { n: entry.number })),
          el("span", { "aria-hidden": "true" }, String(entry.number)),
        ),
      delivery(entry, item.last),
      entry.failed && this.failure(entry),
    );
  }

  failure(entry) {
    const button = (label, act) =>
      el("button", { type: "button", class: "link", on: { click: () => act(entry.client_id) } }, label);
    return el(
      "div",
      { class: "failure" },
      icon("warn"),
      el("span", {}, t("Not sent. We kept it."), " ", entry.failed),
      button(t("Try again"), this.unsent.again),
      button(t("Edit"), this.unsent.edit),
      button(t("Discard"), this.unsent.drop),
    );
  }

  /** Scroll to the cited message and let it flash softly. False when it isn't in this thread. */
  cite(number) {
    const node = this.list.querySelector(`[data-number="${number}"]`);
    if (!node) return false;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    node.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
    node.focus({ preventScroll: true });
    node.classList.remove("flash");
    requestAnimationFrame(() => node.classList.add("flash"));
    setTimeout(() => node.classList.remove("flash"), FLASH_FOR);
    return true;
  }
}
