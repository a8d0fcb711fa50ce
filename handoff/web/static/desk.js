/** The desk: which case is open, what an agent can do with it, and the live line that keeps both true. */

import { announce, badge, chime, offerSound, showStanding, toast } from "./alerts.js";
import { CaseFile } from "./casefile.js";
import { Composer } from "./composer.js";
import { askOutcome, askReturn, listen, showKeys, showSignedOut } from "./dialogs.js";
import { el, fill, icon } from "./dom.js";
import { keepSeen, Outbox, unread } from "./outbox.js";
import { chips, Queue } from "./queue.js";
import { follow, read, Refused, send } from "./server.js";
import { Thread } from "./thread.js";
import { keepTime, setServerTime } from "./times.js";
import { cursorAtStart, me, prefix, t } from "./words.js";

const desk = document.querySelector(".desk");
const pane = document.getElementById("case");
const find = (selector) => pane.querySelector(selector);

/** The open case: {row, entries, summary}, or null. */
let open = null;
let wantedNumber = null;
let knownNumbers = null;

const outbox = new Outbox(
  (number) => isOpen(number) && drawThread(),
  (number) => refreshCase(number),
);
const queue = new Queue(document.getElementById("queue"), (number) => go(number));
const composer = new Composer(
  find(".composer"),
  (kind, text) => {
    outbox.post(open.row.number, kind, text);
    thread.toEnd();
  },
  (number) => act(number, "claim"),
);
const thread = new Thread(find(".thread"), {
  again: (id) => outbox.again(open.row.number, id),
  edit: (id) => composer.restore(outbox.take(open.row.number, id)),
  drop: (id) => outbox.take(open.row.number, id),
});
const file = new CaseFile(find(".file"), {
  cite(number) {
    fold("thread");
    if (!thread.cite(number)) toast(t("Message {n} is not in this conversation.", { n: number }));
  },
  insert(text) {
    if (composer.insert(text)) fold("thread");
    else toast(t("Claim this case before you write to the customer."));
    return document.activeElement === composer.box;
  },
});

const isOpen = (number) => open !== null && open.row.number === number;

async function guarded(work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.status !== 401) toast(error.message);
    return null;
  }
}

/* The queue */

async function refreshQueue() {
  const midnight = new Date();
  midnight.setHours(0, 0, 0, 0);
  const answer = await read(`/api/cases?since=${encodeURIComponent(midnight.toISOString())}`);
  setServerTime(answer.now);
  const rows = answer.cases;
  const fresh = knownNumbers === null ? [] : rows.filter((row) => !knownNumbers.has(row.number) && !row.agent);
  knownNumbers = new Set(rows.map((row) => row.number));
  queue.take(rows, answer.today);
  badge(
    rows.filter((row) => !row.agent || (row.agent.email === me.email && unread(row))).length,
    open && `#${open.row.number}`,
  );
  for (const row of fresh) announce(t("New case: {headline}", { headline: row.headline }));
  if (fresh.length) chime();
}

/* The open case */

/** Open a case, or none for null; `remember` puts it into the browser's history. */
async function go(number, remember = true) {
  wantedNumber = number;
  if (remember) history.pushState(null, "", number === null ? `${prefix}/` : `${prefix}/cases/${number}`);
  queue.select(number);
  desk.dataset.pane = number === null ? "queue" : "case";
  if (number === null) {
    open = null;
    show();
    return;
  }
  const answer = await guarded(() => read(`/api/cases/${number}`));
  if (wantedNumber !== number) return;
  if (!answer) {
    go(null, false);
    return;
  }
  open = { row: answer.case, summary: answer.summary, entries: answer.thread };
  fold("thread");
  show();
  thread.open(open.row, open.entries, unread(open.row));
  drawThread();
  thread.toEnd();
  file.show(open.summary, open.row);
  composer.open(open.row);
  markSeen();
}

/** Read what changed: everything from the first entry that could still change. */
async function refreshCase(number) {
  if (!isOpen(number)) return;
  const pending = open.entries.find((entry) => entry.kind === "reply" && entry.number === null);
  const last = open.entries.at(-1);
  const after = pending ? pending.seq - 1 : last ? last.seq : 0;
  const answer = await guarded(() => read(`/api/cases/${number}?after=${after}`));
  if (!answer || !isOpen(number) || answer.case.version < open.row.version) return;
  open.row = answer.case;
  open.summary = answer.summary;
  const kept = open.entries.filter((entry) => entry.seq <= after);
  open.entries = [...kept, ...answer.thread];
  const fresh = drawThread();
  for (const entry of fresh)
    if (entry.author === "customer")
      announce(t("{name} wrote: {text}", { name: open.row.customer_name || t("Visitor"), text: entry.text }));
  show();
  file.show(open.summary, open.row);
  composer.renew(open.row);
  markSeen();
}

