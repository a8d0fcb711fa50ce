// The list of articles and the bin: what is done to many at once, and undone.

import { ask } from "./api.js";
import { confirmPublish } from "./blast.js";
import { $, say } from "./page.js";

function complain(problem) {
  $("problem").textContent = problem.message ?? String(problem);
  $("problem").hidden = false;
  $("problem").focus();
}
async function tell(path, body, then) {
  try {
    await ask("POST", path, body);
  } catch (problem) {
    complain(problem);
    return;
  }
  then();
}

// ------ many at once

const boxes = [...document.querySelectorAll(".articles tbody input[type=checkbox]")];
const chosen = () => boxes.filter((box) => box.checked).map((box) => box.value);

function count() {
  const number = chosen().length;
  $("bulk").hidden = number === 0;
  $("chosen").textContent = number === 1 ? say("chosenOne") : say("chosen", { number });
  $("all").checked = number === boxes.length;
  $("all").indeterminate = number > 0 && number < boxes.length;
}
async function bulk(verb) {
  const articles = chosen();
  const label = $("bulk-label").value.trim();
  if (verb.endsWith("label") && !label) {
    $("bulk-label").focus();
    complain({ message: say("labelAsked") });
    return;
  }
  if (!verb.endsWith("label") && !(await confirmPublish({ verb, articles }))) return;
  tell("/bulk", { verb, articles, label }, () => location.reload());
}
if ($("bulk")) {
  for (const box of boxes) box.addEventListener("change", count);
  $("all").addEventListener("change", () => { for (const box of boxes) box.checked = $("all").checked; count(); });
  $("none").addEventListener("click", () => { for (const box of boxes) box.checked = false; count(); boxes[0].focus(); });
  for (const deed of document.querySelectorAll("[data-bulk]")) deed.addEventListener("click", () => bulk(deed.dataset.bulk));
  $("bulk").addEventListener("submit", (event) => { event.preventDefault(); bulk("label"); });
  count();  // a browser that goes back keeps what was ticked
}

// ------ out of the bin, and out of everything

for (const deed of document.querySelectorAll("[data-recover]")) {
  const { path } = deed.closest("[data-path]").dataset;
  deed.addEventListener("click", () => tell(`/articles/${path}/recover`, {}, () => location.assign(`/kb/articles/${path}`)));
}
for (const deed of document.querySelectorAll("[data-purge]")) {
  const { path, title } = deed.closest("[data-path]").dataset;
  deed.addEventListener("click", () => {
    if (confirm(say("purgeAsked", { title }))) tell(`/articles/${path}/purge`, {}, () => location.reload());
  });
}
if (new URLSearchParams(location.search).has("deleted")) history.replaceState(null, "", "/kb/");
