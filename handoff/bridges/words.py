"""What a helpdesk outside is given to read: the summary in its three forms, and all that was said. Pure.

Customers' words are put where nothing in them can be taken for markup; what is masked in them stays masked.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC

from handoff.case import Case
from handoff.casefile.case_summary import CaseSummary
from handoff.casefile.render import as_text, sections, standing
from handoff.entry import Entry
from handoff.wording import Say, summary_in_words

SUBJECT_CHARACTERS = 120

TITLES: Mapping[str, str] = {
    "rt": "Request Tracker",
    "email": "the team's mailbox",
    "webhook": "the helpdesk",
    "django_helpdesk": "django-helpdesk",
}
"""What people call a helpdesk, where that is not its bridge's name with a capital."""

_MARKUP = re.compile(r"([\\`*_\[\]<>#|~&])")
_BREAKS = re.compile(r"\s*[\r\n\u2028\u2029]+\s*")


def title(bridge: str) -> str:
    """What people call a helpdesk."""
    return TITLES.get(bridge) or bridge.replace("_", " ").title()


def subject(case: Case) -> str:
    """One line that names the case and what it is about."""
    whole = _BREAKS.sub(" ", f"[#{case.number}] {case.headline}").strip()
    return whole if len(whole) <= SUBJECT_CHARACTERS else f"{whole[: SUBJECT_CHARACTERS - 1].rstrip()}…"


def plain(summary: CaseSummary, say: Say = str) -> str:
    """The summary as plain text, without the conversation."""
    return as_text(summary, say, transcript=False)


def markdown(summary: CaseSummary, say: Say = str) -> str:
    """The summary as CommonMark, without the conversation."""
    summary = summary_in_words(summary, say)
    parts = [f"**#{summary.case} {_marked(summary.headline.text)}**", _marked(standing(summary, say))]
    for label, lines in sections(summary, say):
        items = "\n".join(f"- {_marked(line)}" for line in lines)
        parts.append(f"**{_marked(label)}**\n\n{items}")
    return "\n\n".join(parts) + "\n"


def as_html(summary: CaseSummary, say: Say = str) -> str:
    """The summary as a fragment of HTML without any attribute, and without the conversation."""
    summary = summary_in_words(summary, say)
    return "".join(_html(summary, say))


def transcript(thread: Sequence[Entry], say: Say = str) -> str:
    """All that was said to and by the customer, oldest first; moments in UTC.

    thread: with its secrets masked, as the desk shows it. Notes and events are left out.
    """
    return "\n\n".join(
        f"{entry.at.astimezone(UTC):%Y-%m-%d %H:%M} {speaker(entry, say)}:\n{said(entry, say)}"
        for entry in thread
        if entry.kind in ("line", "reply") and entry.author != "system"
    )


def speaker(entry: Entry, say: Say = str) -> str:
    """Who said it, as people call them."""
    names = {"customer": say("Customer"), "bot": say("Bot")}
    return entry.name or names.get(entry.author) or entry.author


def said(entry: Entry, say: Say = str) -> str:
    """The words of an entry, or the names of the files that came without any."""
    if entry.text or not entry.files:
        return entry.text
    return f"[{', '.join(file.name for file in entry.files)}]"


def pieces(text: str, most: int) -> tuple[str, ...]:
    """A text in parts of so many characters at most, cut at the end of a line or a word if there is one."""
    found: list[str] = []
    while len(text) > most:
        cut = max(text.rfind("\n", 0, most), text.rfind(" ", 0, most)) + 1
        cut = cut if cut > most // 2 else most
        found.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return (*found, text)


def _html(summary: CaseSummary, say: Say) -> Iterator[str]:
    yield f"<p><strong>#{summary.case} {_escaped(summary.headline.text)}</strong><br>"
    yield f"{_escaped(standing(summary, say))}</p>"
    for label, lines in sections(summary, say):
        items = "".join(f"<li>{_escaped(line)}</li>" for line in lines)
        yield f"<p><strong>{_escaped(label)}</strong></p><ul>{items}</ul>"


def _escaped(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")


def _marked(text: str) -> str:
    """A text in one line of Markdown, nothing of which is markup."""
    return _MARKUP.sub(r"\\\1", _BREAKS.sub(" ", text))
