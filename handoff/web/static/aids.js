/** Articles and macros, searched for and put to use with one key. */

import { toast } from "./alerts.js";
import { el } from "./dom.js";
import { bdi, prose } from "./markup.js";
import { fits, nothingYet, pick } from "./picker.js";
import { clientId } from "./outbox.js";
import { read, Refused, send } from "./server.js";
import { counted, locale, outcomeWord, priorityWord, t, teamWord } from "./words.js";

const percent = new Intl.NumberFormat(locale, { style: "percent" });

/** What can't be read says so once, and the box stays open. */
async function told(answer, otherwise) {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    toast(error.message);
    return otherwise;
  }
}

/** Search the articles; gives what to put into the reply: a link, or with Shift the words themselves. */
export async function chooseArticle(row, words) {
  const picked = await pick({
    title: t("Search the articles"),
    hint: [
      el("kbd", {}, "Enter"),
      ` ${t("inserts a link")} `,
      el("kbd", {}, "Shift"),
      " ",
      el("kbd", {}, "Enter"),
      ` ${t("inserts the text")}`,
    ],
    empty: nothingYet(),
    words,
    wide: true,
    async find(asked) {
      if (!asked) return [];
      const query = new URLSearchParams({ q: asked, language: row.language });
      const { articles } = await told(read(`/api/articles?${query}`), { articles: [] });
      return articles.map((article) => ({
        key: article.article,
        title: bdi(article.title),
        aside: [
          article.internal && `${t("internal")} · `,
          t("{share} sure", { share: percent.format(article.probability) }),
        ],
        glyph: "book",
        article,
        view: () => prose(article.text),
      }));
    },
  });
  if (!picked) return null;
  const { article } = picked.item;
  // Customers can't read an internal article: its words may help them, its address does not.
  return picked.how === "also" || !article.url ? article.text : `[${article.title}](${article.url})`;
}

/** Choose a macro and run it over the case; what the server says it did, null for nothing. */
export async function runMacro(row, words = "") {
  const { macros } = await told(read("/api/macros"), { macros: [] });
  const picked = await pick({
    title: t("Run a macro on #{number}", row),
    hint: [el("kbd", {}, "Enter"), ` ${t("does all of it at once")}`],
    empty: macros.length ? nothingYet() : t("There are no macros yet. An administrator writes them."),
    words: macros.some((each) => each.name === words) ? words : "",
    wide: true,
    find: (asked) =>
      macros
        .filter((each) => !asked || fits(each.name, asked))
        .map((macro) => ({
          key: macro.id,
          title: bdi(macro.name),
          aside: counted(macro.deeds.length, "{n} step", "{n} steps"),
          glyph: "bolt",
          macro,
          view: () =>
            el(
              "ol",
              { class: "macro-deeds" },
              macro.deeds.map((deed) => el("li", {}, bdi(deedWords(deed, row.language)))),
            ),
        })),
  });
  if (!picked) return null;
  const { macro } = picked.item;
  const answer = await told(send(`/api/cases/${row.number}/macros/${macro.id}`, { client_id: clientId() }), null);
  if (answer) toast(t("Done: {name}", { name: macro.name }));
  return answer;
}

/** One deed of a macro in words: what is done, and with what. */
function deedWords(deed, language) {
  const inLanguage = (texts) => texts[language] || texts.en || Object.values(texts)[0] || "";
  const said = {
    reply: () => [t("Reply"), inLanguage(deed.texts)],
    insert: () => [t("Into the reply box"), inLanguage(deed.texts)],
    note: () => [t("Private note"), deed.text],
    label: () => [
      t("Labels"),
      [...deed.add.map((each) => `+ ${each}`), ...deed.remove.map((each) => `− ${each}`)].join(", "),
    ],
    priority: () => [t("Priority"), `${priorityWord(deed.priority)}, ${deed.note}`],
    hand_over: () => [t("Hand over"), teamWord(deed.team)],
    snooze: () => [
      t("Snooze"),
      deed.minutes ? counted(deed.minutes, "{n} minute", "{n} minutes") : t("Until the customer writes"),
    ],
    resolve: () => [t("Resolve"), outcomeWord(deed.outcome)],
  }[deed.do]();
  return said.filter(Boolean).join(": ");
}
