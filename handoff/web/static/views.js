/** Which cases are looked at: the eight views with their counts, and the filters over them. */

import { el, fill, icon } from "./dom.js";
import { channelWord, houseLanguages, languageWord, priorityWord, t, teamNames, teamWord } from "./words.js";

const VIEW = "firstline.desk.view";
const FILTERS = "firstline.desk.filters";

/** A view's name, its icon and what it says when nothing is in it. */
export const VIEWS = {
  mine: [t("Mine"), "user", t("Nothing is yours right now"), t("Claim a case under Unassigned and it will be here.")],
  unassigned: [
    t("Unassigned"),
    "inbox",
    t("Nobody is waiting"),
    t("Every customer who needs a person has one. New cases appear here by themselves."),
  ],
  all: [
    t("All"),
    "people",
    t("All quiet"),
    t("When the bot hands a customer over, the case appears here with everything said so far."),
  ],
  breaching: [
    t("Late"),
    "warn",
    t("Nothing is late"),
    t("Cases whose promised time has passed, or soon will, gather here."),
  ],
  snoozed: [
    t("Snoozed"),
    "sleep",
    t("Nothing is snoozed"),
    t("Snooze a case, and it comes back when its time is up or the customer writes."),
  ],
  follow_ups: [
    t("Follow-ups"),
    "phone",
    t("Nothing to follow up"),
    t("Call-backs and dated follow-ups stay here until they are done."),
  ],
  mentions: [
    t("Mentions"),
    "at",
    t("Nobody has mentioned you"),
    t("When a colleague writes @ and your name in a note, it will be here."),
  ],
  resolved: [t("Resolved"), "check", t("Nothing resolved yet"), t("Closed cases are kept here, the latest first.")],
};

const FIELDS = {
  team: () => teamNames.map((name) => [name, teamWord(name)]),
  label: (known) => known.labels.map((name) => [name, name]),
  language: () => houseLanguages.map((code) => [code, languageWord(code)]),
  channel: (known) => known.channels.map((name) => [name, channelWord(name)]),
  priority: () => ["urgent", "high", "normal", "low"].map((name) => [name, priorityWord(name)]),
};

/** Where counting ends: of what is resolved there may be any number. */
const COUNTED = 1000;

function recalled(key, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** `turned()` is called when the agent wants to see other cases. */
export class Views {
  constructor(pane, turned) {
    this.turned = turned;
    this.tabs = [...pane.querySelectorAll("[data-view]")];
    this.menu = pane.querySelector(".filters");
    this.form = pane.querySelector(".filters form");
    this.chosen = pane.querySelector(".filters-chosen");
    this.known = { labels: [], channels: ["web", "email"] };
    this.counts = {};
    this.pressing = new Set();
    this.view = recalled(VIEW, "all");
    if (!(this.view in VIEWS)) this.view = "all";
    this.filters = recalled(FILTERS, {});
    for (const tab of this.tabs) {
      const name = tab.dataset.view;
      tab.prepend(icon(VIEWS[name][1]));
      tab.addEventListener("click", () => this.look(name));
    }
    this.form.addEventListener("change", () => this.filter(Object.fromEntries(new FormData(this.form))));
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.offer();
    this.draw();
  }

  /** The labels that cases carry, to be chosen from. */
  learn(labels) {
    if (labels.join("\n") === this.known.labels.join("\n")) return;
    this.known.labels = labels;
    this.offer();
  }

  /** Cases that may have come by a channel which nobody could choose so far. */
  meet(rows) {
    const channels = [...new Set([...this.known.channels, ...rows.map((row) => row.channel)])];
    if (channels.length === this.known.channels.length) return;
    this.known.channels = channels;
    this.offer();
  }

  offer() {
    for (const [name, choices] of Object.entries(FIELDS)) {
      const select = this.form.elements[name];
      const options = choices(this.known);
      if (this.filters[name] && !options.some(([value]) => value === this.filters[name]))
        options.push([this.filters[name], this.filters[name]]);
      fill(
        select,
        el("option", { value: "" }, t("Any")),
        options.map(([value, said]) => el("option", { value }, said)),
      );
      select.value = this.filters[name] || "";
    }
  }

  look(view) {
    this.view = view;
    localStorage.setItem(VIEW, JSON.stringify(view));
    this.draw();
    this.turned();
  }

  filter(filters) {
    this.filters = Object.fromEntries(Object.entries(filters).filter(([, value]) => value));
    localStorage.setItem(FILTERS, JSON.stringify(this.filters));
    this.draw();
    this.turned();
  }

  /** What is looked at, as the API's query. */
  get query() {
    return new URLSearchParams({ view: this.view, ...this.filters });
  }

  /** What an empty view says; a filtered one says that it is filtered. */
  get nothing() {
    if (Object.keys(this.filters).length)
      return [t("Nothing here fits the filters"), t("Take a filter away to see more.")];
    return VIEWS[this.view].slice(2);
  }

  count(counts) {
    this.counts = counts;
    this.draw();
  }

  /** Whether something in a view is due by now. */
  press(view, due) {
    if (due) this.pressing.add(view);
    else this.pressing.delete(view);
    this.draw();
  }

  draw() {
    for (const tab of this.tabs) {
      const name = tab.dataset.view;
      const count = this.counts[name];
      tab.setAttribute("aria-pressed", String(name === this.view));
      tab.classList.toggle("pressing", this.pressing.has(name) || (name === "breaching" && count > 0));
      fill(tab.querySelector(".count"), count === undefined ? "" : count < COUNTED ? String(count) : `${COUNTED - 1}+`);
    }
    const chosen = Object.entries(this.filters);
    const said = { team: teamWord, language: languageWord, channel: channelWord, priority: priorityWord };
    this.menu.classList.toggle("filtering", chosen.length > 0);
    fill(
      this.chosen,
      chosen.map(([name, value]) => {
        const word = said[name] ? said[name](value) : value;
        return el(
          "button",
          {
            type: "button",
            class: "filter-chip",
            title: t("Take the filter away: {what}", { what: word }),
            on: {
              click: () => {
                this.filter({ ...this.filters, [name]: "" });
                this.offer();
              },
            },
          },
          word,
          icon("close"),
          el("span", { class: "sr" }, t("take the filter away")),
        );
      }),
    );
  }
}
