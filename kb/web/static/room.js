// The writing room: save, publish, preview, compare and restore one article.

import { ask } from "./api.js";
import { $, make, render, roam, say, showTimes, tongue } from "./page.js";
import { openTrying } from "./trying.js";
import { TOOLS } from "./writing.js";

const facts = JSON.parse($("facts").textContent);
const fields = ["title", "body", "questions", "category", "labels", "language", "public"];
let article = facts.article;      // what the server holds: id, version, latest, live, standing …; null before the first save
let saved = read(true);           // what was last stored, to know what isn't
let busy = null;                  // the save under way
let clash = false;                // a colleague saved first, and the editor has yet to choose

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
const dirty = () => JSON.stringify(read()) !== JSON.stringify(saved);

function fill(text) {
  for (const name of ["title", "body", "category", "language"]) $(name).value = text[name];
  $("questions").value = text.questions.join("\n");
  $("labels").value = text.labels.join(", ");
  $("public").checked = text.public;
  grow();
}

// ------ what the page says

const standing = (text, live = false) => {
  $("standing").textContent = text;
  $("standing").classList.toggle("live", live);
};

function notice(text, ...buttons) {
  $("notice").replaceChildren(make("p", { textContent: text }), make("div", { className: "row" }, ...buttons));
  $("notice").hidden = false;
}
const button = (text, onclick, kind = "button") => make("button", { type: "button", className: kind, textContent: text, onclick });
function quieten() {
  $("notice").hidden = true;
  clash = false;
}

function explain(problem) {
  if (problem.status === 401) notice(say("signedOut"), make("a", { className: "button", href: "/kb/sign-in", target: "_blank", textContent: say("signIn") }));
  else if (problem.code === "stale") conflict(problem.newer);
  else notice(problem.message ?? String(problem), button(say("close"), quieten));
  if (problem.code !== "stale") standing(dirty() ? say("unsaved") : article?.standing.line ?? "");
}

/** Someone saved first: nothing of either text is lost, and the editor chooses. */
function conflict(newer) {
  const mine = read();
  article = newer.article;
  saved = newer.text;
  clash = true;
  notice(say(newer.published ? "stalePublished" : "staleSaved", { name: newer.author, number: newer.number }),
    button(say("seeTheirs"), () => compare(newer.number, mine.body)),
    button(say("keepMine"), () => { quieten(); leaveCompare(); save(); }, "button primary"),
    button(say("takeTheirs"), () => {
      fill(newer.text);
      quieten(); leaveCompare(); preview(); show();
      notice(say("tookTheirs"), button(say("undo"), () => { fill(mine); quieten(); touched(); }), button(say("close"), quieten));
    }));
  show();
  $("notice").focus();
}

function show() {
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
  for (const name of fields) $(name).disabled = article?.status === "archived" || (name === "language" && !!article);
  $("more").hidden = !now;
  $("primary").disabled ||= clash;
  $("save").disabled = !changed || clash;
  if (changed) standing(say("unsaved"));
  else if (now && !$("standing").classList.contains("live")) standing(now.line);
}

// ------ keeping: the server on Save, this browser meanwhile

const shelf = () => `firstline.studio.${article?.id ?? "new"}`;
function keepAside() {
  try {
    if (dirty()) localStorage.setItem(shelf(), JSON.stringify({ text: read(), version: article?.version ?? 0, at: Date.now() }));
    else localStorage.removeItem(shelf());
  } catch { /* private windows have no storage; Save still works */ }
}
function offerKept() {
  let kept = null;
  try { kept = JSON.parse(localStorage.getItem(shelf())); } catch { return; }
  if (!kept || JSON.stringify(kept.text) === JSON.stringify(saved)) return;
  const at = new Intl.DateTimeFormat(tongue, { dateStyle: "medium", timeStyle: "short" }).format(kept.at);
  notice(say("kept", { time: at }),
    button(say("bringBack"), () => { fill(kept.text); quieten(); touched(); }, "button primary"),
    button(say("forget"), () => { localStorage.removeItem(shelf()); quieten(); }));
}

