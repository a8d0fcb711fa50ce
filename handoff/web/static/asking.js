/** The small questions before a verb: when, how urgent, how it ended. Each gives the verb's arguments, or null. */

import { ask, lead, radio } from "./dialogs.js";
import { el, fill } from "./dom.js";
import { bdi } from "./markup.js";
import { read } from "./server.js";
import { serverNow, time } from "./times.js";
import { priorityWord, t } from "./words.js";

const HOUR = 3_600_000;

/** A moment as <input type=datetime-local> has it, in this computer's zone. */
function local(at) {
  const moment = new Date(at);
  return new Date(moment - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** Nine in the morning, some days from now. */
function morning(days) {
  const at = new Date(serverNow());
  at.setDate(at.getDate() + days);
  at.setHours(9, 0, 0, 0);
  return at;
}

const daysToMonday = () => (8 - new Date(serverNow()).getDay()) % 7 || 7;

const rounded = (ms) => new Date(Math.ceil((serverNow() + ms) / (5 * 60_000)) * 5 * 60_000);

/** When to look again: presets that people use, as {key: [title, moment]}. */
const later = () => ({
  hour: [t("In an hour"), rounded(HOUR)],
  three: [t("In three hours"), rounded(3 * HOUR)],
  tomorrow: [t("Tomorrow morning"), morning(1)],
  ...(daysToMonday() > 1 && { monday: [t("Monday morning"), morning(daysToMonday())] }),
});

const pure = (answer, ...names) => answer && Object.fromEntries(names.map((name) => [name, answer[name]]));

export const askResolve = (row, next) =>
  ask("resolve-dialog", (form) => {
    const [stay, go] = form.querySelectorAll("[type=submit]");
    (next ? go : stay).classList.add("primary");
    (next ? stay : go).classList.remove("primary");
    // Enter presses the first button of a form: it must be the one that was asked for.
    form.querySelector(".dialog-foot").append(...(next ? [go, stay] : [stay, go]));
  });

export const askReturn = async () => pure(await ask("return-dialog"), "note");

export const askReopen = async () => pure(await ask("reopen-dialog"), "note");

export const askSpam = async () => (await ask("spam-dialog")) && {};

export async function askSnooze() {
  const presets = later();
  const answer = await ask("snooze-dialog", (form) => {
    fill(
      form.querySelector(".choices"),
      Object.entries(presets).map(([key, [title, at]], i) =>
        radio("when", key, title, time(at.toISOString(), "moment"), i === 0),
      ),
      radio("when", "reply", t("Until the customer writes"), t("No time of its own")),
      radio("when", "given", t("At a time of your own")),
    );
    const own = form.elements.given;
    own.value = local(morning(1));
    own.min = local(serverNow());
    own.closest(".field").hidden = true;
    form.onchange = () => {
      const chosen = form.elements.when.value === "given";
      own.closest(".field").hidden = !chosen;
      own.required = chosen;
    };
    form.onchange();
  });
  if (!answer) return null;
  if (answer.when === "reply") return { until: null, until_reply: true };
  const at = answer.when === "given" ? new Date(answer.given) : presets[answer.when][1];
  return { until: at.toISOString(), until_reply: false };
}

export async function askPriority(row) {
  const answer = await ask("priority-dialog", (form, dialog) => {
    lead(
      dialog,
      t("Now: {priority}. {because}", { priority: priorityWord(row.priority), because: row.priority_because }),
    );
    fill(
      form.querySelector(".choices"),
      ["urgent", "high", "normal", "low"].map((name) =>
        radio("priority", name, priorityWord(name), null, name === row.priority),
      ),
    );
  });
  return pure(answer, "priority", "note");
}

const DAY = 24 * HOUR;
const SPANS = [
  [t("For a day"), DAY],
  [t("For a week"), 7 * DAY],
  [t("For thirty days"), 30 * DAY],
  [t("Until somebody unblocks them"), null],
];

export async function askBlock(row) {
  const answer = await ask("block-dialog", (form) => {
    fill(
      form.querySelector(".choices"),
      SPANS.map(([title], i) => radio("span", String(i), title, null, i === 0)),
    );
    form.elements.because.value = "";
  });
  if (!answer) return null;
  const length = SPANS[Number(answer.span)][1];
  return { because: answer.because, until: length && new Date(serverNow() + length).toISOString() };
}

/** A call-back needs a number, a follow-up only a day. */
export async function askFollowUp(row, summary) {
  const answer = await ask("follow-up-dialog", (form) => {
    const told = summary?.facts.find((fact) => fact.name === "phone" && !fact.superseded && !fact.masked);
    const contact = row.contact && !row.contact.includes("@") ? row.contact : "";
    form.elements.phone.value = told?.value || contact;
    form.elements.due.value = local(morning(1));
    form.elements.due.min = local(serverNow());
    const phone = form.elements.phone.closest(".field");
    form.onchange = () => {
      phone.hidden = form.elements.kind.value !== "call_back";
      form.elements.phone.required = !phone.hidden;
    };
    form.onchange();
  });
  if (!answer) return null;
  return {
    kind: answer.kind,
    due: new Date(answer.due).toISOString(),
    text: answer.text,
    phone: answer.kind === "call_back" ? answer.phone : null,
  };
}

/** The shortcuts; nothing is asked. */
export const showKeys = () => ask("keys-dialog");

const INPUT = { number: "text", date: "date", text: "text" };

/** One custom field, as its kind is filled in. */
function fieldInput({ name, kind, title, choices }, value) {
  const box =
    kind === "choice"
      ? el(
          "select",
          { name },
          ["", ...choices].map((each) => el("option", { value: each, selected: each === value }, each || t("None"))),
        )
      : el("input", { type: INPUT[kind], name, value, maxlength: "500", inputmode: kind === "number" && "decimal" });
  return el("label", { class: "field" }, el("span", {}, bdi(title)), box);
}

/** What the house wants to know of a case besides; an empty value empties its field. */
export async function askFields(row) {
  const { fields } = await read("/api/fields");
  const answer = await ask("fields-dialog", (form) => {
    fill(
      form.querySelector(".field-list"),
      fields.map((each) => fieldInput(each, row.fields?.[each.name] || "")),
      fields.length === 0 &&
        el("p", { class: "nothing" }, t("There are no fields yet. An administrator defines them.")),
    );
  });
  return answer && fields.length > 0 && { fields: Object.fromEntries(fields.map(({ name }) => [name, answer[name]])) };
}
