// History: every revision, any two of them side by side, and any of them restored.

import { ask } from "./api.js";
import { $, make, say, showTimes } from "./page.js";

const NOW = "now";  // the text in hand, among the revisions' numbers

/** `room` is the writing room as room.js makes it. */
export function openHistory(room) {
  let revisions = [];

  async function load() {
    if (!room.article || $("history").hidden) return;
    ({ revisions } = await ask("GET", `/articles/${room.article.path}/revisions`).catch(() => ({ revisions })));
    $("revisions").replaceChildren(...revisions.map(line));
    const choices = () => [
      make("option", { value: NOW, textContent: say("textInHand") }),
      ...revisions.map((one) => make("option", { value: one.number, textContent: say("revision", { number: one.number }) }))];
    const [older, newer] = [$("older").value, $("newer").value];
    $("older").replaceChildren(...choices().slice(1));
    $("newer").replaceChildren(...choices());
    $("older").value = older || String(revisions[Math.min(1, revisions.length - 1)]?.number);
    $("newer").value = newer || NOW;
    $("between").hidden = revisions.length === 0;
    showTimes($("revisions"));
  }
  function line(one) {
    const tags = [one.number === room.article.live && "live", one.number === room.article.planned?.revision && "planned"];
    return make("li", {},
      make("div", { className: "line" }, make("strong", { textContent: say("revision", { number: one.number }) }),
        make("span", { className: "tag", textContent: tags.filter(Boolean).map((tag) => say(tag)).join(" · ") })),
      make("div", { className: "muted" }, `${one.author} · `, make("time", { dateTime: one.at, data: { ago: "" }, textContent: one.at })),
      make("div", { className: "row" },
        room.button(say("compare"), () => compare(one.number, NOW)),
        one.number === room.article.latest ? null : room.button(say("restore"), () => restore(one.number))));
  }
  async function restore(number) {
    if (room.dirty() && !(await room.save())) return;
    try {
      const back = await ask("POST", `/articles/${room.article.path}/restore`, { revision: number, version: room.article.version });
      room.article = back.article;
      room.saved = back.text;
      room.fill(back.text);
      leave(); room.preview(); room.show(); load();
      room.standing(say("restored", { number }));
    } catch (problem) {
      room.explain(problem);
    }
  }

  const named = (side) => (side === NOW ? say("textInHand") : say("revision", { number: side }));
  const textOf = (side) => (side === NOW ? room.read().body : Number(side));
  async function compare(older, newer) {
    try {
      await show(room.article.path, textOf(older), textOf(newer), named(older), named(newer));
    } catch (problem) {
      room.explain(problem);
    }
  }
  $("between").addEventListener("submit", (event) => {
    event.preventDefault();
    compare($("older").value, $("newer").value);
  });

  /** Two texts side by side, each a revision's number or a body, in place of the editor; `path` is whose revisions they are. */
  async function show(path, before, after, beforeName, afterName) {
    const { rows } = await ask("POST", `/articles/${path}/compare`, { before, after });
    $("comparing").replaceChildren(
      make("header", {}, make("h2", { id: "comparing-title", textContent: say("comparing", { before: beforeName, after: afterName }) }),
        room.button(say("backToText"), leave)),
      rows.length ? table(rows, beforeName, afterName) : make("p", { className: "aside", textContent: say("sameText") }));
    room.stage("comparing");
  }
  function leave() {
    if (!$("comparing").hidden) room.stage(null);
  }
  return { load, show, leave };
}

function table(rows, before, after) {
  const head = (text) => make("th", { scope: "col", textContent: text });
  return make("table", { className: "sides" }, make("thead", {}, make("tr", {}, head(before), head(after))),
    make("tbody", {}, ...rows.map((row) => (row.gap
      ? make("tr", { className: "gap" }, make("td", { colSpan: 2, textContent: "⋯", ariaLabel: say("sameHere") }))
      : make("tr", {}, side(row.before, "del"), side(row.after, "ins"))))));
}
function side(pieces, mark) {
  if (!pieces) return make("td", { className: "none" });
  const changed = pieces.some(([, different]) => different);
  const words = pieces.map(([text, different]) => (different ? make(mark, { textContent: text }) : text));
  return make("td", { className: changed ? mark : "" }, ...words);
}
