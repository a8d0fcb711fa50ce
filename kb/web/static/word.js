// One text of the bot's in every language: wordings are written, previewed and saved as drafts.

import { ask } from "./api.js";
import { $, make, render, say as tell } from "./page.js";
import { showWaiting } from "./words.js";

const facts = JSON.parse($("facts").textContent);
const PAUSE = 250;  // milliseconds without a key before the preview follows
const path = (form, verb = "") => `/words/${encodeURIComponent(facts.name)}/${form.dataset.language}${verb}`;
const unsaved = new Set();

for (const form of document.querySelectorAll(".column")) open(form);
for (const button of document.querySelectorAll(".reuse")) {
  button.addEventListener("click", () => {
    const form = document.querySelector(`.column[data-language="${button.dataset.language}"]`);
    fill(form, JSON.parse(button.dataset.variants));
    change(form);
    form.querySelector("textarea").focus();
  });
}
addEventListener("beforeunload", (event) => { if (unsaved.size) event.preventDefault(); });

function open(form) {
  const list = form.querySelector(".variants");
  for (const variant of list.children) attend(form, variant);
  renumber(form);
  form.querySelector(".add").addEventListener("click", () => {
    const variant = add(form);
    variant.querySelector("textarea").select();
    variant.querySelector("textarea").focus();
    form.querySelector(".done").textContent = tell("added");
    change(form);
  });
  form.querySelector(".restore").addEventListener("click", () => send(form, "POST", "/restore", {}));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form, "PUT", "", { variants: read(form) });
  });
  form.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "s") {
      event.preventDefault();
      form.requestSubmit();
    }
  });
}

function add(form) {
  const variant = form.querySelector("template").content.firstElementChild.cloneNode(true);
  form.querySelector(".variants").append(variant);
  attend(form, variant);
  renumber(form);
  return variant;
}

function attend(form, variant) {
  const text = variant.querySelector("textarea");
  let timer = 0;
  const preview = () => {
    measure(variant);
    [...variant.querySelectorAll("[data-title]")].forEach((input, place) => {
      variant.querySelectorAll(".replies span")[place].textContent = input.value;
    });
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const { html } = await ask("POST", "/preview", { body: text.value }).catch(() => ({}));
      if (html !== undefined) render(variant.querySelector(".bubble"), html);
    }, PAUSE);
    const bubble = variant.querySelector(".bubble");
    if (!bubble.textContent.trim()) bubble.textContent = text.value;  // until it is there with its markup
  };
  variant.addEventListener("input", () => { preview(); change(form); });
  variant.querySelector(".take-out").addEventListener("click", () => {
    variant.remove();
    renumber(form);
    change(form);
    form.querySelector(".done").textContent = tell("gone");
    form.querySelector(".add").focus();
  });
  measure(variant);
  if (!variant.querySelector(".bubble").textContent.trim()) preview();
}

function measure(variant) {
  const { length } = variant.querySelector("textarea").value;
  const line = variant.querySelector(".measure");
  const wide = [...variant.querySelectorAll("[data-title]")].find((input) => input.value.length > facts.longTitle);
  line.classList.toggle("long", length > facts.long || Boolean(wide));
  line.textContent = [
    tell(length > facts.long ? "longText" : "characters", { number: length }),
    ...(wide ? [tell("longTitle", { number: wide.value.length })] : []),
  ].join(" · ");
}

function renumber(form) {
  const variants = [...form.querySelectorAll(".variants > .variant")];
  variants.forEach((variant, place) => {
    variant.querySelector("legend").textContent = tell("wording", { number: place + 1 });
  });
  form.querySelector(".nothing").hidden = variants.length > 0;
}

const read = (form) => [...form.querySelectorAll(".variants > .variant")].map((variant) => ({
  base: Number(variant.dataset.base),
  text: variant.querySelector("textarea").value,
  titles: [...variant.querySelectorAll("[data-title]")].map((input) => input.value),
}));

function fill(form, variants) {
  form.querySelector(".variants").replaceChildren();
  for (const { base, text, buttons } of variants) {
    const variant = add(form);
    variant.dataset.base = base;
    variant.querySelector("textarea").value = text;
    variant.querySelectorAll("[data-title]").forEach((input, place) => {
      input.value = buttons[place]?.title ?? input.value;
    });
    variant.dispatchEvent(new InputEvent("input"));
  }
}

function change(form) {
  unsaved.add(form);
  form.querySelector(".problem").textContent = "";
}

async function send(form, method, verb, body) {
  const done = form.querySelector(".done");
  const problem = form.querySelector(".problem");
  problem.textContent = "";
  done.textContent = tell("saving");
  try {
    const kept = await ask(method, path(form, verb), { ...body, version: Number(form.dataset.version) });
    form.dataset.version = kept.version;
    const chip = form.querySelector(".chip");
    chip.textContent = kept.state.word;
    chip.className = `chip mark-${kept.state.key}`;
    fill(form, kept.variants);
    unsaved.delete(form);
    form.querySelector(".notice").hidden = true;
    form.querySelector(".restore").hidden = verb === "/restore";
    showWaiting(kept.drafts);
    done.textContent = tell(kept.state.key === "draft" ? "saved" : "savedSame");
  } catch (error) {
    done.textContent = "";
    if (error.code === "stale") return collide(form, error.newer, { method, verb, body });
    problem.textContent = error.message;
  }
  return undefined;
}

function collide(form, newer, mine) {
  const notice = form.querySelector(".notice");
  const theirs = () => {
    form.dataset.version = newer.version;
    fill(form, newer.variants);
    unsaved.delete(form);
    notice.hidden = true;
  };
  const onTop = () => {
    form.dataset.version = newer.version;
    notice.hidden = true;
    send(form, mine.method, mine.verb, mine.body);
  };
  notice.replaceChildren(make("p", { textContent: tell("staleSaved", { name: newer.author }) }),
    make("div", { className: "row" },
      make("button", { type: "button", className: "button", textContent: tell("takeTheirs"), onclick: theirs }),
      make("button", { type: "button", className: "button", textContent: tell("keepMine"), onclick: onTop })));
  notice.hidden = false;
  notice.focus();
}
