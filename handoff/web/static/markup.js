/** The small markup of bot and agents, as elements: paragraphs, lists, **bold**, `code`, [title](link). */

import { el } from "./dom.js";

/** Characters that nobody sees and that turn the words around them: embeddings, overrides and isolates. */
const UNSEEN = /([\u202a-\u202e\u2066-\u2069])/;

/** The text as nodes; characters that reorder what stands around them are named instead of obeyed. */
const shown = (text) =>
  text
    .split(UNSEEN)
    .map((part, i) =>
      i % 2 ? el("span", { class: "unseen" }, `U+${part.codePointAt(0).toString(16).toUpperCase()}`) : part,
    );

/** Somebody's words on one line, in their own direction whatever stands around them. */
export const bdi = (text) => el("bdi", { dir: "auto" }, shown(String(text)));

const INLINE = /\*\*(.+?)\*\*|`([^`]+)`|\[([^\]]+)\]\((https:\/\/[^\s)]+|\/help\/[^\s)]+)\)/g;

function inline(text) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, bold, code, title, address] = match;
    parts.push(shown(text.slice(from, match.index)));
    if (bold) parts.push(el("strong", {}, shown(bold)));
    else if (code) parts.push(el("code", {}, shown(code)));
    else parts.push(el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, shown(title)));
    from = match.index + whole.length;
  }
  return [...parts, shown(text.slice(from))];
}

const lines = (rows) => rows.flatMap((row, i) => (i ? [el("br"), ...inline(row)] : inline(row)));

/** One block between blank lines: runs of `- ` or `1. ` rows become lists, the rest a paragraph. */
function block(text) {
  const blocks = [];
  let run = [];
  let kind = null;
  const flush = () => {
    if (!run.length) return;
    if (kind === "p") blocks.push(el("p", { dir: "auto" }, lines(run)));
    else
      blocks.push(
        el(
          kind,
          {},
          run.map((row) => el("li", { dir: "auto" }, inline(row))),
        ),
      );
    run = [];
  };
  for (const row of text.split("\n")) {
    const item = /^\s*(?:(-|\*)|(\d+)[.)])\s+(.*)$/.exec(row);
    const next = item ? (item[1] ? "ul" : "ol") : "p";
    if (next !== kind) flush();
    kind = next;
    run.push(item ? item[3] : row);
  }
  flush();
  return blocks;
}

export const prose = (text) =>
  text
    .trim()
    .split(/\n{2,}/)
    .flatMap(block);

/** A customer's words exactly as written: no markup, no links to follow by mistake. */
export const verbatim = (text) =>
  el(
    "p",
    { dir: "auto" },
    text.split("\n").flatMap((row, i) => (i ? [el("br"), ...shown(row)] : shown(row))),
  );
