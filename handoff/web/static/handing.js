/** Whom a case goes to: a colleague, a team, a supervisor, or the lead in four steps. */

import { ask, lead, radio } from "./dialogs.js";
import { el, fill } from "./dom.js";
import { bdi } from "./markup.js";
import { fits } from "./picker.js";
import { read } from "./server.js";
import { me, standingWord, t, teamNames, teamWord } from "./words.js";

const ORDER = { online: 0, busy: 1, away: 2 };

/** The colleagues who can take a case now, those online first. */
export async function colleagues() {
  const { colleagues: all } = await read("/api/colleagues");
  return all
    .filter((each) => each.email !== me.email)
    .sort((a, b) => (ORDER[a.status] ?? 3) - (ORDER[b.status] ?? 3) || a.name.localeCompare(b.name));
}

const leads = (each) => each.roles.some((role) => role === "supervisor" || role === "admin");

const standing = (each) => [
  el("span", { class: `dot dot-${each.status}`, "aria-hidden": "true" }),
  `${standingWord(each.status)} · ${t("{open} of {capacity} chats", each)}`,
  each.teams?.length > 0 && ` · ${each.teams.map(teamWord).join(", ")}`,
];

const person = (name, each) => radio(name, `agent ${each.email}`, bdi(each.name), standing(each));

/** Long lists are narrowed by typing; the choice itself stays visible. */
function narrowed(form) {
  const words = form.elements.words;
  const list = form.querySelector(".choices");
  words.closest(".field").hidden = list.children.length < 9;
  words.oninput = () => {
    for (const label of list.querySelectorAll("label"))
      label.hidden = !fits(label.textContent, words.value) && !label.querySelector(":checked");
  };
}

function chosen(to) {
  const [kind, ...rest] = to.split(" ");
  const name = rest.join(" ");
  return kind === "supervisor" ? { supervisor: true } : { [kind]: name };
}

export async function askHandOver(row) {
  const people = await colleagues();
  const answer = await ask("hand-over-dialog", (form) => {
    fill(
      form.querySelector(".choices"),
      el("p", { class: "choices-head" }, t("Colleagues")),
      people.map((each) => person("to", each)),
      el("p", { class: "choices-head" }, t("Teams")),
      teamNames
        .filter((team) => team !== row.team || row.agent)
        .map((team) => radio("to", `team ${team}`, teamWord(team), t("Goes into the team's queue."))),
      el("p", { class: "choices-head" }, t("Supervisor")),
      radio("to", "supervisor", t("Any supervisor"), t("Whoever of them is there first.")),
    );
    narrowed(form);
  });
  return answer && { ...chosen(answer.to), note: answer.note };
}

export async function askColleague(row) {
  const people = await colleagues();
  const answer = await ask("assign-dialog", (form) => {
    fill(
      form.querySelector(".choices"),
      row.agent?.email !== me.email && radio("to", `agent ${me.email}`, t("You"), null, true),
      people.filter((each) => each.email !== row.agent?.email).map((each) => person("to", each)),
    );
    narrowed(form);
  });
  return answer && chosen(answer.to);
}

/** What was asked and what was tried, as the case file knows it, for the two boxes that the lead reads. */
function documented(summary) {
  const wish = summary.ask.map((claim) => claim.text).join("\n");
  const facts = summary.facts
    .filter((fact) => !fact.superseded && !fact.masked)
    .map((fact) => fact.value || fact.words)
    .slice(0, 4);
  const tried = summary.tried.map((each) => `- ${each.step ? each.step.text : each.title}`);
  return {
    problem: [wish || summary.headline.text, facts.length > 0 && t("Known: {facts}", { facts: facts.join(", ") })]
      .filter(Boolean)
      .join("\n"),
    steps: tried.join("\n"),
  };
}

export async function askEscalation(row, summary) {
  const people = (await colleagues()).filter(leads);
  const answer = await ask("escalate-dialog", (form, dialog) => {
    const said = documented(summary);
    form.elements.problem.value = said.problem;
    form.elements.steps.value = said.steps;
    fill(
      form.elements.lead,
      el("option", { value: "" }, t("Whoever of them has most room")),
      people.map((each) => el("option", { value: each.email }, `${each.name} · ${standingWord(each.status)}`)),
    );
    lead(dialog, t("Case #{number} goes to the lead, and you keep working on it together in notes.", row));
  });
  return answer && { problem: answer.problem, steps: answer.steps, lead: answer.lead };
}
