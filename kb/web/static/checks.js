// The page of findings: check again, accept, reopen.

import { ask } from "./api.js";
import { $, say } from "./page.js";

const NOT_TOO_OFTEN = 500;  // ms between two looks at a check under way

const standing = (text) => { $("standing").textContent = text; };

/** Follow a check to its end, then show what it found. */
async function follow() {
  for (const button of [$("run"), $("outside")]) button.disabled = true;
  standing(say("starting"));
  for (;;) {
    await new Promise((wake) => setTimeout(wake, NOT_TOO_OFTEN));
    const now = await ask("GET", "/checks").catch(() => ({ running: false, failed: true }));
    if (now.running) {
      if (now.of) standing(say("checking", { done: now.done, of: now.of }));
      continue;
    }
    if (!now.failed) return location.reload();
    for (const button of [$("run"), $("outside")]) button.disabled = false;
    return standing(say("failed"));
  }
}

async function start(path) {
  try {
    await ask("POST", path, {});
  } catch (problem) {
    return standing(problem.message);
  }
  return follow();
}
$("run").addEventListener("click", () => start("/checks"));
$("outside").addEventListener("click", () => start("/checks/outside"));
if ("running" in $("standing").dataset) follow();

/** Tell the server, take the finding off the list, and put the focus on the next one. */
async function decide(finding, path, body, word) {
  try {
    await ask("POST", path, { key: finding.dataset.key, ...body });
  } catch (problem) {
    return standing(problem.message);
  }
  const next = finding.nextElementSibling ?? finding.previousElementSibling;
  const section = finding.closest("section");
  finding.remove();
  if (!section.querySelector(".finding")) section.remove();
  (next?.querySelector("a, button, summary") ?? $("main")).focus();
  return standing(say(word));
}
for (const form of document.querySelectorAll("[data-accept]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    decide(form.closest(".finding"), "/checks/accept", { note: form.elements.note.value.trim() }, "accepted");
  });
  form.parentElement.addEventListener("toggle", () => { if (form.parentElement.open) form.elements.note.focus(); });
}
for (const button of document.querySelectorAll("[data-reopen]")) {
  button.addEventListener("click", () => decide(button.closest(".finding"), "/checks/reopen", {}, "reopened"));
}
