// The list on the left.

import { ask } from "./api.js";
import { $, make } from "./page.js";

/** `here` gives the id of the article that is open; the returned function loads the list anew. */
export function openRail(here) {
  const search = document.querySelector("#rail-search input");
  async function load() {
    const { rows } = await ask("GET", `/rail?${new URLSearchParams({ q: search.value })}`).catch(() => ({ rows: null }));
    if (!rows) return;
    $("rail-none").hidden = rows.length > 0;
    $("rail-list").replaceChildren(...rows.map((row) => {
      const link = make("a", { href: row.url }, make("span", { className: "title", textContent: row.title }),
        make("span", { className: "under" }, make("span", { className: `state ${row.status}`, textContent: row.state }), ` ${row.language}`,
          row.health.length ? make("span", { className: "health", textContent: row.health[0] }) : null));
      if (row.id === here()) link.setAttribute("aria-current", "page");
      return make("li", {}, link);
    }));
  }
  let due = 0;
  search.addEventListener("input", () => {
    clearTimeout(due);
    due = setTimeout(load, 160);
  });
  document.querySelector("#rail-list [aria-current]")?.scrollIntoView({ block: "nearest" });
  return load;
}
