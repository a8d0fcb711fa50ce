/** The desk: which case is open, what an agent can do with it, and the live line that keeps both true. */

import { chooseArticle, runMacro } from "./aids.js";
import { announce, badge, chime, notify, offerNotifications, offerSound, showStanding, toast } from "./alerts.js";
import { askFields, showKeys } from "./asking.js";
import { CaseFile } from "./casefile.js";
import { Chats } from "./chats.js";
import { command } from "./commands.js";
import { Composer } from "./composer.js";
import { showSignedOut } from "./dialogs.js";
import { icon } from "./dom.js";
import { Due } from "./due.js";
import { showFigures } from "./figures.js";
import { listen } from "./keys.js";
import { Lists } from "./lists.js";
import { Opened } from "./opened.js";
import { Outbox } from "./outbox.js";
import { Presence } from "./presence.js";
import { customerName, mine } from "./row.js";
import { hearSeat, readSeat } from "./seat.js";
import { follow, read, Refused, send } from "./server.js";
import { Thread } from "./thread.js";
import { keepTime } from "./times.js";
import { verbs } from "./verbs.js";
import { cursorAtStart, prefix, t } from "./words.js";

const desk = document.querySelector(".desk");
const pane = document.getElementById("case");
const find = (selector) => pane.querySelector(selector);

let wanted = null;
let counts = {};

async function guarded(work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.status !== 401) toast(error.message);
    return null;
  }
}

/* The parts */

const outbox = new Outbox(
  (number) => opened.is(number) && opened.drawThread(),
  (number) => opened.refresh(number),
);
const presence = new Presence(find(".presence"));
const thread = new Thread(find(".thread"), {
  again: (id) => outbox.again(wanted, id),
  edit: (id) => composer.restore(outbox.take(wanted, id)),
  drop: (id) => outbox.take(wanted, id),
});
const composer = new Composer(find(".composer"), {
  post(kind, text, files) {
    outbox.post(opened.row.number, kind, text, files);
    thread.toEnd();
  },
  claim: (number) => act(number, "claim"),
  writing: (kind) => presence.writing(kind),
  file: () => ({ row: opened.row, summary: opened.summary }),
});
const file = new CaseFile(find(".file"), {
  cite: (number) => opened.cite(number),
  insert,
  verb: (name) => run(name),
  articles,
  macros: (name) => macros(name),
  open: (number) => go(number),
  async fields() {
    const { number } = opened.row;
    const said = await askFields(opened.row);
    if (said) act(number, "fields", said);
  },
  async transcript(to) {
    const { number } = opened.row;
    const sent = await guarded(() => send(`/api/cases/${number}/transcript`, { to }));
    if (sent) toast(t("The conversation of #{number} goes to {to}.", { number, to: sent.to }));
  },
  async done(id) {
    if (await guarded(() => send(`/api/follow_ups/${id}/done`))) hear(null);
  },
});
const opened = new Opened(
  pane,
  { thread, file, composer, presence, outbox },
  { verbs: (row) => possible(row), guarded, seen: () => (lists.queue.tick(), chats.draw(), title()) },
);
const chats = new Chats(document.getElementById("chats"), find(".back-count"), (number) => go(number));
const lists = new Lists(document.getElementById("queue"), {
  open: (number, seq) => go(number, { seq }),
  guarded,
  chats: (rows) => (chats.take(rows), title()),
  counted: (now) => ((counts = now), title()),
  changed: () => hear(null),
});
const due = new Due({
  open: (number) => go(number),
  list: () => (go(null), lists.views.look("follow_ups")),
  pressing: (n) => lists.views.press("follow_ups", n > 0),
});
const deeds = verbs({
  act,
  open: (number) => go(number),
  next(number) {
    const beside = [lists.queue.beside(1, number), lists.queue.beside(-1, number)];
    return beside.find((each) => each !== null && each !== number) ?? null;
  },
});

function insert(text) {
  if (composer.insert(text)) opened.fold("thread");
  else toast(t("Claim this case before you write to the customer."));
  return document.activeElement === composer.box;
}

function title() {
  badge((counts.unassigned || 0) + chats.waiting, opened.row && `#${opened.row.number}`);
}

