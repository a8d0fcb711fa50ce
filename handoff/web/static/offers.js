/** Where completions come from: canned responses, colleagues to mention, and the case's own values. */

import { bdi } from "./markup.js";
import { fits } from "./picker.js";
import { read, Refused } from "./server.js";
import { factWord, houseLanguages, me, sentence, standingWord, t, teamWord } from "./words.js";

/** The names that stand in {{…}}, with what each is in this case; empty ones too. */
export function variables(row, summary) {
  const name = row.customer_name || "";
  const values = {
    "customer.name": name,
    "customer.first_name": name.split(" ")[0],
    "agent.name": me.name,
    "agent.first_name": me.name.split(" ")[0],
    "case.number": String(row.number),
    "case.headline": row.headline,
    "case.team": teamWord(row.team),
  };
  for (const fact of summary?.facts || [])
    if (!fact.superseded && !fact.masked) values[`fact.${fact.name}`.toLowerCase()] = fact.value || fact.words;
  for (const [name, value] of Object.entries(row.fields || {})) values[`field.${name}`.toLowerCase()] = value;
  return values;
}

const VARIABLE = /\{\{\s*([a-z_]{1,20}(?:[.:][^{}\s]{1,60})?)\s*\}\}/gi;

/** The text with what is known of its variables, and the names of those that nothing is known of. */
export function filled(text, values) {
  const empty = [];
  const said = text.replace(VARIABLE, (whole, name) => {
    if (values[name.toLowerCase()]) return values[name.toLowerCase()];
    empty.push(name);
    return whole;
  });
  return { text: said, empty };
}

const VARIABLES = {
  "customer.name": t("Customer's name"),
  "customer.first_name": t("Customer's first name"),
  "agent.name": t("Your name"),
  "agent.first_name": t("Your first name"),
  "case.number": t("Case number"),
  "case.headline": t("What it is about"),
  "case.team": t("Team"),
};

function variableWord(name) {
  const [of, ...what] = name.split(".");
  return VARIABLES[name] || (of === "fact" ? factWord(what.join(".")) : sentence(what.join(".")));
}

/**
 * The sources of a case: `now()` gives {row, summary}. Lists are read once for a case and a language.
 */
export function offers(now) {
  let kept = new Map();
  let of = null;
  const once = (key, make) => {
    const { number } = now().row;
    if (of !== number) kept = new Map();
    of = number;
    if (!kept.has(key))
      kept.set(
        key,
        quiet(make(), () => kept.delete(key)),
      );
    return kept.get(key);
  };

  const canned = {
    sign: "/",
    glyph: "bolt",
    title: t("Canned responses"),
    begins: /(?:^|\s)\/([\p{L}\p{N}_-]{0,40})$/u,
    async find(words, turned) {
      const language = turned || now().row.language;
      const { number } = now().row;
      const answer = await once(`canned ${language}`, () => read(`/api/cases/${number}/canned?language=${language}`));
      if (!answer) return null;
      const items = answer.canned
        .filter((each) => !words || fits(`${each.shortcut} ${each.title}`, words))
        .sort((a, b) => b.shortcut.startsWith(words) - a.shortcut.startsWith(words))
        .map((each) => ({
          key: each.id,
          title: bdi(each.title),
          aside: `/${each.shortcut}`,
          text: each.text,
          view: each.text,
          note:
            each.empty.length > 0 &&
            t("Nothing known for: {names}", { names: each.empty.map(variableWord).join(", ") }),
        }));
      return { items, language, languages: [...new Set([now().row.language, ...houseLanguages])] };
    },
  };

  const mention = {
    sign: "@",
    glyph: "user",
    title: t("Colleagues"),
    begins: /(?:^|\s)@([\p{L}\p{N}._-]{0,40})$/u,
    async find(words) {
      const answer = await once("colleagues", () => read("/api/colleagues"));
      if (!answer) return null;
      const items = answer.colleagues
        .filter((each) => each.email !== me.email && fits(`${each.name} ${each.email}`, words))
        .map((each) => ({
          key: each.email,
          title: bdi(each.name),
          aside: standingWord(each.status),
          text: `@${each.name} `,
        }));
      return { items };
    },
  };

  const variable = {
    sign: "{{",
    glyph: "sliders",
    title: t("Variables"),
    begins: /\{\{([\w.]{0,40})$/,
    find(words) {
      const { row, summary } = now();
      const items = Object.entries(variables(row, summary))
        .filter(([name, value]) => value && fits(`${name} ${variableWord(name)}`, words))
        .map(([name, value]) => ({ key: name, title: variableWord(name), aside: bdi(value), text: value }));
      return { items };
    },
  };
  return { reply: [canned, variable], note: [mention, canned, variable] };
}

/** A list that can't be read now is asked for again with the next letter; nobody is stopped from writing. */
async function quiet(answer, forget) {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    forget();
    return null;
  }
}
