/** The queue: Mine / Unassigned / All, ordered by the server, live, and still under the pointer. */

import { arrange, el, fill, icon, spoken } from "./dom.js";
import { unread } from "./outbox.js";
import { deadline, time } from "./times.js";
import { counted, languageWord, me, prefix, priorityWord, statusWord, t, teamWord } from "./words.js";

const VIEWS = {
  mine: { title: t("Mine"), holds: (row) => row.agent?.email === me.email },
  unassigned: { title: t("Unassigned"), holds: (row) => row.agent === null },
  all: { title: t("All"), holds: () => true },
};

const EMPTY = {
  mine: [t("Nothing is yours right now"), t("Claim a case under Unassigned and it will be here.")],
  unassigned: [
    t("Nobody is waiting"),
    t("Every customer who needs a person has one. New cases appear here by themselves."),
  ],
  all: [t("All quiet"), t("When the bot hands a customer over, the case appears here with everything said so far.")],
};

const chip = (tone, ...content) => el("span", { class: ["chip", tone] }, content);

/** What a row (or the head of a case) says in words and shapes. */
export function chips(row) {
  const due = deadline(row);
  return [
    el(
      "span",
      { class: "chip-pressing" },
      chip(`priority-${row.priority}`, icon(row.priority), priorityWord(row.priority)),
      row.status !== "open" && chip("chip-status", statusWord(row.status)),
      due &&
        el(
          "span",
          { class: ["chip", `due-${due.tone}`], title: due.at },
          due.tone !== "calm" && icon("warn"),
          due.text,
        ),
    ),
    el(
      "span",
      { class: "chip chip-language", title: languageWord(row.language) },
      el("span", { "aria-hidden": "true" }, row.language.toUpperCase()),
      spoken(languageWord(row.language)),
    ),
    row.team && chip("chip-team", teamWord(row.team)),
  ];
}

function holder(row) {
  if (!row.agent || row.agent.email === me.email) return null;
  return el(
    "span",
    { class: "row-holder", title: t("{name} has this case", { name: row.agent.name }) },
    icon("user"),
    row.agent.name.split(" ")[0],
  );
}

function content(row) {
  const fresh = unread(row);
  return [
    el(
      "span",
      { class: "row-top" },
      el("span", { class: "row-name" }, row.customer_name || t("Visitor")),
      el("span", { class: "row-number" }, `#${row.number}`),
      holder(row),
      el(
        "span",
        { class: "row-age" },
        spoken(row.waiting_since ? t("waiting since") : t("opened")),
        time(row.waiting_since || row.opened_at, "age"),
      ),
    ),
    el(
      "span",
      { class: "row-middle" },
      el("span", { class: "row-headline" }, row.headline),
      fresh > 0 &&
        el(
          "span",
          { class: "unread" },
          String(fresh),
          spoken(counted(fresh, "{n} unread message", "{n} unread messages")),
        ),
    ),
    el("span", { class: "row-chips" }, chips(row)),
  ];
}

/**
 * The queue pane. `open(number)` is called when a row is chosen. While the pointer is in the list, its rows
 * keep their places: changed words change in place, and what would move waits behind one button.
 */
export class Queue {
  constructor(pane, open) {
    this.list = pane.querySelector(".rows");
    this.scroller = pane.querySelector(".queue-scroll");
    this.held = pane.querySelector(".held");
    this.empty = pane.querySelector(".empty");
    this.tabs = [...pane.querySelectorAll("[data-view]")];
    this.words = pane.querySelector("[type=search]");
    this.rows = [];
    this.shown = [];
    this.today = null;
    this.selected = null;
    this.pointed = false;
    this.view = localStorage.getItem("firstline.desk.view") || "all";
    if (!(this.view in VIEWS)) this.view = "all";
    for (const tab of this.tabs) tab.addEventListener("click", () => this.look(tab.dataset.view));
    this.words.addEventListener("input", () => this.settle());
    this.scroller.addEventListener("pointerenter", (event) => (this.pointed = event.pointerType === "mouse"));
    this.scroller.addEventListener("pointerleave", () => {
      this.pointed = false;
      this.settle();
    });
    this.held.addEventListener("click", () => this.settle());
    this.list.addEventListener("click", (event) => {
      const row = event.target.closest("a");
      if (!row || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      open(Number(row.parentElement.dataset.key));
    });
  }

  /** Take the open cases as the server orders them now. */
  take(rows, today) {
    this.rows = rows;
    this.today = today;
    if (this.pointed && this.shown.length) this.hold();
    else this.settle();
  }

  look(view) {
    this.view = view;
    localStorage.setItem("firstline.desk.view", view);
    this.settle();
    this.scroller.scrollTop = 0;
  }

  wanted() {
    const words = this.words.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const found = (row) => {
      const text =
        `#${row.number} ${row.customer_name || ""} ${row.headline} ${teamWord(row.team || "")} ${languageWord(row.language)} ${priorityWord(row.priority)}`.toLowerCase();
      return words.every((word) => text.includes(word));
    };
    return this.rows.filter(VIEWS[this.view].holds).filter(found);
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
    for (const tab of this.tabs) {
      const count = this.rows.filter(VIEWS[tab.dataset.view].holds).length;
      tab.setAttribute("aria-pressed", String(tab.dataset.view === this.view));
      fill(tab, VIEWS[tab.dataset.view].title, el("span", { class: "count" }, String(count)));
    }
    this.empty.hidden = rows.length > 0;
    if (!rows.length) this.sayEmpty();
  }

  sayEmpty() {
    const searching = this.words.value.trim() !== "";
    const [title, hint] = searching
      ? [t("No case matches"), t("Try fewer words, or look under All.")]
      : EMPTY[this.view];
    const figures =
      !searching &&
      this.today &&
      el(
        "dl",
        { class: "figures" },
        el("div", {}, el("dt", {}, t("Opened today")), el("dd", {}, String(this.today.opened))),
        el("div", {}, el("dt", {}, t("Resolved today")), el("dd", {}, String(this.today.resolved))),
      );
    fill(this.empty, el("p", { class: "empty-title" }, title), el("p", {}, hint), figures);
  }

  renew(item, row) {
    const link = item.firstElementChild;
    const state = JSON.stringify([row, deadline(row), unread(row)]);
    if (item.dataset.state !== state) {
      item.dataset.state = state;
      fill(link, content(row));
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

  /** The number of the case `step` rows below (or above) the selected one; null when the list is empty. */
  beside(step) {
    const numbers = this.shown.map((row) => row.number);
    if (!numbers.length) return null;
    const at = numbers.indexOf(this.selected);
    if (at < 0) return numbers[step > 0 ? 0 : numbers.length - 1];
    return numbers[Math.min(numbers.length - 1, Math.max(0, at + step))];
  }

  /** Deadlines move by themselves. */
  tick() {
    for (const item of this.list.children) {
      const row = this.shown.find((each) => String(each.number) === item.dataset.key);
      if (row) this.renew(item, this.rows.find((each) => each.number === row.number) || row);
    }
  }
}
