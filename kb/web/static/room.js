// The writing room: one article's text, saved, published and previewed. What else is done to it has a module each.

import { ask } from "./api.js";
import { confirmPublish } from "./blast.js";
import { openDetails } from "./details.js";
import { openHistory } from "./history.js";
import { openImages } from "./images.js";
import { showLine } from "./line.js";
import { openMerging } from "./merging.js";
import { $, make, render, roam, say, tongue } from "./page.js";
import { openRail } from "./rail.js";
import { openReview } from "./review.js";
import { openTrying } from "./trying.js";
import { TOOLS } from "./writing.js";

const facts = JSON.parse($("facts").textContent);
const fields = ["title", "body", "questions", "category", "labels", "language", "public"];
let busy = null;  // the save under way

/** What the modules share: the article as the server holds it, and what the page can do. */
const room = {
  facts,
  article: facts.article,  // id, version, latest, live, standing …; null before the first save
  saved: read(true),       // the text that was last stored, to know what isn't
  clash: false,            // a colleague saved first, and the editor has yet to choose
  read, dirty, fill, show, settle, standing, notice, button, quieten, explain, save, preview, touched, stage, openTab,
};

/** The title grows with its lines where the browser doesn't do it by itself. */
function grow() {
  if (CSS.supports("field-sizing", "content")) return;
  $("title").style.height = "auto";
  $("title").style.height = `${$("title").scrollHeight}px`;
}

/** What the editor has in hand, as the API takes it; `asServed`: what the page came with, whatever was typed while it loaded. */
function read(asServed = false) {
  const value = (id) => (asServed ? $(id).defaultValue : $(id).value);
  const lines = (id, mark) => value(id).split(mark).map((line) => line.trim()).filter(Boolean);
  return {
    title: value("title").replace(/\s+/g, " ").trim(), body: value("body"), questions: lines("questions", "\n"),
    category: value("category").trim(), labels: lines("labels", ","), language: $("language").value,
    public: asServed ? $("public").defaultChecked : $("public").checked,
  };
}
function dirty() {
  return JSON.stringify(read()) !== JSON.stringify(room.saved);
}
function fill(text) {
  for (const name of ["title", "body", "category", "language"]) $(name).value = text[name];
  $("questions").value = text.questions.join("\n");
  $("labels").value = text.labels.join(", ");
  $("public").checked = text.public;
  grow();
}

// ------ what the page says

function standing(text, live = false) {
  $("standing").textContent = text;
  $("standing").classList.toggle("live", live);
}
function notice(text, ...buttons) {
  $("notice").replaceChildren(make("p", { textContent: text }), make("div", { className: "row" }, ...buttons));
  $("notice").hidden = false;
}
function button(text, onclick, kind = "button") {
  return make("button", { type: "button", className: kind, textContent: text, onclick });
}
function quieten() {
  $("notice").hidden = true;
}
function explain(problem) {
  if (problem.code === "stale") {
    conflict();
    return;
  }
  if (problem.status === 401) notice(say("signedOut"), make("a", { className: "button", href: "/kb/sign-in", target: "_blank", textContent: say("signIn") }));
  else notice(problem.message ?? String(problem), button(say("close"), quieten));
  standing(dirty() ? say("unsaved") : room.article?.standing.line ?? "");
}

/** Put `name`, a comparison or a merge, in place of the text; null: the text again. */
function stage(name) {
  for (const one of ["comparing", "merging"]) $(one).hidden = one !== name;
  $("article").hidden = name !== null;
  if (name) $(name).focus();
  else $("body").focus({ preventScroll: true });
}

function show() {
  const { article, saved, clash } = room;
  const now = article?.standing;
  const changed = dirty();
  $("heading").textContent = saved.title || $("heading").textContent;
  if (now) {
    for (const step of document.querySelectorAll(".steps li")) {
      step.toggleAttribute("aria-current", false);
      if (step.dataset.status === article.status) step.setAttribute("aria-current", "step");
    }
    for (const choice of document.querySelectorAll("#more [data-do]")) choice.hidden = !now.may.includes(choice.dataset.do);
    $("public-page").hidden = !now.page;
    if (now.page) $("public-page").href = now.page;
    const next = changed && article.status === "published" ? "publish" : now.next;
    $("primary").dataset.do = next;
    $("primary").textContent = changed && article.status === "published" ? say("publishChanges") : now.next_word;
    $("primary").title = now.next_hint;
    $("primary").disabled = next === "none";
  } else {
    $("primary").disabled = !changed;
  }
  const closed = article?.status === "archived" || !!now?.may.includes("recover");
  for (const name of fields) $(name).disabled = closed || (name === "language" && !!article);
  $("more").hidden = !now;
  $("primary").disabled ||= clash;
  $("save").disabled = !changed || clash;
  review.showPlan();
  if (changed) standing(say("unsaved"));
  else if (now && !$("standing").classList.contains("live")) standing(now.line);
}

