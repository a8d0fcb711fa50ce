/** The reply box: Reply or Private note, two boxes that can't be confused, each with its own kept draft. */

import { fill, icon } from "./dom.js";
import { draft, keepDraft } from "./outbox.js";
import { me, t } from "./words.js";

/**
 * The composer pane. `post(kind, text)` sends; `claim()` claims the case first and returns whether it worked.
 */
export class Composer {
  constructor(form, post, claim) {
    this.form = form;
    this.post = post;
    this.claim = claim;
    this.tabs = { reply: form.querySelector("#tab-reply"), note: form.querySelector("#tab-note") };
    this.boxes = { reply: form.querySelector("#box-reply"), note: form.querySelector("#box-note") };
    this.said = form.querySelector(".composer-said");
    this.button = form.querySelector("[type=submit]");
    this.row = null;
    for (const [mode, tab] of Object.entries(this.tabs)) {
      tab.addEventListener("click", () => this.turn(mode, true));
      tab.addEventListener("keydown", (event) => {
        if (event.key === "ArrowLeft" || event.key === "ArrowRight")
          this.turn(mode === "reply" ? "note" : "reply", false);
      });
    }
    for (const box of Object.values(this.boxes)) {
      box.addEventListener("input", () => this.written());
      box.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          this.submit();
        }
      });
    }
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
    const words = draft(row.number);
    for (const mode of ["reply", "note"]) {
      this.boxes[mode].value = words[mode];
      this.grow(this.boxes[mode]);
    }
    this.turn(words.note && !words.reply ? "note" : "reply", false, false);
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
    this.describe();
    if (focus) (focusBox ? this.box : this.tabs[mode]).focus();
  }

  /** The button and the line beside it say exactly what will happen, and to whom. */
  describe() {
    if (!this.row) return;
    const note = this.mode === "note";
    const resolved = this.row.status === "resolved";
    const shut = !note && (this.held || resolved);
    this.boxes.reply.disabled = this.held || resolved;
    this.button.disabled = shut || !this.box.value.trim();
    const label = note ? t("Add note") : this.row.agent ? t("Send") : t("Claim and send");
    fill(this.button, icon(note ? "note" : "send"), label);
    const said = note
      ? t("Only your team will see this.")
      : resolved
        ? t("This case is resolved. You can still add a private note.")
        : this.held
          ? t("{name} has this case. You can add a private note.", { name: this.row.agent.name })
          : this.row.customer_name
            ? t("{name} will read this.", { name: this.row.customer_name })
            : t("The customer will read this.");
    fill(this.said, icon(note ? "lock" : shut ? "user" : "reply"), said);
  }

  written() {
    this.grow(this.box);
    keepDraft(this.row.number, { reply: this.boxes.reply.value, note: this.boxes.note.value });
    this.describe();
  }

  grow(box) {
    if (CSS.supports("field-sizing", "content")) return;
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + 2}px`;
  }

  async submit() {
    const text = this.box.value.trim();
    const { number, agent } = this.row;
    const kind = this.mode;
    if (!text || (kind === "reply" && this.boxes.reply.disabled)) return;
    if (kind === "reply" && !agent && !(await this.claim(number))) return;
    if (this.row.number !== number) return;
    this.boxes[kind].value = "";
    this.written();
    this.post(kind, text);
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