/* What an agent does */

/** The verbs that can be done with a case now, each ready to run. */
const possible = (row) =>
  deeds.table.filter((verb) => verb.when(row)).map((verb) => ({ ...verb, run: () => run(verb.name) }));

/** Run a verb on the open case; one that can't be done now says why. */
async function run(name) {
  if (!opened.row) return;
  const verb = deeds.of(name);
  const { row, summary } = opened;
  if (verb.when(row)) await guarded(() => verb.run(row, summary));
  else if (row.status === "resolved") toast(t("This case is resolved."));
  else if (row.agent && !mine(row)) toast(t("{name} has this case", { name: row.agent.name }));
  else if (!row.agent) toast(t("Claim this case first."));
}

/** Do one thing with a case; null when it was refused, which says why, and the page re-reads what is true. */
async function act(number, verb, body) {
  const answer = await guarded(() => send(`/api/cases/${number}/${verb}`, body));
  await Promise.all([opened.refresh(number), guarded(() => lists.refresh())]);
  return answer;
}

async function articles() {
  if (!opened.row) return;
  const ask = opened.summary.ask.at(-1)?.text || opened.row.headline;
  const chosen = await chooseArticle(opened.row, ask);
  if (chosen) insert(chosen);
}

async function macros(name) {
  if (!opened.row) return;
  const { number } = opened.row;
  const ran = await runMacro(opened.row, name);
  if (!ran) return;
  if (ran.inserted && opened.is(number)) insert(ran.inserted);
  opened.refresh(number);
  guarded(() => lists.refresh());
}

/** Open a case, or none for null; `remember` puts it into the browser's history, `seq` is the entry to show. */
async function go(number, { remember = true, seq = null } = {}) {
  wanted = number;
  if (remember) history.pushState(null, "", number === null ? `${prefix}/` : `${prefix}/cases/${number}`);
  lists.queue.select(number);
  chats.select(number);
  desk.dataset.pane = number === null ? "queue" : "case";
  if (number === null) {
    opened.close();
    title();
    showFigures(find(".own-figures"));
  } else if (!(await opened.open(number, () => wanted === number))) go(null, { remember: false });
  else if (seq && !thread.goTo(seq)) thread.toEnd();
}

const step = (by) => {
  const number = lists.queue.beside(by);
  if (number !== null && number !== wanted) go(number);
};

const write = (mode) => {
  if (!opened.row) return;
  opened.fold("thread");
  composer.turn(mode, true);
};

const tool = (name, glyph, run, keys = null) => ({ title: name, glyph, run, keys });

const bar = () =>
  command({
    row: () => opened.row,
    verbs: possible,
    tools: (row) => [
      ...(row
        ? [
            tool(t("Write a reply"), "reply", () => write("reply"), ["Alt", "L"]),
            tool(t("Write a private note"), "note", () => write("note"), ["Alt", "P"]),
            tool(t("Search the articles"), "book", articles, ["Alt", "A"]),
            tool(t("Run a macro"), "bolt", () => macros(), ["Alt", "R"]),
          ]
        : []),
      tool(t("Next case"), "down", () => step(1), ["Alt", "J"]),
      tool(t("Previous case"), "up", () => step(-1), ["Alt", "K"]),
      tool(t("Keyboard shortcuts"), "key", showKeys, ["?"]),
    ],
    view: (name) => lists.views.look(name),
    open: (number) => go(number),
    search: (words) => {
      lists.box.value = words;
      lists.search.look(words);
    },
  });

/* The live line: case rows are only a bell; what is true is read again. */

let rung = null;
let reading = false;

function hear(event) {
  if (event?.name === "presence") presence.hear(event.data);
  else if (event?.name === "me") hearSeat(event.data);
  else {
    if (event?.name === "mention") told(event.data);
    rung = rung || [];
    rung.push(event?.name === "case" ? event.data : { case: opened.row?.number, what: null });
    readAgain();
  }
}

