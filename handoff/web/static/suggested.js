/** What could be said next: articles that fit, a reply to start from, a macro. */

import { el, icon, spoken } from "./dom.js";
import { bdi } from "./markup.js";
import { t } from "./words.js";

/** `does` as the case file's. */
export function suggestedPart({ suggested }, row, does) {
  const { articles, reply, macro } = suggested;
  return el(
    "section",
    { class: "part part-suggested" },
    el(
      "h3",
      {},
      t("Suggested"),
      el(
        "button",
        {
          type: "button",
          class: "part-button",
          title: `${t("Search the articles")} (Alt+A)`,
          on: { click: does.articles },
        },
        icon("search"),
        t("All articles"),
      ),
    ),
    articles.length > 0 &&
      el(
        "ul",
        { class: "articles" },
        articles.map((article) => {
          const address = `/help/${row.language}/${article.slug}`;
          return el(
            "li",
            {},
            el("a", { href: address, target: "_blank", rel: "noopener" }, bdi(article.title)),
            el(
              "button",
              {
                type: "button",
                class: "insert",
                title: t("Insert a link to this article into the reply"),
                on: { click: () => does.insert(`[${article.title}](${address})`) },
              },
              icon("link"),
              t("Insert"),
              spoken(article.title),
            ),
          );
        }),
      ),
    reply &&
      el(
        "div",
        { class: "draft" },
        el("p", { dir: "auto" }, reply),
        el(
          "button",
          { type: "button", class: "insert", on: { click: () => does.insert(reply) } },
          icon("reply"),
          t("Use as reply"),
        ),
      ),
    macro &&
      el(
        "p",
        { class: "part-macro" },
        el("button", { type: "button", class: "insert", on: { click: () => does.macros(macro) } }, icon("bolt"), macro),
      ),
    !articles.length && !reply && !macro && el("p", { class: "nothing" }, t("No article fits what they ask.")),
  );
}
