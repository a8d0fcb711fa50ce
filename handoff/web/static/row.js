/** One case as the queue shows it: who, how old, what about, how pressing. */

import { el, icon, spoken } from "./dom.js";
import { known } from "./known.js";
import { bdi } from "./markup.js";
import { unread } from "./outbox.js";
import { deadline, time, until } from "./times.js";
import { counted, languageWord, me, priorityWord, statusWord, t, teamWord } from "./words.js";

const chip = (tone, ...content) => el("span", { class: ["chip", tone] }, content);

export const customerName = (row) => row.customer_name || t("Visitor");

/** Whether this agent holds the case. */
export const mine = (row) => row.agent?.email === me.email;

/** The labels of a case, as chips. */
export const labelChips = (row) =>
  row.labels.map((label) =>
    el("span", { class: `chip chip-label label-${known.colours.get(label) || "grey"}` }, icon("label"), bdi(label)),
  );

/** What a row (or the head of a case) says in words and shapes. */
export function chips(row) {
  const due = row.status === "snoozed" ? null : deadline(row);
  return [
    el(
      "span",
      { class: "chip-pressing" },
      chip(`priority-${row.priority}`, icon(row.priority), priorityWord(row.priority)),
      row.status === "snoozed" && chip("chip-status", icon("sleep"), sleeping(row)),
      row.status === "resolved" && chip("chip-status", icon("check"), statusWord(row.status)),
      due &&
        el(
          "span",
          { class: ["chip", `due-${due.tone}`], title: due.at },
          due.tone !== "calm" && icon("warn"),
          due.text,
        ),
    ),
    row.at?.theirs && chip("chip-at", t("at {name}", { name: row.at.name })),
    el(
      "span",
      { class: "chip chip-language", title: languageWord(row.language) },
      el("span", { "aria-hidden": "true" }, row.language.toUpperCase()),
      spoken(languageWord(row.language)),
    ),
    row.team && chip("chip-team", teamWord(row.team)),
    labelChips(row),
  ];
}

/** Whose a case is that a helpdesk outside mirrors, and the way to it there. */
export const elsewhere = ({ at, status }) => [
  status === "resolved"
    ? t("This case is also at {name}.", { name: at.name })
    : at.theirs
      ? t("The people at {name} answer this case; whoever claims it here takes it from them.", { name: at.name })
      : t("This case is also at {name}; what is answered there does not reach the customer.", { name: at.name }),
  at.url && [
    " ",
    el(
      "a",
      { class: "case-link", href: at.url, target: "_blank", rel: "noreferrer" },
      t("Open it there"),
      el("span", { "aria-hidden": "true" }, " ↗"),
      spoken(t("in a new tab")),
    ),
  ],
];

function sleeping(row) {
  if (row.snoozed_until) return t("snoozed, back {time}", { time: until(row.snoozed_until) });
  return t("snoozed until a reply");
}

function holder(row) {
  if (!row.agent || mine(row)) return null;
  return el(
    "span",
    { class: "row-holder", title: t("{name} has this case", { name: row.agent.name }) },
    icon("user"),
    bdi(row.agent.name.split(" ")[0]),
  );
}

export function rowContent(row) {
  const fresh = unread(row);
  return [
    el(
      "span",
      { class: "row-top" },
      el("span", { class: "row-name" }, bdi(customerName(row))),
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
      el("span", { class: "row-headline" }, bdi(row.headline)),
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