async function readAgain() {
  if (reading) return;
  reading = true;
  try {
    while (rung) {
      const rows = rung;
      rung = null;
      // After a gap, which names no case, everything is read.
      const named = rows.every((row) => row.what) ? [...new Set(rows.map((row) => row.case))] : [];
      // A case file that was written anew leaves the case's row as it was.
      const shown = rows.every((row) => row.what === "summarised") ? [] : await lists.hear(named);
      if (rows.some((row) => opened.is(row.case))) await opened.refresh(opened.row.number);
      if (rows.some((row) => !row.what || PROMISES.has(row.what))) await due.learn();
      for (const row of rows) if (row.what === "opened") await arrived(row.case, shown);
      for (const row of rows) if (NEWLY_MINE.has(row.what)) await handed(row.case);
    }
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  } finally {
    reading = false;
  }
}

const NEWLY_MINE = new Set(["routed", "assigned", "reassigned", "handed_over", "escalated"]);

const PROMISES = new Set(["follow_up_set", "follow_up_done", "absorbed", "forgotten"]);

/** A new case: said, sounded, and shown to who looks elsewhere. */
async function arrived(number, rows) {
  const row = rows.find((each) => each.number === number) || (await read(`/api/cases/${number}`)).case;
  if (row.agent) return;
  announce(t("New case: {headline}", { headline: row.headline }));
  chime();
  notify(t("New case: {name}", { name: customerName(row) }), row.headline, `case-${number}`, () => go(number));
}

/** A case that somebody, or the routing, has given to this agent. */
async function handed(number) {
  const row = chats.rows.find((each) => each.number === number);
  if (!row || opened.is(number)) return;
  toast(t("{name} is yours now: {headline}", { name: customerName(row), headline: row.headline }));
  chime();
  notify(t("{name} is yours now", { name: customerName(row) }), row.headline, `case-${number}`, () => go(number));
}

function told({ case: number, by_name: name }) {
  toast(t("{name} mentioned you in #{number}.", { name: name || t("A colleague"), number }));
  notify(t("{name} mentioned you", { name: name || t("A colleague") }), `#${number}`, `mention-${number}`, () =>
    go(number),
  );
}

/* Start */

function numberInAddress() {
  const match = /\/cases\/(\d+)$/.exec(location.pathname);
  return match ? Number(match[1]) : null;
}

find("#back").prepend(icon("back"));
find("#back").addEventListener("click", () => go(null));
document.getElementById("keys").addEventListener("click", showKeys);
document.getElementById("command").addEventListener("click", bar);
find(".articles-tool").addEventListener("click", articles);
find(".macros-tool").addEventListener("click", () => macros());
for (const place of document.querySelectorAll("[data-icon]")) place.prepend(icon(place.dataset.icon));
document.addEventListener("signed-out", showSignedOut);
document.addEventListener("visibilitychange", () => opened.markSeen());
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[open].menu"))
    if (!menu.contains(event.target)) menu.open = false;
  const link = event.target.closest("a.case-link");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go(Number(link.pathname.split("/").at(-1)));
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest("details[open].menu");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
addEventListener("popstate", () => go(numberInAddress(), { remember: false }));
addEventListener("beforeunload", (event) => outbox.unsent && event.preventDefault());
listen({
  "alt+j": () => step(1),
  "alt+k": () => step(-1),
  "alt+l": () => write("reply"),
  "alt+p": () => write("note"),
  "alt+a": articles,
  "alt+r": () => macros(),
  "alt+c": () => run("claim"),
  "alt+e": () => run("resolve"),
  "ctrl+alt+e": () => run("resolve_next"),
  "alt+m": () => run("snooze"),
  "alt+h": () => run("hand_over"),
  "alt+t": () => run("labels"),
  "alt+u": () => run("follow_ups"),
  "ctrl+k": bar,
  "/": () => (desk.dataset.pane === "queue" ? lists.box.focus() : write(composer.mode)),
  "?": showKeys,
});

offerSound();
offerNotifications();
readSeat();
guarded(() => lists.refresh()).then(() => {
  const number = numberInAddress();
  if (number !== null) go(number, { remember: false });
  else showFigures(find(".own-figures"));
  outbox.retryAll();
  due.learn();
});
follow(cursorAtStart, hear, showStanding);
keepTime(() => {
  lists.queue.tick();
  chats.draw();
  opened.tick();
});
