// A link to a line of the text: /kb/articles/ID?line=12 opens the writing room with that line selected and in sight.

/** Select the line that the address names, if it names one. */
export function showLine(body) {
  const line = Number(new URLSearchParams(location.search).get("line"));
  const lines = body.value.split("\n");
  if (!line || line > lines.length) return;
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  body.focus();
  body.setSelectionRange(start, start + lines[line - 1].length);
  // A text area scrolls to its caret only as somebody types: what is above is measured by its share of the lines.
  body.scrollTop = Math.max(0, (line / lines.length) * body.scrollHeight - body.clientHeight / 2);
}
