// "Try it": a question, what the bot would say, and what came close.

import { ask } from "./api.js";
import { $, make, render, say } from "./page.js";

/** `read` gives the text in hand, for its language and questions; the returned function offers those as chips. */
export function openTrying(read) {
  async function tryIt() {
    const question = $("question").value.trim();
    if (!question) return $("question").focus();
    $("answer").setAttribute("aria-busy", "true");
    const shown = await ask("POST", "/try", { question, language: read().language })
      .then(verdict, (problem) => [make("p", { className: "aside", textContent: problem.message })]);
    $("answer").removeAttribute("aria-busy");
    $("answer").replaceChildren(...shown);
  }
  $("ask").addEventListener("submit", (event) => { event.preventDefault(); tryIt(); });

  return () => $("chips").replaceChildren(...read().questions.slice(0, 4).map((question) => {
    const onclick = () => { $("question").value = question; tryIt(); };
    return make("button", { type: "button", textContent: question, onclick });
  }));
}

function verdict(found) {
  const edge = found.html ? 0 : 1;  // an answer's bar is all good, the bar of what is no answer none of it
  return [
    make("p", { className: "verdict" }, make("span", { textContent: found.verdict }),
      make("span", { className: "number", textContent: found.percent })),
    make("meter", { low: edge, high: edge, optimum: 1, value: found.probability, ariaLabel: say("probability") }),
    ...(found.html ? answer(found) : [make("p", { className: "said", textContent: found.instead })]),
    ...(found.others.length ? others(found) : []),
  ];
}

function answer({ html, cited }) {
  const prose = make("div", { className: "prose" });
  render(prose, html);
  const where = cited.where ? ` · ${cited.where}` : "";
  return [
    make("div", { className: "said" }, prose),
    make("p", { className: "cited" }, `${say("from")} `, make("a", { href: cited.url, textContent: cited.title }), where),
  ];
}

function others({ others: hits, others_word: heading }) {
  const lines = hits.map((hit) => make("li", {},
    make("div", { className: "line" }, make("a", { href: hit.url, textContent: hit.title }),
      make("span", { textContent: hit.percent })),
    make("div", { className: "why", textContent: hit.why })));
  return [make("h2", { textContent: heading }), make("ul", { className: "others" }, ...lines)];
}
