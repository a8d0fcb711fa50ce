/** The facts of a case: told, checked, corrected, hidden, and those that nobody has asked for yet. */

import { announce, toast } from "./alerts.js";
import { cites } from "./cites.js";
import { el, fill, icon, spoken } from "./dom.js";
import { bdi } from "./markup.js";
import { Refused, send } from "./server.js";
import { askFor, counted, factWord, locale, t } from "./words.js";

/** The facts that are there without asking; a talkative customer gives many. */
const SHOWN = 8;

const REVEALED_FOR = 30_000;

const percent = new Intl.NumberFormat(locale, { style: "percent" });

/** Copy `text` and say so on the button that was pressed. */
async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    announce(t("Copying is not allowed here."));
    return;
  }
  fill(button, icon("check"), spoken(t("Copied")));
  announce(t("Copied: {text}", { text }));
  setTimeout(() => fill(button, icon("copy"), spoken(t("Copy {text}", { text }))), 1600);
}

/** What the customer has told, and what is still missing; `does` as the case file's. */
export function factsPart({ facts, missing, completeness, customer }, row, does) {
  const given = facts.filter((fact) => !fact.superseded);
  const named = new Set(given.map((fact) => fact.name));
  const known = [
    ...given.map((fact) => told(fact, facts, row, does)),
    // What customers say themselves counts for more than the page that they happened to look at.
    ...["order", "product"].filter((name) => customer.site?.[name] && !named.has(name))
      .map((name) => seen(name, customer.site[name])),
  ];
  const others = known.length - SHOWN;
  const open = missing
    .filter((each) => !customer.site?.[each.name])
    .map((each) => notTold(each.name, row.language, does));
  const share =
    known.length || open.length
      ? el(
          "span",
          { class: "part-aside" },
          t("{share} of what is needed", { share: percent.format(completeness.value) }),
        )
      : null;
  return el(
    "section",
    { class: "part part-facts" },
    el("h3", {}, t("Facts"), share),
    known.length || open.length
      ? [
          el("dl", { class: "facts" }, known.slice(0, SHOWN), open),
          others > 0 &&
            el(
              "details",
              { class: "more-facts" },
              el("summary", {}, counted(others, "{n} more fact", "{n} more facts")),
              el("dl", { class: "facts" }, known.slice(SHOWN)),
            ),
        ]
      : el("p", { class: "nothing" }, t("No order number, address or date so far.")),
  );
}

/** What only the company's own page said: nobody's words, so there is no message to show for it. */
function seen(name, value) {
  return el(
    "div",
    { class: "fact" },
    el("dt", {}, factWord(name)),
    el(
      "dd",
      {},
      el("span", { class: "fact-value" }, bdi(value)),
      el("span", { class: "from-page", title: t("Your page said that the customer was looking at this") }, t("from the page")),
      copyButton(value),
    ),
  );
}

const copyButton = (value) =>
  el(
    "button",
    { type: "button", class: "copy", on: { click: (event) => copy(value, event.currentTarget) } },
    icon("copy"),
    spoken(t("Copy {text}", { text: value })),
  );

/** What a hidden fact is, for those allowed; it is hidden again after a moment. */
async function reveal(fact, row, button) {
  const shown = button.parentElement.querySelector(".fact-value");
  try {
    const { text } = await send(`/api/cases/${row.number}/reveal`, { fact: fact.name, message: fact.messages[0] });
    fill(shown, bdi(text));
    button.hidden = true;
    setTimeout(() => {
      fill(shown, bdi(fact.value || fact.words));
      button.hidden = false;
    }, REVEALED_FOR);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    toast(error.message);
  }
}

function told(fact, facts, row, does) {
  const value = fact.value || fact.words;
  const before = facts.filter((other) => other.superseded && other.name === fact.name);
  return el(
    "div",
    { class: "fact" },
    el("dt", {}, factWord(fact.name)),
    el(
      "dd",
      {},
      el("span", { class: "fact-value", title: fact.words }, bdi(value)),
      fact.validated &&
        el(
          "span",
          { class: "valid", title: t("The format is right") },
          icon("check"),
          spoken(t("The format is right")),
        ),
      fact.masked &&
        el(
          "span",
          { class: "masked", title: t("Hidden to protect the customer") },
          icon("lock"),
          spoken(t("Hidden to protect the customer")),
        ),
      cites(fact.messages, does.cite),
      fact.masked &&
        fact.name !== "password" &&
        el(
          "button",
          {
            type: "button",
            class: "ask",
            title: t("Show it; the audit log keeps who looked, and when"),
            on: { click: (event) => reveal(fact, row, event.currentTarget) },
          },
          t("Reveal"),
          spoken(factWord(fact.name)),
        ),
      !fact.masked && copyButton(value),
      before.map((other) =>
        el(
          "span",
          { class: "corrected" },
          t("corrected from"),
          " ",
          bdi(other.value || other.words),
          cites(other.messages, does.cite),
        ),
      ),
    ),
  );
}

function notTold(name, language, does) {
  const word = factWord(name);
  return el(
    "div",
    { class: "fact fact-missing" },
    el("dt", {}, word),
    el(
      "dd",
      {},
      el("em", {}, t("not given yet")),
      el(
        "button",
        { type: "button", class: "ask", on: { click: () => does.insert(askFor(name, language)) } },
        t("Ask"),
        spoken(t("for: {fact}", { fact: word })),
      ),
    ),
  );
}
