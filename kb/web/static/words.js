// The bot's words: what waits is reviewed and published, and an earlier set brought back.

import { ask } from "./api.js";
import { $, make, say as tell } from "./page.js";

const facts = JSON.parse($("facts").textContent);
const PATIENCE = 20;  // looks at whether the bot has followed, a quarter of a second apart

/** How many changed texts wait, as the bar on top tells. */
export function showWaiting(number) {
  $("waiting").hidden = !number;
  $("waiting-number").textContent = number;
}

$("review")?.addEventListener("click", async () => {
  $("publishing-problem").textContent = "";
  try {
    const { drafts } = await ask("GET", "/words/drafts");
    $("drafts").replaceChildren(...drafts.map(shown));
    $("publishing").showModal();
  } catch (problem) {
    $("told").textContent = problem.message;
  }
});

function shown({ title, language, before, after }) {
  return make("li", {}, make("h3", { textContent: `${title} · ${language}` }),
    make("div", { className: "pair" }, side(tell("before"), before), side(tell("now"), after)));
}

function side(heading, texts) {
  const bubbles = texts.map((text) => make("p", { className: "bubble", textContent: text }));
  return make("div", {}, make("p", { className: "tongue", textContent: heading }),
    ...(bubbles.length ? bubbles : [make("p", { className: "aside", textContent: tell("nothing") })]));
}

$("publish")?.addEventListener("click", async () => {
  $("publish").disabled = true;
  try {
    const { set } = await ask("POST", "/words/publish", { live: facts.live, note: $("note").value });
    $("publishing").close();
    showWaiting(0);
    await follow(set);
  } catch (problem) {
    $("publishing-problem").textContent = problem.message;
  }
  $("publish").disabled = false;
});

for (const button of document.querySelectorAll(".roll-back")) {
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const { set } = await ask("POST", "/words/roll-back", { number: Number(button.dataset.number), live: facts.live });
      await follow(set);
    } catch (problem) {
      $("told").textContent = problem.message;
      button.disabled = false;
    }
  });
}

/** Wait until the bot speaks with the set, then show the page as it is now. */
async function follow(set) {
  facts.live = set;
  $("told").textContent = tell("publishing");
  for (let look = 0; look < PATIENCE; look += 1) {
    const { speaking } = await ask("GET", "/words/state");
    if (speaking >= set) {
      $("told").textContent = tell("live");
      setTimeout(() => location.reload(), 900);
      return;
    }
    await new Promise((done) => setTimeout(done, 250));
  }
  $("told").textContent = tell("liveSoon");
}
