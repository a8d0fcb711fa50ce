/** The small markup of bot and agents, as elements: paragraphs, lists, **bold**, `code`, [title](link). */

import { el } from "./dom.js";

const INLINE = /\*\*(.+?)\*\*|`([^`]+)`|\[([^\]]+)\]\((https:\/\/[^\s)]+|\/help\/[^\s)]+)\)/g;

function inline(text) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, bold, code, title, address] = match;
    parts.push(text.slice(from, match.index));
    if (bold) parts.push(el("strong", {}, bold));
    else if (code) parts.push(el("code", {}, code));
    else parts.push(el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, title));
    from = match.index + whole.length;
  }
  return [...parts, text.slice(from)];
}

const lines = (rows) => rows.flatMap((row, i) => (i ? [el("br"), ...inline(row)] : inline(row)));

/** One block between blank lines: runs of `- ` or `1. ` rows become lists, the rest a paragraph. */
function block(text) {
  const blocks = [];
  let run = [];
  let kind = null;
  const flush = () => {
    if (!run.length) return;
    if (kind === "p") blocks.push(el("p", {}, lines(run)));
    else
      blocks.push(
        el(
          kind,
          {},
          run.map((row) => el("li", {}, inline(row))),
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
    {},
    text.split("\n").flatMap((row, i) => (i ? [el("br"), row] : [row])),
  );