const drawThread = () => thread.renew(open.row, open.entries, outbox.entries(open.row.number));

/** Only what was really in front of the agent counts as seen. */
function markSeen() {
  if (!open || document.visibilityState !== "visible") return;
  keepSeen(open.row);
  queue.tick();
}

function show() {
  find(".none").hidden = open !== null;
  find(".case-open").hidden = open === null;
  if (!open) {
    badge(0, null);
    return;
  }
  const { row } = open;
  fill(find(".case-name"), row.customer_name || t("Visitor"));
  fill(find(".case-number"), `#${row.number}`);
  fill(find(".case-chips"), chips(row));
  fill(find(".case-headline"), row.headline);
  find(".case-headline").title = row.headline;
  const state = `${row.number} ${row.status} ${row.agent?.email}`;
  const actions = find(".case-actions");
  if (actions.dataset.state === state) return;
  actions.dataset.state = state;
  fill(actions, choices(row));
}

/** What this agent can do with the case now. */
function choices(row) {
  const button = (label, name, verb, primary) =>
    el("button", { type: "button", class: primary && "primary", on: { click: verb } }, icon(name), label);
  if (row.status === "resolved") return el("span", { class: "case-holder" }, icon("check"), t("Resolved"));
  if (!row.agent) return button(t("Claim"), "check", () => act(row.number, "claim"), true);
  if (row.agent.email !== me.email)
    return el("span", { class: "case-holder" }, icon("user"), t("{name} has this case", { name: row.agent.name }));
  return [
    button(t("Release"), "minus", () => act(row.number, "release")),
    button(t("Return to bot"), "bot", returnToBot),
    button(t("Resolve"), "check", resolve, true),
  ];
}

/** Do one thing with a case; true when it worked. A refusal says why, and the page re-reads what is true. */
async function act(number, verb, body) {
  const answer = await guarded(() => send(`/api/cases/${number}/${verb}`, body));
  await Promise.all([refreshCase(number), guarded(refreshQueue)]);
  return answer !== null;
}

async function resolve() {
  if (!open || open.row.status === "resolved") return;
  if (open.row.agent?.email !== me.email) {
    toast(
      open.row.agent
        ? t("{name} has this case", { name: open.row.agent.name })
        : t("Claim this case before you resolve it."),
    );
    return;
  }
  const { number } = open.row;
  const said = await askOutcome();
  if (said && (await act(number, "resolve", said))) toast(t("Case #{number} is resolved.", { number }));
}

async function returnToBot() {
  const { number } = open.row;
  const said = await askReturn();
  if (said && (await act(number, "return", said)))
    toast(t("The bot answers the customer of #{number} again.", { number }));
}

function fold(part) {
  find(".case-body").dataset.fold = part;
  for (const button of pane.querySelectorAll(".folds button"))
    button.setAttribute("aria-pressed", String(button.dataset.fold === part));
}

/* The live line: rows are only a bell; what is true is read again. */

let rung = null;
let reading = false;

async function hear(rows) {
  rung = rung || new Set();
  for (const row of rows) rung.add(row.case);
  if (!rows.length) rung.add(open?.row.number);
  if (reading) return;
  reading = true;
  try {
    while (rung) {
      const numbers = rung;
      rung = null;
      await refreshQueue();
      if (open && numbers.has(open.row.number)) await refreshCase(open.row.number);
    }
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  } finally {
    reading = false;
  }
}

/* Start */

const write = (mode) => {
  if (!open) return;
  fold("thread");
  composer.turn(mode, true);
};
const step = (by) => {
  const number = queue.beside(by);
  if (number !== null && number !== wantedNumber) go(number);
};

find("#back").prepend(icon("back"));
find("#back").addEventListener("click", () => go(null));
for (const button of pane.querySelectorAll(".folds button"))
  button.addEventListener("click", () => fold(button.dataset.fold));
document.getElementById("keys").addEventListener("click", showKeys);
document.addEventListener("signed-out", showSignedOut);
document.addEventListener("visibilitychange", markSeen);
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[open].menu"))
    if (!menu.contains(event.target)) menu.open = false;
});
addEventListener("popstate", () => go(numberInAddress(), false));
addEventListener("beforeunload", (event) => outbox.unsent && event.preventDefault());
listen({
  j: () => step(1),
  k: () => step(-1),
  e: resolve,
  l: () => write("reply"),
  p: () => write("note"),
  "?": showKeys,
});

function numberInAddress() {
  const match = /\/cases\/(\d+)$/.exec(location.pathname);
  return match ? Number(match[1]) : null;
}

offerSound();
guarded(refreshQueue).then(() => {
  const number = numberInAddress();
  if (number !== null) go(number, false);
  outbox.retryAll();
});
follow(cursorAtStart, hear, showStanding);
keepTime(() => {
  queue.tick();
  if (open) fill(find(".case-chips"), chips(open.row));
});
