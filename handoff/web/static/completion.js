/** What helps while words are written: `/` canned responses, `@` colleagues, `{{` variables, above the box. */

import { el, fill, icon, spoken } from "./dom.js";
import { counted, languageWord, t } from "./words.js";

const SHOWN = 8;

/**
 * The popup of one text box. `sources` are tried in order; each is {glyph, title, begins, find(words, turn)}:
 * `begins` is a pattern that matches from its sign to the caret with the words typed after it as its first group,
 * `find` gives {items, languages?, language?} now or later, an item being {key, title, aside, text, note?}.
 * `turn` is the language that the agent turned to with Ctrl+Space, null at first.
 */
export class Completion {
  constructor(box, panel, sources, took) {
    this.box = box;
    this.panel = panel;
    this.sources = sources;
    this.took = took;
    this.open = null;
    this.at = 0;
    this.asking = 0;
    this.language = null;
    box.setAttribute("aria-autocomplete", "list");
    box.addEventListener("input", () => this.look());
    box.addEventListener("click", () => this.look());
    box.addEventListener("blur", () => setTimeout(() => document.activeElement !== box && this.close(), 150));
    box.addEventListener("keydown", (event) => this.press(event));
  }

  /** What stands before the caret, as the first source that begins there. */
  begun() {
    if (this.box.selectionStart !== this.box.selectionEnd) return null;
    const before = this.box.value.slice(0, this.box.selectionStart);
    for (const source of this.sources) {
      const match = source.begins.exec(before);
      if (match)
        return { source, from: match.index + match[0].length - match[1].length - source.sign.length, words: match[1] };
    }
    return null;
  }

  async look() {
    const begun = this.begun();
    if (!begun) {
      this.close();
      return;
    }
    if (this.open?.source !== begun.source) this.language = null;
    const turn = ++this.asking;
    const found = await begun.source.find(begun.words, this.language);
    if (turn !== this.asking || !found) return;
    const items = found.items.slice(0, SHOWN);
    if (!items.length) {
      this.close();
      return;
    }
    this.open = { ...begun, ...found, items };
    this.at = Math.min(this.at, items.length - 1);
    this.draw();
  }

  close() {
    this.asking++;
    if (!this.open) return;
    this.open = null;
    this.at = 0;
    this.panel.hidden = true;
    this.box.removeAttribute("aria-activedescendant");
    this.box.removeAttribute("aria-controls");
  }

  press(event) {
    if (!this.open || event.isComposing) return;
    const { items, languages } = this.open;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.at = (this.at + step + items.length) % items.length;
    else if (event.key === "Escape") this.close();
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && !event.ctrlKey)
      this.take(items[this.at]);
    else if (event.code === "Space" && event.ctrlKey && languages?.length > 1) {
      const now = languages.indexOf(this.open.language);
      this.language = languages[(now + 1) % languages.length];
      this.look();
    } else return;
    event.preventDefault();
    event.stopPropagation();
    if (step) this.draw();
  }

  take(item) {
    const { from } = this.open;
    this.close();
    this.box.setRangeText(item.text, from, this.box.selectionStart, "end");
    this.box.focus();
    this.took(item);
  }

  draw() {
    const { source, items, languages, language } = this.open;
    const now = items[this.at];
    const listId = `${this.box.id}-offers`;
    fill(
      this.panel,
      el(
        "ul",
        { id: listId, role: "listbox", class: "offers", "aria-label": source.title },
        items.map((item, i) =>
          el(
            "li",
            {
              id: `${listId}-${i}`,
              role: "option",
              "aria-selected": String(i === this.at),
              on: {
                pointerdown: (event) => {
                  event.preventDefault();
                  this.take(item);
                },
              },
            },
            icon(source.glyph),
            el("span", { class: "offer-title" }, item.title),
            item.aside && el("span", { class: "offer-aside" }, item.aside),
          ),
        ),
      ),
      now.view &&
        el(
          "div",
          { class: "offer-view" },
          el("p", { dir: "auto" }, now.view),
          now.note && el("p", { class: "offer-note" }, icon("warn"), now.note),
          languages?.length > 1 &&
            el(
              "p",
              { class: "offer-languages" },
              languageWord(language),
              " · ",
              el("kbd", {}, "Ctrl"),
              " ",
              el("kbd", {}, t("Space")),
              " ",
              t("for the other language"),
            ),
        ),
      spoken(counted(items.length, "{n} found", "{n} found in all")),
    );
    this.panel.hidden = false;
    this.panel.classList.toggle("with-view", Boolean(now.view));
    this.box.setAttribute("aria-controls", listId);
    this.box.setAttribute("aria-activedescendant", `${listId}-${this.at}`);
    this.panel.querySelector("[aria-selected=true]").scrollIntoView({ block: "nearest" });
  }
}
