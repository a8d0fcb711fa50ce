/** Call-backs and dated follow-ups: beside their case, and as a list that stays until each is done. */

import { el, icon, spoken } from "./dom.js";
import { bdi } from "./markup.js";
import { serverNow, time } from "./times.js";
import { me, prefix, t } from "./words.js";

const due = (each) => Date.parse(each.due) <= serverNow();

const KIND = { call_back: t("Call back"), follow_up: t("Follow up") };

/** One of them: what, when, for whom, and the button that ends it. */
function followUp(each, { done, open = null }) {
  const late = due(each);
  return el(
    "li",
    { class: ["follow-up", late && "follow-up-due"], data: { key: each.id } },
    el("span", { class: "follow-up-kind" }, icon(each.kind === "call_back" ? "phone" : "calendar"), KIND[each.kind]),
    el(
      "span",
      { class: late ? "due-bad chip" : "due-calm chip" },
      late ? `${t("due")} ` : null,
      time(each.due, late ? "ago" : "until"),
    ),
    open &&
      el(
        "a",
        {
          class: "follow-up-case",
          href: `${prefix}/cases/${each.case}`,
          on: {
            click: (event) => {
              event.preventDefault();
              open(each.case);
            },
          },
        },
        `#${each.case}`,
      ),
    each.agent && each.agent !== me.email && el("span", { class: "because" }, bdi(each.agent_name || each.agent)),
    each.text && el("p", {}, bdi(each.text)),
    each.phone &&
      el("a", { class: "follow-up-phone", href: `tel:${each.phone.replace(/[^\d+]/g, "")}` }, bdi(each.phone)),
    el(
      "button",
      { type: "button", class: "insert", on: { click: () => done(each.id) } },
      icon("check"),
      t("Done"),
      spoken(each.text),
    ),
  );
}

/** Those of the open case; nothing when there are none. */
export function followUpsPart(list, does) {
  if (!list.length) return null;
  return el(
    "section",
    { class: "part part-following" },
    el("h3", {}, t("To follow up")),
    el(
      "ul",
      { class: "follow-ups" },
      list.map((each) => followUp(each, { done: does.done })),
    ),
  );
}

/** A list of them, the soonest first, for the queue's pane; `turn(of)` asks for mine or everybody's. */
export function followUpRows(list, { of, turn, ...does }) {
  const whose = (name, title) =>
    el("button", { type: "button", "aria-pressed": String(of === name), on: { click: () => turn(name) } }, title);
  return [
    el("li", { class: "whose" }, whose("me", t("Mine")), whose("all", t("Everybody's"))),
    ...list.map((each) => followUp(each, does)),
    list.length === 0 &&
      el("li", { class: "nothing" }, t("Call-backs and dated follow-ups stay here until they are done.")),
  ];
}

/** The mentions of this agent, the newest first; `open(case, seq)` shows the note. */
export const mentionRows = (list, open) =>
  list.map((each) =>
    el(
      "li",
      { class: ["mention-row", !each.seen && "mention-fresh"] },
      el(
        "a",
        {
          href: `${prefix}/cases/${each.case}`,
          on: {
            click: (event) => {
              event.preventDefault();
              open(each.case, each.seq);
            },
          },
        },
        el(
          "span",
          { class: "row-top" },
          el("span", { class: "row-name" }, bdi(each.by_name || each.by)),
          el("span", { class: "row-number" }, `#${each.case}`),
          el("span", { class: "row-age" }, time(each.at, "age")),
        ),
        el("span", { class: "mention-text" }, bdi(each.text)),
        !each.seen && spoken(t("not read yet")),
      ),
    ),
  );
