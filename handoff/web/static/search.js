/** Search over every conversation: snippets with what was found marked, in the queue's place. */

import { el, fill, icon, spoken } from "./dom.js";
import { bdi } from "./markup.js";
import { read, Refused } from "./server.js";
import { serverNow, time } from "./times.js";
import { counted, prefix, statusWord, t } from "./words.js";

/** Of so many, the newest, the best are shown: more would have to be asked for in narrower words. */
const AT_MOST = 200;

/**
 * The results in the queue's pane. `does`: open(number, seq) shows a result at its place, query() gives the
 * filters that hold, turned(on) is told when results take the list's place and when they leave it.
 */
export class Search {
  constructor(pane, does) {
    this.pane = pane.querySelector(".found");
    this.list = pane.querySelector(".found-list");
    this.head = pane.querySelector(".found-head");
    this.more = pane.querySelector(".found-more");
    this.does = does;
    this.asking = 0;
    this.next = null;
    pane.querySelector(".found-close").addEventListener("click", () => this.close());
    this.more.addEventListener("click", () => this.fetch(true));
    this.filters = pane.querySelector(".found-filters");
    this.filters.addEventListener("change", () => this.look(this.words));
    this.filters.addEventListener("submit", (event) => event.preventDefault());
  }

  get open() {
    return !this.pane.hidden;
  }

  close() {
    this.asking++;
    if (!this.open) return;
    this.pane.hidden = true;
    this.does.turned(false);
  }

  /** Ask for these words; nothing is changed by an empty question. */
  look(words) {
    if (!words.trim()) return;
    this.words = words.trim();
    this.next = null;
    this.pane.hidden = false;
    this.does.turned(true);
    fill(this.list);
    fill(this.head, t("Searching for “{words}”…", { words: this.words }));
    this.more.hidden = true;
    this.fetch(false);
  }

  async fetch(on) {
    const turn = ++this.asking;
    const query = this.does.query();
    query.set("q", this.words);
    const { status, days } = Object.fromEntries(new FormData(this.filters));
    if (status) query.set("status", status);
    if (days) query.set("from", new Date(serverNow() - days * 86_400_000).toISOString());
    if (on) query.set("after", this.next);
    let answer;
    try {
      answer = await read(`/api/search?${query}`);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (turn === this.asking) fill(this.head, error.message);
      return;
    }
    if (turn !== this.asking) return;
    this.next = answer.next;
    this.more.hidden = !answer.next;
    this.list.append(...answer.results.map((result) => this.row(result)));
    const some =
      answer.found > 0 &&
      !answer.all_words &&
      el("span", { class: "because" }, t("No conversation has all of the words; these have some."));
    fill(
      this.head,
      answer.found
        ? [
            answer.found < AT_MOST
              ? counted(answer.found, "{n} found for", "{n} found in all for")
              : t("{n} or more found for", { n: AT_MOST }),
            " ",
            el("strong", {}, bdi(this.words)),
            some,
          ]
        : [
            t("Nothing found for"),
            " ",
            el("strong", {}, bdi(this.words)),
            el("span", { class: "because" }, t("Try fewer words, or another form of them.")),
          ],
    );
  }

  row({ case: found, snippet, seq }) {
    return el(
      "li",
      {},
      el(
        "a",
        {
          href: `${prefix}/cases/${found.number}`,
          on: {
            click: (event) => {
              if (event.ctrlKey || event.metaKey || event.shiftKey) return;
              event.preventDefault();
              this.does.open(found.number, seq);
            },
          },
        },
        el(
          "span",
          { class: "row-top" },
          el("span", { class: "row-name" }, bdi(found.customer_name || t("Visitor"))),
          el("span", { class: "row-number" }, `#${found.number}`),
          el("span", { class: "row-age" }, spoken(t("opened")), time(found.opened_at, "age")),
        ),
        el("span", { class: "row-headline" }, bdi(found.headline)),
        el(
          "span",
          { class: "snippet" },
          el(
            "bdi",
            { dir: "auto" },
            snippet.map(({ text, hit }) => (hit ? el("mark", {}, text) : text.replaceAll("**", ""))),
          ),
        ),
        el("span", { class: "because" }, found.status === "resolved" ? icon("check") : null, statusWord(found.status)),
      ),
    );
  }
}