/** After something was done to the article: the page says how it stands, and the list follows. */
function settle() {
  quieten();
  standing(room.article.standing.line);
  show();
  loadRail();
  past.load();
}

// ------ keeping: the server on Save, this browser meanwhile

const shelf = () => `firstline.studio.${room.article?.id ?? "new"}`;
function keepAside() {
  try {
    if (dirty()) localStorage.setItem(shelf(), JSON.stringify({ text: read(), version: room.article?.version ?? 0, at: Date.now() }));
    else localStorage.removeItem(shelf());
  } catch { /* private windows have no storage; Save still works */ }
}
function offerKept() {
  let kept = null;
  try { kept = JSON.parse(localStorage.getItem(shelf())); } catch { return; }
  if (!kept || JSON.stringify(kept.text) === JSON.stringify(room.saved)) return;
  const at = new Intl.DateTimeFormat(tongue, { dateStyle: "medium", timeStyle: "short" }).format(kept.at);
  notice(say("kept", { time: at }),
    button(say("bringBack"), () => { fill(kept.text); quieten(); touched(); }, "button primary"),
    button(say("forget"), () => { localStorage.removeItem(shelf()); quieten(); }));
}

/** Store what is in hand; resolves to true once it is durable. Ctrl+S twice is one save. */
function save() {
  if (room.clash) {
    (($("merging").hidden ? $("notice") : $("merging"))).focus();
    return Promise.resolve(false);
  }
  busy ??= store().finally(() => { busy = null; });
  return busy;
}
async function store() {
  const text = read();
  const empty = !text.title ? ["title", "needsTitle"] : !text.body.trim() ? ["body", "needsText"] : null;
  if (empty) {
    notice(say(empty[1]), button(say("close"), quieten));
    $(empty[0]).focus();
    return false;
  }
  standing(say("saving"));
  const was = shelf();
  const first = !room.article;
  try {
    const body = { ...text, version: room.article?.version, translation_of: first ? facts.translation_of : undefined };
    ({ article: room.article } = await ask(first ? "POST" : "PUT", first ? "/articles" : `/articles/${room.article.path}`, body));
  } catch (problem) {
    keepAside();
    if (problem.code !== "stale") explain(problem);
    else setTimeout(conflict);  // once this save has ended, as what comes of it saves again
    return false;
  }
  room.saved = text;
  try { localStorage.removeItem(was); } catch { /* as above */ }
  if (location.pathname !== room.article.url) window.history.replaceState(null, "", room.article.url);
  keepAside();
  settle();
  if (dirty()) standing(say("unsaved"));
  if (first) loadDetails();
  review.load();
  return true;
}

/** What the buttons do, and Ctrl+Enter; what takes effect for customers is shown before it is done. */
async function act(verb) {
  $("more").open = false;
  if (verb === "schedule" || verb === "submit") {
    if ((!dirty() && room.article) || (await save())) review[verb]();
    return;
  }
  if (verb === "return") review.sendBack();
  if (verb === "unschedule") review.unschedule();
  if (["none", "return", "unschedule"].includes(verb)) return;
  const nothingNew = room.article && !dirty() && !room.article.standing.may.includes(verb === "publish" ? room.article.standing.next : verb);
  if (nothingNew || ((dirty() || !room.article) && !(await save()))) return;
  const seen = verb === "publish" || room.article.live !== null;
  if (seen && !["restore", "recover"].includes(verb) && !(await confirmPublish({ verb, articles: [room.article.id] }))) return;
  standing(say("working"));
  try {
    ({ article: room.article } = await ask("POST", `/articles/${room.article.path}/${verb}`, { version: room.article.version }));
  } catch (problem) {
    explain(problem);
    return;
  }
  if (verb === "delete") {
    room.saved = read();
    keepAside();
    location.assign(`/kb/?${new URLSearchParams({ deleted: room.article.id })}`);
    return;
  }
  settle();
  review.load();
  if (verb === "publish" || verb === "archive") watch(verb);
}

