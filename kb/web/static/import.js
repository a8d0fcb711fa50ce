// The page of imports: choose or drop files, see what they would do, then do it.

import { sendAll } from "./api.js";
import { $, make, say } from "./page.js";

const MEGABYTE = 2 ** 20;
const OUTCOMES = ["problem", "skipped", "new", "revised", "warning", "unchanged"];

let chosen = [];  // {file, name}, the name with its folders

const size = (bytes) => new Intl.NumberFormat(document.documentElement.lang, {
  style: "unit", unit: bytes < MEGABYTE ? "kilobyte" : "megabyte", maximumFractionDigits: bytes < MEGABYTE ? 0 : 1,
}).format(bytes < MEGABYTE ? Math.max(1, bytes / 1024) : bytes / MEGABYTE);

function busy(text) {
  $("standing").textContent = text;
  $("progress").hidden = !text;
  for (const control of [$("pick"), $("drafts"), $("publish")]) control.disabled = Boolean(text);
}

function choose(files) {
  if (!files.length) return;
  chosen = files;
  const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
  const most = Number($("main").dataset.most);
  $("picked").textContent = files.length === 1 ? say("one", { name: files[0].name, size: size(bytes) })
    : say("chosen", { count: files.length, size: size(bytes) });
  $("report").hidden = true;
  if (bytes > most * MEGABYTE) $("standing").textContent = say("tooLarge", { size: size(bytes), most });
  else run("look");
}

async function run(act) {
  busy(say(act === "look" ? "sending" : "importing"));
  const query = new URLSearchParams({ do: act, language: $("language").value, category: $("category").value.trim(), site: $("site").value.trim() });
  let told;
  try {
    told = await sendAll(`/import?${query}`, chosen);
  } catch (problem) {
    busy("");
    $("standing").textContent = problem.message;
    return;
  }
  busy("");
  show(told);
}

function verdict({ counts, imported, published }) {
  const values = { added: counts.new, revised: counts.revised, published };
  if (imported) return say(published ? "published" : "drafts", values);
  if (counts.problem) return say("problems");
  return say(counts.new + counts.revised ? "looked" : "nothing");
}

function show(told) {
  $("report").hidden = false;
  $("report-title").textContent = say(told.imported ? "done" : "would");
  $("say").textContent = verdict(told);
  $("say").className = `say ${told.imported ? "done" : told.counts.problem ? "stopped" : ""}`;
  const nothing = told.imported || told.counts.problem > 0;
  $("drafts").hidden = $("publish").hidden = nothing;
  $("drafts").disabled = !(told.counts.new + told.counts.revised);
  const lines = [...told.lines].sort((one, other) => OUTCOMES.indexOf(one.outcome) - OUTCOMES.indexOf(other.outcome));
  $("lines").replaceChildren(...lines.map(row));
  const total = Object.values(told.counts).reduce((sum, count) => sum + count, 0);
  $("more").textContent = told.lines.length < total ? say("more", { count: told.lines.length }) : "";
  $("counts").replaceChildren(tab("", total), ...OUTCOMES.filter((one) => told.counts[one]).map((one) => tab(one, told.counts[one])));
  only("");
  $("report-title").focus();
}

const tab = (outcome, count) => make("button", {
  type: "button", data: { outcome }, onclick: () => only(outcome),
}, `${say(outcome || "all")} `, make("span", {}, String(count)));

function only(outcome) {
  for (const button of $("counts").children) button.setAttribute("aria-pressed", String(button.dataset.outcome === outcome));
  for (const line of $("lines").children) line.hidden = Boolean(outcome) && line.dataset.outcome !== outcome;
}

function row({ outcome, path, line, article, title, message, url }) {
  const name = article && url ? make("a", { href: url }, title) : title;
  return make("tr", { data: { outcome } },
    make("td", {}, make("span", { className: `outcome ${outcome}` }, say(outcome))),
    make("td", {}, make("span", { className: "name" }, name || ""), message ? make("span", { className: "message" }, message) : null),
    make("td", {}, make("code", {}, path ? `${path}:${line}` : "–")));
}

/** Every file below what was dropped, with its folders in its name. */
async function dropped(items) {
  const found = [];
  async function walk(entry, above) {
    if (entry.isFile) {
      found.push({ file: await new Promise((done, fail) => entry.file(done, fail)), name: above + entry.name });
      return;
    }
    const reader = entry.createReader();
    for (;;) {  // a folder tells a hundred entries at a time
      const some = await new Promise((done, fail) => reader.readEntries(done, fail));
      if (!some.length) return;
      for (const one of some) await walk(one, `${above}${entry.name}/`);
    }
  }
  const entries = [...items].map((item) => item.webkitGetAsEntry()).filter(Boolean);
  for (const entry of entries) await walk(entry, "");
  // A single folder is what its files are in, not a part of their names.
  const [first] = entries;
  const bare = entries.length === 1 && first.isDirectory ? first.name.length + 1 : 0;
  return found.map(({ file, name }) => ({ file, name: name.slice(bare) }));
}

$("pick").addEventListener("change", () => {
  choose([...$("pick").files].map((file) => ({ file, name: file.name })));
  $("pick").value = "";
});
const over = (is) => $("drop").classList.toggle("over", is);
for (const kind of ["dragenter", "dragover"]) {
  document.addEventListener(kind, (event) => { event.preventDefault(); over(true); });
}
document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) over(false); });
document.addEventListener("drop", async (event) => {
  event.preventDefault();
  over(false);
  choose(await dropped(event.dataTransfer.items));
});
for (const id of ["language", "category", "site"]) {
  $(id).addEventListener("change", () => { if (chosen.length && !$("report").hidden) run("look"); });
}
$("files").addEventListener("submit", (event) => event.preventDefault());
$("drafts").addEventListener("click", () => run("drafts"));
$("publish").addEventListener("click", () => run("publish"));
