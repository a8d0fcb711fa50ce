// What is kept about an article beside its text. Each change is saved by itself.

import { ask } from "./api.js";
import { openDialog } from "./dialogs.js";
import { $, make, say, tongue } from "./page.js";

/** `room` is the writing room, `compare` shows two texts. The returned function loads what is shown. */
export function openDetails(room, compare) {
  let details = room.facts.details;
  const path = () => `/articles/${room.article.path}`;

  async function arrange(body) {
    const made = await ask("POST", `${path()}/arrange`, body);
    room.article = made.article;
    details = made.details;
    show();
    room.show();
  }
  /** Save a field as it is changed; if that fails, say so and put the old value back. */
  function saves(id, field, was) {
    $(id).addEventListener("change", async () => {
      try {
        await arrange({ [field]: $(id).value || (field === "owner" ? "" : null) });
        room.standing(say("detailSaved"));
      } catch (problem) {
        $(id).value = was() ?? "";
        room.explain(problem);
      }
    });
  }
  saves("owner", "owner", () => details.owner);
  saves("review-by", "review_by", () => details.review_by);

  $("move").addEventListener("click", () => {
    $("slug-prefix").textContent = details.url.slice(0, -details.slug.length);
    $("slug").value = details.slug;
    openDialog("moving", () => arrange({ slug: $("slug").value.trim() }));
  });

  function show() {
    $("kept").hidden = !room.article;
    if (!details) return;
    for (const id of ["owner", "review-by", "move"]) $(id).disabled = ["archived"].includes(room.article.status);
    $("owner").value = details.owner;
    $("review-by").value = details.review_by ?? "";
    $("address").textContent = details.url;
    $("moved").textContent = details.moved.length ? say("movedFrom", { addresses: details.moved.join(", ") }) : "";
    $("family").replaceChildren(...details.translations.map(relative), lead());
    const { month } = details.figures;
    const number = new Intl.NumberFormat(tongue);
    $("figures").replaceChildren(...["shown", "helped", "rejected", "handed_over"].map((name) =>
      make("div", { className: name }, make("dt", { textContent: say(name) }), make("dd", { textContent: number.format(month[name]) }))));
    const { helped, rejected } = details.figures.readers.month;
    $("readers").hidden = !helped && !rejected;
    $("readers").textContent = say("readers", { helped: number.format(helped), rejected: number.format(rejected) });
    $("checks").hidden = !details.checks;
    $("checks").href = `/kb/checks?article=${encodeURIComponent(room.article.id)}`;
    $("checks").textContent = say("openChecks", { count: number.format(details.checks) });
  }
  const link = (text, onclick) => make("button", { type: "button", className: "link", textContent: text, onclick });
  function relative(one) {
    const note = one.original ? `${one.word} · ${say("original")}` : one.word;
    return make("li", {}, make("a", { href: one.url, textContent: one.language }), " ", make("span", { className: "hint", textContent: note }),
      one.lags ? make("span", { className: "health", textContent: say("lags") }) : null);
  }
  /** What can be done about being a translation, or about having none. */
  function lead() {
    const { original } = details;
    const own = make("li", { className: "lead" });
    if (original && original.now > (details.says ?? 0)) {
      own.append(make("p", { className: "health", textContent: say("originalChanged", { title: original.title }) }),
        link(say("seeChanges"), () => compare(encodeURI(original.path), details.says || original.now, original.now,
          say("revision", { number: details.says ?? "–" }), say("revision", { number: original.now })).catch(room.explain)),
        link(say("upToDate"), () => tell(`${path()}/match`, {})));
    }
    if (original) own.append(link(say("unlink"), () => arrange({ translation_of: null }).catch(room.explain)));
    else own.append(link(say("linkOne"), choose));
    return own;
  }
  async function tell(where, body) {
    try {
      ({ article: room.article, details } = await ask("POST", where, body));
      show();
    } catch (problem) {
      room.explain(problem);
    }
  }

  // ------ an existing article as a translation

  let due = 0;
  async function offer() {
    const { rows } = await ask("GET", `${path()}/linkable?${new URLSearchParams({ q: $("linkable-q").value })}`).catch(() => ({ rows: [] }));
    $("linkable").replaceChildren(...(rows.length ? rows.map((row) => make("li", {},
      make("button", { type: "submit", className: "quiet", value: row.id }, make("strong", { textContent: row.title }),
        make("span", { className: "hint", textContent: `${row.language} · ${row.state}` }))))
      : [make("li", { className: "aside", textContent: say("nothingToLink") })]));
  }
  $("linkable-q").addEventListener("input", () => { clearTimeout(due); due = setTimeout(offer, 160); });
  $("linkable-q").addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  let picked = "";
  $("linkable").addEventListener("click", (event) => { picked = event.target.closest("button")?.value ?? ""; });
  function choose() {
    $("linkable-q").value = "";
    offer();
    openDialog("linking", () => arrange({ translation_of: picked }));
  }

  show();
  return async function load() {
    if (!room.article) return;
    details = await ask("GET", `${path()}/details`).catch(() => details);
    show();
  };
}
