/** Files of a reply or a note on their way: chosen, pasted or dropped, sent at once, shown until they are used. */

import { toast } from "./alerts.js";
import { el, fill, icon } from "./dom.js";
import { sizeOf } from "./files.js";
import { bdi } from "./markup.js";
import { Refused, upload } from "./server.js";
import { t } from "./words.js";

/** The files under the box of each mode; `changed()` is called when one comes, is there, or goes. */
export class Attachments {
  constructor(form, changed) {
    this.list = form.querySelector(".composer-files");
    this.changed = changed;
    this.files = { reply: [], note: [] };
    this.input = form.querySelector("[type=file]");
    this.mode = "reply";
    form.querySelector(".attach").addEventListener("click", () => this.input.click());
    this.input.addEventListener("change", () => {
      this.take(this.input.files);
      this.input.value = "";
    });
    form.addEventListener("paste", (event) => {
      if (!event.clipboardData.files.length) return;
      event.preventDefault();
      this.take(event.clipboardData.files);
    });
    const pane = form.closest(".thread");
    let over = 0;
    const mark = (by) => pane.classList.toggle("dropping", (over += by) > 0);
    const carries = (event) => event.dataTransfer?.types.includes("Files");
    pane.addEventListener("dragenter", (event) => carries(event) && mark(1));
    pane.addEventListener("dragleave", (event) => carries(event) && mark(-1));
    pane.addEventListener("dragover", (event) => carries(event) && event.preventDefault());
    pane.addEventListener("drop", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      over = 0;
      mark(0);
      this.take(event.dataTransfer.files);
    });
  }

  /** Turn to a case, whose files have not been chosen yet. */
  open(number) {
    this.number = number;
    this.files = { reply: [], note: [] };
    this.draw();
  }

  show(mode) {
    this.mode = mode;
    this.draw();
  }

  get ids() {
    return this.files[this.mode].filter((each) => each.file).map((each) => each.file.id);
  }

  get busy() {
    return this.files[this.mode].some((each) => !each.file);
  }

  /** The files that went with the words; none are left. */
  use() {
    const used = this.files[this.mode].map((each) => each.file);
    this.files[this.mode] = [];
    this.draw();
    return used;
  }

  async take(files) {
    const { number, mode } = this;
    const mine = this.files[mode];
    await Promise.all(
      [...files].map(async (given) => {
        const each = { name: given.name, size: given.size, file: null };
        mine.push(each);
        this.draw();
        try {
          each.file = (await upload(`/api/cases/${number}/files`, given)).file;
        } catch (error) {
          if (!(error instanceof Refused)) throw error;
          mine.splice(mine.indexOf(each), 1);
          toast(`${given.name}: ${error.message}`);
        }
        if (this.number === number) this.draw();
      }),
    );
  }

  draw() {
    const mine = this.files[this.mode];
    this.list.hidden = mine.length === 0;
    fill(
      this.list,
      mine.map((each) =>
        el(
          "li",
          { class: each.file ? null : "uploading" },
          icon(each.file ? "file" : "clock"),
          el("span", { class: "file-name" }, bdi(each.name)),
          el("span", { class: "file-size" }, each.file ? sizeOf(each.size) : t("uploading…")),
          el(
            "button",
            {
              type: "button",
              class: "plain",
              on: {
                click: () => {
                  mine.splice(mine.indexOf(each), 1);
                  this.draw();
                },
              },
            },
            icon("close"),
            el("span", { class: "sr" }, t("Take {name} away", { name: each.name })),
          ),
        ),
      ),
    );
    this.changed();
  }
}
