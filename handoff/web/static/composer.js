/** The reply box: Reply or Private note, two boxes that can't be confused, each with its own kept draft. */

import { Attachments } from "./attachments.js";
import { Completion } from "./completion.js";
import { Drafts } from "./drafts.js";
import { el, fill, icon } from "./dom.js";
import { bdi } from "./markup.js";
import { filled, offers, variables } from "./offers.js";
import { asksAgain, Gate } from "./reask.js";
import { languageName, me, t } from "./words.js";

const LIMIT = 8000;
const NEAR = 500;

/** Words in place of a name, with the name as it is: one node among the others. */
function around(sentence, name) {
  const [before, after] = sentence.split("{name}");
  return [before, bdi(name), after];
}

/**
 * The composer pane. `does`: post(kind, text, files) sends; claim(number) claims the case first and gives whether
 * it worked; writing(kind or null) is told what the agent does; file() gives {row, summary} of the open case.
 */
export class Composer {
  constructor(form, does) {
    this.form = form;
    this.does = does;
    this.tabs = { reply: form.querySelector("#tab-reply"), note: form.querySelector("#tab-note") };
    this.boxes = { reply: form.querySelector("#box-reply"), note: form.querySelector("#box-note") };
    this.said = form.querySelector(".composer-said");
    this.left = form.querySelector(".composer-left");
    this.button = form.querySelector("[type=submit]");
    this.row = null;
    this.checking = false;
    this.drafts = new Drafts();
    this.gate = new Gate(form);
    this.files = new Attachments(form, () => this.describe());
    const sources = offers(does.file);
    for (const [mode, box] of Object.entries(this.boxes)) {
      new Completion(box, form.querySelector(`#offers-${mode}`), sources[mode], () => this.written());
      box.addEventListener("input", () => this.written());
      box.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          this.submit();
        }
      });
      const tab = this.tabs[mode];
      tab.addEventListener("click", () => this.turn(mode, true));
      tab.addEventListener("keydown", (event) => {
        if (event.key === "ArrowLeft" || event.key === "ArrowRight")
          this.turn(mode === "reply" ? "note" : "reply", false);
      });
    }
    form.querySelector(".slash").addEventListener("click", () => this.begin("/"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
  }

  get mode() {
    return this.form.dataset.mode;
  }

  get box() {
    return this.boxes[this.mode];
  }

  get held() {
    return this.row?.agent && this.row.agent.email !== me.email;
  }

  /** Turn to a case: its drafts, and the box this agent may use. */
  open(row) {
    this.row = row;
    this.gate.close();
    const words = this.drafts.here(row.number);
    for (const mode of ["reply", "note"]) {
      this.boxes[mode].value = words[mode];
      this.boxes[mode].lang = mode === "reply" ? row.language : document.documentElement.lang;
      this.grow(this.boxes[mode]);
    }
    this.files.open(row.number);
    this.turn(words.note && !words.reply ? "note" : "reply", false, false);
    this.fetchDrafts(row.number, words);
  }

  /** Words begun in another browser come in where nothing has been written here. */
  async fetchDrafts(number, here) {
    const there = await this.drafts.there(number);
    if (!there || this.row?.number !== number) return;
    for (const mode of ["reply", "note"]) {
      const box = this.boxes[mode];
      if (here[mode] || box.value || !there[mode]) continue;
      box.value = there[mode];
      this.grow(box);
    }
    this.describe();
  }

  renew(row) {
    this.row = row;
    this.describe();
  }

  turn(mode, focusBox, focus = true) {
    this.form.dataset.mode = mode;
    for (const [name, tab] of Object.entries(this.tabs)) {
      tab.setAttribute("aria-selected", String(name === mode));
      tab.tabIndex = name === mode ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = name !== mode;
    }
    this.gate.close();
    this.files.show(mode);
    if (focus) (focusBox ? this.box : this.tabs[mode]).focus();
  }

  /** The button and the line beside it say exactly what will happen, and to whom. */
  describe() {
    if (!this.row) return;
    const note = this.mode === "note";
    const resolved = this.row.status === "resolved";
    const shut = !note && (this.held || resolved);
    this.boxes.reply.disabled = this.held || resolved;
    for (const tool of this.form.querySelectorAll(".composer-tools button")) tool.disabled = shut;
    this.button.disabled = shut || this.files.busy || !(this.box.value.trim() || this.files.ids.length);
    const label = note ? t("Add note") : this.row.agent ? t("Send") : t("Claim and send");
    fill(this.button, icon(note ? "note" : "send"), label);
    fill(this.said, icon(note ? "lock" : shut ? "user" : "reply"), el("span", {}, this.reader(note, resolved)));
    const left = LIMIT - this.box.value.length;
    fill(this.left, left < NEAR && t("{n} characters left", { n: left }));
  }

  reader(note, resolved) {
    const { customer_name: name, language, agent } = this.row;
    if (note) return t("Only your team will see this.");
    if (resolved) return t("This case is resolved. You can still add a private note.");
    if (this.held) return around(t("{name} has this case. You can add a private note."), agent.name);
    const foreign = language !== document.documentElement.lang;
    return [
      name ? around(t("{name} will read this."), name) : t("The customer will read this."),
      foreign && ` ${t("They write {language}.", { language: languageName(language) })}`,
    ];
  }

  written() {
    const { box, mode } = this;
    this.gate.close();
    this.grow(box);
    this.drafts.keep(this.row.number, mode, box.value);
    this.does.writing(box.value.trim() ? mode : null);
    this.describe();
  }

  grow(box) {
    if (CSS.supports("field-sizing", "content")) return;
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + 2}px`;
  }

  /** Send what is written. A reply is looked at first, unless the agent has said that it is meant. */
  async submit(meant = false) {
    const { number, agent } = this.row;
    const kind = this.mode;
    if (this.button.disabled || this.checking) return;
    const file = this.does.file();
    const { text, empty } = filled(this.box.value.trim(), variables(file.row, file.summary));
    if (kind === "reply" && empty.length) {
      this.gate.unfilled(empty, () => this.find(`{{${empty[0]}}}`));
      return;
    }
    if (kind === "reply" && text && !meant) {
      this.checking = true;
      const reasks = await asksAgain(number, text);
      this.checking = false;
      if (this.row.number !== number) return;
      if (reasks.length) {
        this.gate.known(reasks, {
          insert: ({ value }) => this.insert(value),
          anyway: () => this.submit(true),
        });
        return;
      }
    }
    if (kind === "reply" && !agent && !(await this.does.claim(number))) return;
    if (this.row.number !== number) return;
    this.boxes[kind].value = "";
    const files = this.files.use();
    this.written();
    this.boxes[kind].focus();
    this.does.post(kind, text, files);
  }

  /** Mark a piece of the text, so that it can be written over. */
  find(words) {
    const { box } = this;
    const from = box.value.search(new RegExp(words.replace(/[.{}]/g, "\\$&").replace("\\{\\{", "\\{\\{\\s*")));
    box.focus();
    if (from >= 0) box.setSelectionRange(from, box.value.indexOf("}}", from) + 2);
  }

  /** Begin a completion as if its sign had been typed. */
  begin(sign) {
    const { box } = this;
    box.focus();
    const before = box.value.slice(0, box.selectionStart);
    const gap = before && !/\s$/.test(before) ? " " : "";
    box.setRangeText(gap + sign, box.selectionStart, box.selectionEnd, "end");
    box.dispatchEvent(new Event("input"));
  }

  /** Put words into the reply, at the caret, as a line of their own when something is written already. */
  insert(text) {
    if (this.boxes.reply.disabled) return false;
    this.turn("reply", true);
    const box = this.boxes.reply;
    const before = box.value.slice(0, box.selectionStart);
    const gap = before && !/\s$/.test(before) ? (text.length > 60 ? "\n" : " ") : "";
    box.setRangeText(gap + text, box.selectionStart, box.selectionEnd, "end");
    this.written();
    return true;
  }

  /** Give a failed send back to its box. */
  restore(words) {
    this.turn(words.kind, true);
    const box = this.boxes[words.kind];
    box.value = box.value ? `${words.text}\n${box.value}` : words.text;
    this.written();
  }
}
