/** The open case: read, shown in its three places, and kept true. */

import { announce, toast } from "./alerts.js";
import { el, fill, icon } from "./dom.js";
import { inWords } from "./files.js";
import { bdi } from "./markup.js";
import { keepSeen, unread } from "./outbox.js";
import { chips, customerName, elsewhere, mine } from "./row.js";
import { read } from "./server.js";
import { prefix, t } from "./words.js";

/** The verbs that are buttons of their own; the others are in the menu behind them. */
const BUTTONS = ["claim", "hand_over", "snooze", "resolve"];

/**
 * The pane of the open case. `parts` are {thread, file, composer, presence, outbox}; `does`: verbs(row) what can be
 * done now, guarded(work) says a refusal and gives null, seen() is told when its words are in front of the agent.
 */
export class Opened {
  constructor(pane, parts, does) {
    this.pane = pane;
    this.parts = parts;
    this.does = does;
    this.row = null;
    this.summary = null;
    this.entries = [];
    this.followUps = [];
    for (const button of pane.querySelectorAll(".folds button"))
      button.addEventListener("click", () => this.fold(button.dataset.fold));
  }

  find(selector) {
    return this.pane.querySelector(selector);
  }

  is(number) {
    return this.row !== null && this.row.number === number;
  }

  close() {
    this.row = null;
    this.parts.presence.open(null);
    this.find(".none").hidden = false;
    this.find(".case-open").hidden = true;
  }

  /** Read a case and show it; false when it could not be read, or `still()` says that it is no longer wanted. */
  async open(number, still) {
    const answer = await this.does.guarded(() => read(`/api/cases/${number}`));
    if (!still()) return true;
    if (!answer) return false;
    this.take(answer);
    this.entries = answer.thread;
    const { thread, composer, presence } = this.parts;
    this.fold("thread");
    this.show();
    thread.open(this.row, this.entries, unread(this.row));
    this.drawThread();
    thread.toEnd();
    composer.open(this.row);
    presence.open(number);
    this.markSeen();
    return true;
  }

  /** The case and what stands beside it; the row says too whether its customer is blocked, and who takes part. */
  take({ case: row, summary, follow_ups: followUps, followers, blocked }) {
    this.row = { ...row, blocked: Boolean(blocked), followers };
    this.summary = summary;
    this.followUps = followUps;
  }

  /** Read what changed: everything from the first entry that could still change. */
  async refresh(number) {
    if (!this.is(number)) return;
    const pending = this.entries.find((entry) => entry.kind === "reply" && entry.number === null);
    const last = this.entries.at(-1);
    const after = pending ? pending.seq - 1 : last ? last.seq : 0;
    const answer = await this.does.guarded(() => read(`/api/cases/${number}?after=${after}`));
    if (!answer || !this.is(number) || answer.case.version < this.row.version) return;
    this.take(answer);
    this.entries = [...this.entries.filter((entry) => entry.seq <= after), ...answer.thread];
    for (const entry of this.drawThread())
      if (entry.author === "customer")
        announce(t("{name} wrote: {text}", { name: customerName(this.row), text: inWords(entry) }));
    this.show();
    this.parts.composer.renew(this.row);
    this.markSeen();
  }

  drawThread() {
    return this.parts.thread.renew(this.row, this.entries, this.parts.outbox.entries(this.row.number));
  }

  /** Only what was really in front of the agent counts as seen. */
  markSeen() {
    if (!this.row || document.visibilityState !== "visible") return;
    keepSeen(this.row);
    this.does.seen();
  }

  show() {
    const { row } = this;
    this.find(".none").hidden = true;
    this.find(".case-open").hidden = false;
    fill(this.find(".case-name"), bdi(customerName(row)));
    fill(this.find(".case-number"), `#${row.number}`);
    this.tick();
    fill(this.find(".case-headline"), bdi(row.headline));
    this.find(".case-headline").title = row.headline;
    this.banner();
    this.parts.file.show(this.summary, row, this.followUps);
    const state = JSON.stringify([
      row.number,
      row.status,
      row.agent,
      row.merged_into,
      row.blocked,
      row.snoozed_until,
      row.followers,
    ]);
    const actions = this.find(".case-actions");
    if (actions.dataset.state === state) return;
    actions.dataset.state = state;
    const inside = actions.contains(document.activeElement);
    fill(actions, this.choices(row));
    // Whoever pressed a button that is gone now stays among the buttons.
    if (inside) actions.querySelector("button, summary")?.focus();
  }

  tick() {
    if (this.row) fill(this.find(".case-chips"), chips(this.row));
  }

  /** What stands above the thread as long as it is so. */
  banner() {
    const { row } = this;
    const into = row.merged_into;
    const place = this.find(".case-banner");
    place.hidden = !into && !row.at;
    if (row.at && !into) fill(place, icon("out"), el("span", {}, elsewhere(row)));
    if (into)
      fill(
        place,
        icon("merge"),
        t("This case is a duplicate of"),
        " ",
        el("a", { class: "case-link", href: `${prefix}/cases/${into}` }, `#${into}`),
      );
  }

  /** What this agent can do with the case now. */
  choices(row) {
    const can = this.does.verbs(row);
    const button = (verb) =>
      el(
        "button",
        {
          type: "button",
          class: ["claim", "resolve"].includes(verb.name) && "primary",
          title: verb.keys && `${verb.title} (${verb.keys.join("+")})`,
          on: { click: verb.run },
        },
        icon(verb.glyph),
        el("span", {}, verb.title),
      );
    const said =
      row.status === "resolved"
        ? el("span", { class: "case-holder" }, icon("check"), t("Resolved"))
        : row.agent && !mine(row)
          ? el("span", { class: "case-holder" }, icon("user"), bdi(t("{name} has this case", { name: row.agent.name })))
          : null;
    const shown = mine(row) || !row.agent ? BUTTONS : [];
    // On a phone only the first of the buttons has room; the menu has the others there.
    const menu = can
      .filter((verb) => !["claim", "resolve", "resolve_next"].includes(verb.name))
      .map((verb) => ({ ...verb, beside: shown.includes(verb.name) }));
    return [
      said,
      menu.length > 0 &&
        this.menu(
          menu,
          menu.every((verb) => verb.beside),
        ),
      shown
        .map((name) => can.find((verb) => verb.name === name))
        .filter(Boolean)
        .map(button),
    ];
  }

  menu(list, phoneOnly) {
    return el(
      "details",
      { class: ["menu", "more-verbs", phoneOnly && "phone-only"] },
      el("summary", { title: t("More") }, icon("more"), el("span", { class: "sr" }, t("More"))),
      el(
        "div",
        { class: "menu-sheet" },
        list.map((verb) =>
          el(
            "button",
            {
              type: "button",
              class: ["menu-item", verb.beside && "phone-only"],
              on: {
                click: (event) => {
                  event.currentTarget.closest("details").open = false;
                  verb.run();
                },
              },
            },
            icon(verb.glyph),
            el("span", {}, verb.title),
            verb.keys && el("span", { class: "menu-keys", "aria-hidden": "true" }, verb.keys.join("+")),
          ),
        ),
      ),
    );
  }

  fold(part) {
    this.find(".case-body").dataset.fold = part;
    for (const button of this.pane.querySelectorAll(".folds button"))
      button.setAttribute("aria-pressed", String(button.dataset.fold === part));
  }

  /** Show the cited message. */
  cite(number) {
    this.fold("thread");
    if (!this.parts.thread.cite(number)) toast(t("Message {n} is not in this conversation.", { n: number }));
  }
}
