// Misread messages become examples; a training is followed, looked at, published or discarded.

import { ask } from "./api.js";
import { $, say as tell } from "./page.js";

const facts = JSON.parse($("facts").textContent);
const titles = new Map(Object.entries(facts.titles).map(([title, name]) => [title.toLocaleLowerCase(), { title, name }]));
const LOOK = 700;  // milliseconds between two looks at a training
const SOON = 900;  // milliseconds for which a success is read before the page shows what is new

const pause = (time) => new Promise((done) => setTimeout(done, time));
const announce = (text) => { $("told").textContent = text; };
const meant = (input) => titles.get(input.value.trim().toLocaleLowerCase());

/** Do something that may fail; the message goes where the eye is. */
async function attempt(place, work) {
  place.textContent = "";
  try {
    await work();
  } catch (problem) {
    place.textContent = problem.message;
  }
}

// misread messages
for (const card of document.querySelectorAll(".card")) {
  const form = card.querySelector("form");
  const input = card.querySelector(".meant-input");
  for (const guess of card.querySelectorAll(".guess")) {
    guess.addEventListener("click", () => { input.value = guess.dataset.title; input.focus(); });
  }
  const judge = (verdict, intent, told) => attempt(card.querySelector(".problem"), async () => {
    const { conversation, message, language } = card.dataset;
    const text = card.querySelector(".sentence").value;
    await ask("POST", "/examples/judge", { conversation, message: Number(message), verdict, text, language, intent });
    announce(told);
    put(card);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const intent = meant(input);
    if (!intent) {
      card.querySelector(".problem").textContent = tell("unknownIntent");
      input.focus();
    } else {
      judge("teach", intent.name, tell("taught", { intent: intent.title }));
    }
  });
  card.querySelector(".outside").addEventListener("click", () => judge("teach", "out_of_scope", tell("outside")));
  card.querySelector(".skip-it").addEventListener("click", () => judge("skip", "", tell("skipped")));
}

/** Take a card that was dealt with off the table; the next one is at hand. */
function put(card) {
  const next = card.nextElementSibling ?? card.previousElementSibling;
  card.remove();
  if (next) next.querySelector(".meant-input").focus();
  else $("no-cards").hidden = false;
}

// examples of the editor's own
$("adding")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  attempt(form.querySelector(".problem"), async () => {
    const intent = meant($("own-intent"));
    if (!intent) throw { message: tell("unknownIntent") };
    await ask("POST", "/examples", { text: $("own-text").value, language: $("own-language").value, intent: intent.name });
    location.reload();
  });
});
$("own-text")?.addEventListener("change", async () => {
  const text = $("own-text").value.trim();
  const line = $("own-reading");
  line.textContent = "";
  if (!text) return;
  const { readings = [] } = await ask("POST", "/examples/read", { text, language: $("own-language").value }).catch(() => ({}));
  if (readings.length) line.textContent = `${line.dataset.lead} ${readings.map((each) => `${each.title} (${each.percent})`).join(", ")}`;
});
for (const button of document.querySelectorAll(".retire")) {
  button.addEventListener("click", () => attempt($("told"), async () => {
    await ask("DELETE", `/examples/${button.dataset.id}`);
    button.closest("li").remove();
    announce(tell("removed"));
  }));
}

// the training
const model = (number, verb = "") => `/examples/models/${number}${verb}`;
const decide = (id, verb, body, then) => $(id)?.addEventListener("click", () => attempt($("training-problem") ?? $("told"), async () => {
  $(id).disabled = true;
  try {
    await ask("POST", model(facts.candidate, verb), body());
    await then();
  } finally {
    $(id).disabled = false;
  }
}));
$("train")?.addEventListener("click", () => attempt($("training-problem"), async () => {
  $("train").disabled = true;
  try {
    await ask("POST", "/examples/train");
    location.reload();
  } finally {
    $("train").disabled = false;
  }
}));
decide("cancel", "/cancel", () => ({}), () => {
  announce(tell("cancelled"));
  setTimeout(() => location.reload(), SOON);
});
decide("discard", "/discard", () => ({}), () => location.reload());
decide("publish-model", "/publish", () => ({ accept: $("accept")?.checked ?? false }), () => arrive(facts.candidate, tell("nowReads")));
for (const button of document.querySelectorAll(".roll-back-model")) {
  button.addEventListener("click", () => attempt($("told"), async () => {
    const number = Number(button.dataset.number);
    button.disabled = true;
    await ask("POST", model(number, "/roll-back"));
    await arrive(number, tell("reread", { number }));
  }));
}

/** Wait until the bot reads by this model. */
async function arrive(number, told) {
  announce(tell("publishing"));
  for (let look = 0; look < 20; look += 1) {
    const { live, why } = await ask("GET", model(number));
    if (live === number || why) {
      announce(why ?? told);
      if (!why) setTimeout(() => location.reload(), SOON);
      return;
    }
    await pause(250);
  }
  announce(tell("liveSoon"));
}

async function follow() {
  for (;;) {
    const { state, stage, share } = await ask("GET", model(facts.training));
    if (state !== "training") break;
    $("stage").textContent = tell(`stage_${stage}`);
    $("progress").value = share;
    await pause(LOOK);
  }
  location.reload();
}
if (facts.training) attempt($("stage"), follow);