/** Poll until what answers is this change, then say its generation. */
async function watch(verb) {
  const { id, live } = room.article;
  standing(say(verb === "publish" ? "goingLive" : "leaving"));
  $("generation").classList.add("busy");
  for (let wait = 60; wait < 8000; wait *= 1.25) {
    await new Promise((done) => setTimeout(done, wait));
    const state = await ask("GET", `/state?article=${encodeURIComponent(id)}`).catch(() => null);
    if (!state || state.revision !== live) continue;
    $("generation").classList.remove("busy");
    $("generation").lastElementChild.textContent = say("generation", { number: state.generation });
    const done = say(verb === "publish" ? "answering" : "leftAnswers", { number: state.generation, revision: live });
    if (!dirty()) standing(done, true);
    return;
  }
  $("generation").classList.remove("busy");
  standing(say("slowIndex"));
}

// ------ preview

let due = 0;
let asked = 0;
function preview(within = 0) {
  clearTimeout(due);
  due = setTimeout(async () => {
    const turn = ++asked;
    const text = read();
    const made = await ask("POST", "/preview", { body: text.body }).catch(() => null);
    if (!made || turn !== asked) return;
    render($("preview"), made.html);
    if (!text.body.trim()) $("preview").replaceChildren(make("p", { className: "aside", textContent: say("nothingYet") }));
    $("measure").textContent = made.measure;
  }, within);
}
function touched() {
  grow();
  show();
  keepAside();
  preview(180);
}
$("article").addEventListener("input", touched);
for (const name of fields) if (!$("article").contains($(name))) $(name).addEventListener("input", touched);
$("article").addEventListener("submit", (event) => event.preventDefault());
$("body").addEventListener("scroll", () => {
  const { scrollTop, scrollHeight, clientHeight } = $("body");
  const page = $("page");
  page.scrollTop = (scrollTop / Math.max(1, scrollHeight - clientHeight)) * (page.scrollHeight - page.clientHeight);
});
function view(name) {
  $("sheets").dataset.view = name;
  for (const choice of document.querySelectorAll(".views button")) choice.setAttribute("aria-pressed", choice.dataset.view === name);
}
for (const choice of document.querySelectorAll(".views button")) choice.addEventListener("click", () => view(choice.dataset.view));
if (matchMedia("(max-width: 640px)").matches) view("write");

// ------ keys and guards

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || document.querySelector("dialog[open]")) return;
  const key = event.key.toLowerCase();
  const inBody = event.target === $("body");
  const action = key === "s" ? save : key === "enter" ? () => act("publish")
    : inBody && { b: TOOLS.bold, i: TOOLS.italic, k: TOOLS.link }[key];
  if (!action) return;
  event.preventDefault();
  action();
});
$("title").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.isComposing) return;
  event.preventDefault();
  $("body").focus();
});
$("save").addEventListener("click", save);
for (const choice of document.querySelectorAll("[data-do]")) choice.addEventListener("click", () => act(choice.dataset.do));
addEventListener("beforeunload", (event) => { if (dirty()) event.preventDefault(); });

// ------ the inspector

const tabs = [...document.querySelectorAll("[role=tab]")];
function open(tab) {
  for (const one of tabs) {
    one.setAttribute("aria-selected", one === tab);
    one.tabIndex = one === tab ? 0 : -1;
    $(one.getAttribute("aria-controls")).hidden = one !== tab;
  }
  const loads = { "tab-history": () => past.load(), "tab-try": () => showChips(), "tab-review": () => review.load() };
  loads[tab.id]?.();
}
function openTab(name) {
  open($(`tab-${name}`));
}
for (const tab of tabs) {
  tab.addEventListener("click", () => open(tab));
  tab.addEventListener("keydown", (event) => { const next = roam(event, tabs); if (next) open(next); });
}

const showChips = openTrying(read);
const loadRail = openRail(() => room.article?.id);
const past = openHistory(room);
const review = openReview(room);
const conflict = openMerging(room, past.show);
const loadDetails = openDetails(room, past.show);
openImages(room);

grow();
show();
showLine($("body"));
offerKept();
