// What every page of the studio has: its words, its times, its menus and the search key.

export const $ = (id) => document.getElementById(id);
const words = $("words") ? JSON.parse($("words").textContent) : {};
export const tongue = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;

/** The page's own words, with {names} filled in. */
export const say = (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

/** An element with properties, data-* attributes and children; text never passes through a parser. */
export function make(tag, { data = {}, ...properties } = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  Object.assign(element.dataset, data);
  element.append(...children.filter((child) => child !== null));
  return element;
}

// The server has made this HTML safe (kb/preview.py). One named policy lets it through Trusted Types, nothing else can.
const policy = window.trustedTypes?.createPolicy("firstline-preview", { createHTML: (html) => html })
  ?? { createHTML: (html) => html };
export const render = (element, html) => { element.innerHTML = policy.createHTML(html); };

/** Arrow keys move within a group that is one stop of the Tab key. */
export function roam(event, group) {
  const step = { ArrowRight: 1, ArrowLeft: -1, Home: -group.length, End: group.length }[event.key];
  if (!step) return null;
  event.preventDefault();
  const here = group.indexOf(event.currentTarget);
  const next = group[Math.abs(step) > 1 ? (step < 0 ? 0 : group.length - 1) : (here + step + group.length) % group.length];
  for (const one of group) one.tabIndex = one === next ? 0 : -1;
  next.focus();
  return next;
}

export function showTimes(root = document) {
  const ago = new Intl.RelativeTimeFormat(tongue, { numeric: "auto" });
  const full = new Intl.DateTimeFormat(tongue, { dateStyle: "long", timeStyle: "short" });
  const short = new Intl.DateTimeFormat(tongue, { dateStyle: "medium" });
  const exact = new Intl.DateTimeFormat(tongue, { dateStyle: "medium", timeStyle: "short" });
  for (const time of root.querySelectorAll("time[data-when]")) {
    time.title = full.format(new Date(time.dateTime));
    time.textContent = exact.format(new Date(time.dateTime));
  }
  for (const time of root.querySelectorAll("time[data-ago]")) {
    const then = new Date(time.dateTime);
    const seconds = (then - Date.now()) / 1000;
    const [size, unit] = [[86400, "day"], [3600, "hour"], [60, "minute"]].find(([size]) => -seconds >= size) ?? [60, "minute"];
    time.title = full.format(then);
    time.textContent = -seconds > 7 * 86400 ? short.format(then) : ago.format(Math.round(seconds / size), unit);
  }
}
showTimes();

// On a narrow screen the places scroll sideways: where the editor is must be in sight.
document.querySelector(".places [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

for (const select of document.querySelectorAll("form[data-instant] select")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}
for (const menu of document.querySelectorAll("details.menu")) {
  document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}
document.addEventListener("keydown", (event) => {
  const search = document.querySelector(".field.search input");
  if (event.key === "/" && search && !event.target.closest("input, textarea, select")) {
    event.preventDefault();
    search.focus();
  }
});
