// The review: the editors' comments, asking for one, sending back, and texts that go live by themselves.

import { ask } from "./api.js";
import { openDialog } from "./dialogs.js";
import { $, make, say, showTimes, tongue } from "./page.js";

const AHEAD = 24 * 3600 * 1000;  // what the dialog offers first: this time tomorrow

/** `room` is the writing room as room.js makes it. */
export function openReview(room) {
  const path = () => `/articles/${room.article.path}`;

  async function load() {
    $("send-back").hidden = !room.article?.standing.may.includes("return");
    $("comment").hidden = !room.article;
    if (!room.article || $("review").hidden) return;
    const { comments } = await ask("GET", `${path()}/comments`).catch(() => ({ comments: [] }));
    thread(comments);
  }
  function thread(comments) {
    $("thread").replaceChildren(...(comments.length ? comments.map(line)
      : [make("li", { className: "aside", textContent: say("noComments") })]));
    showTimes($("thread"));
  }
  const line = (one) => make("li", { className: `kind-${one.kind}` },
    make("div", { className: "line" }, make("span", {}, make("strong", { textContent: one.author }), one.word ? ` ${one.word}` : ""),
      make("time", { dateTime: one.at, data: { ago: "" }, textContent: one.at })),
    one.text ? make("p", { className: "text", textContent: one.text }) : null,
    make("div", { className: "muted", textContent: say("revision", { number: one.revision }) }));

  $("comment").addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!$("said").value.trim()) return $("said").focus();
    try {
      thread((await ask("POST", `${path()}/comments`, { text: $("said").value })).comments);
      $("said").value = "";
    } catch (problem) {
      room.explain(problem);
    }
  });
  $("send-back").addEventListener("click", () => sendBack());

  /** Move the article on by what `deed` asks of the server. */
  async function moved(deed) {
    ({ article: room.article } = await deed());
    room.settle();
    load();
  }
  async function sendBack() {
    if (!$("said").value.trim()) {
      room.openTab("review");
      room.standing(say("sayWhy"));
      return $("said").focus();
    }
    try {
      await moved(() => ask("POST", `${path()}/return`, { version: room.article.version, comment: $("said").value }));
      $("said").value = "";
    } catch (problem) {
      room.explain(problem);
    }
  }
  const submit = () => openDialog("asking", async () => {
    await moved(() => ask("POST", `${path()}/submit`, { version: room.article.version, note: $("note").value }));
    $("note").value = "";
  });
  function schedule() {
    const local = (moment) => new Date(moment - new Date(moment).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
    $("zone").textContent = Intl.DateTimeFormat().resolvedOptions().timeZone.replaceAll("_", " ");
    $("publish-at").min = local(Date.now());
    $("publish-at").value = local(room.article.planned ? Date.parse(room.article.planned.at) : Math.ceil((Date.now() + AHEAD) / 3_600_000) * 3_600_000);
    return openDialog("planning", async () => {
      const at = new Date($("publish-at").value);
      await moved(() => ask("POST", `${path()}/schedule`, { version: room.article.version, at: at.toISOString() }));
    });
  }
  async function unschedule() {
    try {
      await moved(() => ask("POST", `${path()}/unschedule`, {}));
    } catch (problem) {
      room.explain(problem);
    }
  }
  function showPlan() {
    const planned = room.article?.planned;
    $("planned").hidden = !planned;
    if (!planned) return;
    const when = new Intl.DateTimeFormat(tongue, { dateStyle: "medium", timeStyle: "short" }).format(new Date(planned.at));
    const newer = room.article.latest > planned.revision ? "plannedOlder" : "plannedLine";
    $("planned").lastElementChild.textContent = say(newer, { time: when, number: planned.revision, latest: room.article.latest });
  }
  return { load, submit, sendBack, schedule, unschedule, showPlan };
}
