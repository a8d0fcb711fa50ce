// Gaps and proposals: each button is one verb of kb/web/gaps.py or kb/web/proposals.py.

import { ask } from "./api.js";
import { $, say } from "./page.js";

const dialog = $("aside");

/** The reason that the editor gives, or null if they think better of it. */
function reason() {
  return new Promise((done) => {
    $("because").value = "";
    dialog.returnValue = "";
    dialog.addEventListener("close", () => done(dialog.returnValue === "go" ? $("because").value.trim() : null), { once: true });
    dialog.showModal();
    $("because").focus();
  });
}

async function act(button) {
  const deeds = button.closest(".deeds");
  const { gap, case: number } = deeds.dataset;
  const verb = button.dataset.do;
  const body = {};
  if (verb === "dismiss") {
    body.because = await reason();
    if (body.because === null) return button.focus();
  }
  const told = deeds.querySelector(".told");
  const buttons = deeds.querySelectorAll("button");
  for (const each of buttons) each.disabled = true;
  told.classList.remove("wrong");
  told.textContent = say(verb === "replay" ? "asking" : "working");
  try {
    const done = await ask("POST", `/${gap ? `gaps/${gap}` : `proposals/${number}`}/${verb}`, body);
    if (done.article) location.assign(done.article.url);
    else location.reload();
  } catch (problem) {
    told.textContent = problem.message;
    told.classList.add("wrong");
    for (const each of buttons) each.disabled = false;
    button.focus();
  }
}

for (const button of document.querySelectorAll(".deeds[data-gap] button, .deeds[data-case] button")) {
  button.addEventListener("click", () => act(button));
}
