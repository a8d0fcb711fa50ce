"""Checks that a summary says nothing its messages do not: every claim must resolve. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handoff.casefile.case_summary import CaseSummary


def unresolved(summary: CaseSummary) -> tuple[str, ...]:
    """The lines whose words do not stand in the messages they cite; empty is right.

    Words are compared after masking and case folding, blanks as one. Parts of a line joined by " · " or cut
    by "…" are looked for one by one.
    """
    texts = {line.number: _plain(line.text) for line in summary.transcript}

    def stands(text: str, messages: tuple[int, ...]) -> bool:
        parts = [_plain(part) for part in re.split(r" · |…", text)]
        return all(any(part in texts.get(number, "") for number in messages) for part in parts if part)

    return tuple(where for where, text, messages in _quotes(summary) if not stands(text, messages))


def count(summary: CaseSummary) -> int:
    """How many lines `unresolved` looks at."""
    return sum(1 for _ in _quotes(summary))


def _quotes(summary: CaseSummary) -> Iterator[tuple[str, str, tuple[int, ...]]]:
    """Every line that quotes: where it stands, its words, the messages."""
    yield "headline", summary.headline.text, summary.headline.messages
    for i, claim in enumerate(summary.ask):
        yield f"ask[{i}]", claim.text, claim.messages
    for i, fact in enumerate(summary.facts):
        yield f"facts[{i}]", fact.words, fact.messages[:1]
    for i, turn in enumerate(summary.failed_turns):
        yield f"failed_turns[{i}]", turn.text, turn.messages
    for i, found in enumerate(summary.mood.evidence):
        yield f"mood.evidence[{i}]", found.text, found.messages
    for i, found in enumerate(summary.urgency.evidence):
        yield f"urgency.evidence[{i}]", found.text, found.messages
    for i, promise in enumerate(summary.promises):
        yield f"promises[{i}]", promise.text, promise.messages


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