/** Store what is in hand; resolves to true once it is durable. Ctrl+S twice is one save. */
function save() {
  if (clash) {
    $("notice").focus();
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
  try {
    const body = { ...text, version: article?.version, translation_of: article ? undefined : facts.translation_of };
    ({ article } = await ask(article ? "PUT" : "POST", article ? `/articles/${article.path}` : "/articles", body));
  } catch (problem) {
    explain(problem);
    keepAside();
    return false;
  }
  saved = text;
  try { localStorage.removeItem(was); } catch { /* as above */ }
  if (location.pathname !== article.url) {
    history.replaceState(null, "", article.url);
    loadRail();
  }
  quieten();
  keepAside();
  show();
  if (!dirty()) standing(article.standing.line);
  if (!$("history").hidden) loadHistory();
  return true;
}

async function act(verb) {
  $("more").open = false;
  const nothingNew = article && !dirty() && !article.standing.may.includes(verb === "publish" ? article.standing.next : verb);
  if (verb === "none" || nothingNew || ((dirty() || !article) && !(await save()))) return;
  standing(say("working"));
  try {
    ({ article } = await ask("POST", `/articles/${article.path}/${verb}`, { version: article.version }));
  } catch (problem) {
    explain(problem);
    return;
  }
  quieten();
  show();
  standing(article.standing.line);
  loadRail();
  if (verb === "publish" || verb === "archive") watch(verb);
  if (!$("history").hidden) loadHistory();
}

/** Poll until what answers is this change, then say its generation. */
async function watch(verb) {
  const { id, live } = article;
  standing(say(verb === "publish" ? "goingLive" : "leaving"));
  $("generation").classList.add("busy");
  for (let wait = 60; wait < 8000; wait *= 1.25) {
    await new Promise((done) => setTimeout(done, wait));
    const state = await ask("GET", `/state?article=${encodeURIComponent(id)}`).catch(() => null);
    if (!state || state.revision !== live) continue;
    $("generation").classList.remove("busy");
    $("generation").lastElementChild.textContent = say("generation", { number: state.generation });
    const done = say(verb === "publish" ? "answering" : "left", { number: state.generation, revision: live });
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
    if (!made || turn !== asked || $("page").dataset.comparing) return;
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
  if (!page.dataset.comparing) page.scrollTop = (scrollTop / Math.max(1, scrollHeight - clientHeight)) * (page.scrollHeight - page.clientHeight);
});
function view(name) {
  $("sheets").dataset.view = name;
  for (const choice of document.querySelectorAll(".views button")) choice.setAttribute("aria-pressed", choice.dataset.view === name);
}
for (const choice of document.querySelectorAll(".views button")) choice.addEventListener("click", () => view(choice.dataset.view));
if (matchMedia("(max-width: 640px)").matches) view("write");

// ------ keys and guards

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
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

const showChips = openTrying(read);

const tabs = [...document.querySelectorAll("[role=tab]")];
function open(tab) {
  for (const one of tabs) {
    one.setAttribute("aria-selected", one === tab);
    one.tabIndex = one === tab ? 0 : -1;
    $(one.getAttribute("aria-controls")).hidden = one !== tab;
  }
  if (tab.id === "tab-history") loadHistory();
  if (tab.id === "tab-try") showChips();
}
for (const tab of tabs) {
  tab.addEventListener("click", () => open(tab));
  tab.addEventListener("keydown", (event) => { const next = roam(event, tabs); if (next) open(next); });
}

// ------ history

async function loadHistory() {
  if (!article) return;
  const { revisions } = await ask("GET", `/articles/${article.path}/revisions`).catch(() => ({ revisions: [] }));
  $("revisions").replaceChildren(...revisions.map((one) => make("li", {},
    make("div", { className: "line" }, make("strong", { textContent: say("revision", { number: one.number }) }),
      one.number === article.live ? make("span", { className: "tag", textContent: say("live") }) : null),
    make("div", { className: "muted" }, `${one.author} · `, make("time", { dateTime: one.at, data: { ago: "" }, textContent: one.at })),
    one.number === article.latest ? null : make("div", { className: "row" },
      button(say("compare"), () => compare(one.number, read().body)), button(say("restore"), () => restore(one.number))))));
  showTimes($("revisions"));
}
async function restore(number) {
  if (dirty() && !(await save())) return;
  try {
    const back = await ask("POST", `/articles/${article.path}/restore`, { revision: number, version: article.version });
    ({ article } = back);
    saved = back.text;
    fill(back.text);
    leaveCompare(); preview(); show(); loadHistory();
    standing(say("restored", { number }));
  } catch (problem) {
    explain(problem);
  }
}
/** The preview pane shows how revision `number` differs from the text in hand. */
async function compare(number, body) {
  const made = await ask("POST", `/articles/${article.path}/compare`, { revision: number, body }).catch(() => null);
  if (!made) return;
  const tags = { same: "span", gap: "hr", added: "ins", removed: "del" };
  $("page").dataset.comparing = "yes";
  if ($("sheets").dataset.view === "write") view("read");
  $("preview").replaceChildren(
    make("p", { className: "aside line" }, say("comparing", { number }), button(say("backToPreview"), leaveCompare)),
    made.lines.length ? "" : make("p", { className: "aside", textContent: say("sameText") }),
    make("div", { className: "compare" }, ...made.lines.map((line) => make(tags[line.kind], { textContent: line.text || " " }))));
  $("page").scrollTop = 0;
  $("page").focus();
}
function leaveCompare() {
  delete $("page").dataset.comparing;
  preview();
}

// ------ the list on the left

let railDue = 0;
async function loadRail() {
  const query = new URLSearchParams({ q: document.querySelector("#rail-search input").value });
  const { rows } = await ask("GET", `/articles?${query}`).catch(() => ({ rows: null }));
  if (!rows) return;
  $("rail-none").hidden = rows.length > 0;
  $("rail-list").replaceChildren(...rows.map((row) => {
    const link = make("a", { href: row.url }, make("span", { className: "title", textContent: row.title }),
      make("span", { className: "under" }, make("span", { className: `state ${row.status}`, textContent: row.state }), ` ${row.language}`,
        row.health.length ? make("span", { className: "health", textContent: row.health[0] }) : null));
    if (row.id === article?.id) link.setAttribute("aria-current", "page");
    return make("li", {}, link);
  }));
}
document.querySelector("#rail-search input").addEventListener("input", () => {
  clearTimeout(railDue);
  railDue = setTimeout(loadRail, 160);
});
document.querySelector("#rail-list [aria-current]")?.scrollIntoView({ block: "nearest" });

grow();
show();
offerKept();
