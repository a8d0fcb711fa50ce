/** Labels of a case, and the case that it is a duplicate of. */

import { ask, lead } from "./dialogs.js";
import { el, fill } from "./dom.js";
import { bdi } from "./markup.js";
import { known, learn } from "./known.js";
import { nothingYet, pick } from "./picker.js";
import { customerName } from "./row.js";
import { read } from "./server.js";
import { statusWord, t } from "./words.js";

const box = (name, checked) =>
  el(
    "label",
    { class: "label-choice" },
    el("input", { type: "checkbox", name: "label", value: name, checked }),
    bdi(name),
  );

export async function askLabels(row) {
  const on = row.labels;
  await learn();
  let list = null;
  const answer = await ask("labels-dialog", (form) => {
    list = form.querySelector(".label-choices");
    const all = [...new Set([...on, ...known.labels])];
    fill(
      list,
      all.map((name) => box(name, on.includes(name))),
    );
    const own = form.elements.own;
    const add = () => {
      const name = own.value.trim();
      if (!name) return;
      const there = [...list.querySelectorAll("input")].find((each) => each.value.toLowerCase() === name.toLowerCase());
      if (there) there.checked = true;
      else list.append(box(name, true));
      own.value = "";
    };
    form.querySelector(".add-label").onclick = add;
    own.onkeydown = (event) => {
      if (event.key !== "Enter" || !own.value.trim()) return;
      event.preventDefault();
      add();
    };
    form.onsubmit = add;
  });
  return answer && { labels: [...list.querySelectorAll(":checked")].map((each) => each.value) };
}

const asItem = (row) => ({
  key: row.number,
  title: [`#${row.number} `, bdi(customerName(row)), " · ", bdi(row.headline)],
  aside: statusWord(row.status),
  row,
});

/** Cases by number, or by words over what is open. */
export async function findCases(words, besides = null) {
  const number = /^#?(\d+)$/.exec(words)?.[1];
  const { cases } = await read("/api/cases?view=all&limit=200");
  const open = cases.filter((row) => row.number !== besides);
  if (!words) return open.slice(0, 12).map(asItem);
  const found = open.filter((row) => {
    const text = `#${row.number} ${row.customer_name || ""} ${row.headline}`.toLowerCase();
    return words
      .toLowerCase()
      .split(/\s+/)
      .every((word) => text.includes(word));
  });
  if (number && !found.some((row) => row.number === Number(number)) && Number(number) !== besides) {
    const answer = await read(`/api/cases/${number}`).catch(() => null);
    if (answer) found.unshift(answer.case);
  }
  return found.slice(0, 20).map(asItem);
}

export async function askMergeTarget(row) {
  const picked = await pick({
    title: t("Merge #{number} into which case?", row),
    hint: t("By number, name or words. What was said here stays, and points to the other."),
    find: (words) => findCases(words, row.number),
    empty: nothingYet(),
  });
  if (!picked) return null;
  const other = picked.item.row;
  const sure = await ask("merge-dialog", (form, dialog) => {
    form.elements.same_person.closest("label").hidden = other.customer_id === row.customer_id;
    lead(
      dialog,
      t("#{number} is closed as a duplicate, and #{other} goes on.", { number: row.number, other: other.number }),
      " ",
      el("strong", {}, bdi(other.headline)),
    );
  });
  return sure && { into: other.number, same_person: sure.same_person === "on" };
}
