/** One entry of a thread, drawn: whose words, when, what came with them, and whether they have arrived. */

import { el, icon, spoken } from "./dom.js";
import { filesOf } from "./files.js";
import { bdi, prose, verbatim } from "./markup.js";
import { time } from "./times.js";
import { me, prefix, reasonWord, t } from "./words.js";

/** Whose side an entry is on: customer | bot | agent | note | system. */
export function side(entry) {
  if (entry.kind === "note") return "note";
  if (entry.kind === "reply") return "agent";
  if (entry.kind === "event") return "system";
  return entry.author;
}

function head({ entry, whose }, customer) {
  const name = { customer: customer || t("Visitor"), bot: t("Assistant") }[whose] || entry.name || t("Agent");
  return el(
    "div",
    { class: "entry-head" },
    el("span", { class: "entry-name" }, bdi(name), whose === "agent" && entry.author === me.email && ` ${t("(you)")}`),
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

const numbered = (number) =>
  number !== null &&
  el(
    "span",
    { class: "entry-number", title: t("Message {n}", { n: number }) },
    spoken(t("Message {n}", { n: number })),
    el("span", { "aria-hidden": "true" }, String(number)),
  );

/** Who is meant stands out: "@Omar" in a note. */
function mentions(node) {
  for (const text of [...textsOf(node)]) {
    const parts = text.data.split(/(?<=^|\s)(@\p{L}[\p{L}\p{N}._'-]*(?: \p{Lu}[\p{L}'-]+)*)/u);
    if (parts.length < 2) continue;
    text.replaceWith(...parts.map((part, i) => (i % 2 ? el("span", { class: "mention" }, part) : part)));
  }
  return node;
}

function* textsOf(node) {
  const walk = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) yield walk.currentNode;
}

/** A case's number, or a moment as the record has it. */
const NAMED = /(#\d{3,9}\b|\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))/;

/** An event's sentence; the cases it names are links to them, and its moments are in the reader's own words. */
const linked = (text) =>
  text.split(NAMED).map((part, i) => {
    if (i % 2 === 0) return part;
    if (!part.startsWith("#")) return time(part, "moment");
    return el("a", { class: "case-link", href: `${prefix}/cases/${part.slice(1)}` }, part);
  });

/** What happened to the case, on one small line. */
export function systemLine({ entry, opened }, reason) {
  // The case file tells at length why the bot handed over when the case was opened.
  const said = opened ? t("Handed over by the bot: {reason}", { reason: reasonWord(reason) }) : linked(entry.text);
  return [el("bdi", { dir: "auto" }, said), " ", time(entry.at, "clock")];
}

/** Words of people or of the bot. `unsent` says what the buttons of a failed send do. */
export function wordsLine(item, customer, unsent) {
  const { entry, whose } = item;
  const words = () => (whose === "customer" ? verbatim(entry.text) : prose(entry.text));
  const bubble = entry.text && el("div", { class: "bubble" }, words());
  return [
    item.head && head(item, customer),
    bubble && whose === "note" ? mentions(bubble) : bubble,
    !bubble && filesOf(entry.files),
    numbered(entry.number),
    bubble && filesOf(entry.files),
    delivery(entry, item.last),
    entry.failed && failure(entry, unsent),
  ];
}

function failure(entry, unsent) {
  const button = (label, act) =>
    el("button", { type: "button", class: "link", on: { click: () => act(entry.client_id) } }, label);
  return el(
    "div",
    { class: "failure" },
    icon("warn"),
    el("span", {}, t("Not sent. We kept it."), " ", entry.failed),
    button(t("Try again"), unsent.again),
    button(t("Edit"), unsent.edit),
    button(t("Discard"), unsent.drop),
  );
}
