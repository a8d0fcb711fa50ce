/** The strip of this agent's open chats: several at once, each a step away, with a dot where somebody waits. */

import { arrange, el, fill, spoken } from "./dom.js";
import { bdi } from "./markup.js";
import { unread } from "./outbox.js";
import { customerName } from "./row.js";
import { deadline } from "./times.js";
import { counted, prefix, t } from "./words.js";

/** `open(number)` turns to a chat. */
export class Chats {
  constructor(strip, back, open) {
    this.strip = strip;
    this.back = back;
    this.rows = [];
    this.selected = null;
    strip.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open(Number(link.parentElement.dataset.key));
    });
  }

  /** The cases this agent holds; the order stays as they came, so that none moves under the hand. */
  take(rows) {
    const before = this.rows.map((row) => row.number);
    const place = (row) => (before.includes(row.number) ? before.indexOf(row.number) : Infinity);
    this.rows = rows.filter((row) => row.status === "open").sort((a, b) => place(a) - place(b) || a.number - b.number);
    this.draw();
  }

  select(number) {
    this.selected = number;
    this.draw();
  }

  draw() {
    arrange(
      this.strip,
      this.rows,
      (row) => row.number,
      (row) => this.renew(el("li", {}, el("a", { href: `${prefix}/cases/${row.number}` })), row),
      (item, row) => this.renew(item, row),
    );
    const others = this.rows.filter((row) => row.number !== this.selected && unread(row)).length;
    fill(
      this.back,
      others > 0 && [String(others), spoken(counted(others, "{n} other chat waits", "{n} other chats wait"))],
    );
    this.back.hidden = others === 0;
  }

  renew(item, row) {
    const link = item.firstElementChild;
    const fresh = row.number === this.selected ? 0 : unread(row);
    const late = deadline(row)?.tone === "bad";
    const state = `${customerName(row)} ${fresh} ${late}`;
    if (item.dataset.state !== state && !item.matches(":active")) {
      item.dataset.state = state;
      fill(
        link,
        el("span", { class: ["chat-dot", fresh > 0 && "chat-fresh", late && "chat-late"], "aria-hidden": "true" }),
        el("span", { class: "chat-name" }, bdi(customerName(row))),
        fresh > 0 && el("span", { class: "chat-count" }, String(fresh), spoken(t("unread"))),
        late && spoken(t("late")),
      );
      link.title = `#${row.number} ${row.headline}`;
    }
    if (row.number === this.selected) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
    return item;
  }

  /** The unread of all of them, for the page's title. */
  get waiting() {
    return this.rows.filter((row) => unread(row)).length;
  }
}
