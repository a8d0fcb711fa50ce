"""What the command line says of a change before it is made, and of findings; for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from kb.blast import Blast, Change, Effect, Reply
from kb.checks import Noted
from kb.lint.finding import Severity
from kb.lint.wording import kind_word, mend, what

LISTED = 20
"""Questions that people are shown; programs get all of them."""

_EFFECTS = {
    Effect.LOST: "not answered any more",
    Effect.WORSE: "worse",
    Effect.NEW: "newly answered",
    Effect.BETTER: "better",
    Effect.CHANGED: "another answer",
}


def blast_json(blast: Blast) -> dict[str, object]:
    """source: "real" questions or the articles' "own"; counts by effect; changes, the most pressing first."""
    return {
        "source": blast.source,
        "asked": blast.asked,
        "changed": blast.changed,
        "counts": {effect.value: blast.counts[effect] for effect in Effect},
        "changes": [_change_json(change) for change in blast.changes],
    }


def blast_lines(blast: Blast) -> Iterator[str]:
    """One sentence, then what changes, question by question."""
    counts = ", ".join(
        f"{blast.counts[effect]} {word}" for effect, word in _EFFECTS.items() if blast.counts[effect]
    )
    which = (
        "real questions" if blast.source == "real" else "questions of the articles' own (no real ones yet)"
    )
    yield f"{blast.changed} of {blast.asked} {which} change{f': {counts}' if counts else ''}."
    for change in blast.changes[:LISTED]:
        yield ""
        yield f"{_EFFECTS[change.effect]}: {change.question.text} ({change.question.language})"
        yield f"  now   {_side(change.old)}"
        yield f"  then  {_side(change.new)}"
    if len(blast.changes) > LISTED:
        yield ""
        yield f"And {len(blast.changes) - LISTED} more; --json lists them all."


def finding_json(noted: Noted) -> dict[str, object]:
    finding = noted.finding
    return {
        "key": finding.key,
        "kind": finding.kind.value,
        "case": finding.case,
        "severity": finding.severity.value,
        "what": what(finding, str),
        "mend": mend(finding, str),
        "places": [asdict(place) | {"marks": list(place.marks)} for place in finding.places],
        "accepted": noted.accepted is not None,
    }


def finding_lines(open_: Sequence[Noted]) -> Iterator[str]:
    """A line for each: article:line, how much it matters, what it is and how to mend it; then the sums."""
    for noted in open_:
        finding = noted.finding
        first, *others = finding.places
        where = f"{first.article}:{first.line}" if first.line else first.article
        also = "".join(f" [{place.article}{f':{place.line}' if place.line else ''}]" for place in others)
        yield f"{where}: {finding.severity}: {kind_word(finding.kind, str)}: {what(finding, str)}{also}"
        yield f"    {mend(finding, str)}"
    sums = ((severity, sum(noted.finding.severity is severity for noted in open_)) for severity in Severity)
    yield ", ".join(f"{count} {severity}{'' if count == 1 else 's'}" for severity, count in sums) + "."


def _change_json(change: Change) -> dict[str, object]:
    question = change.question
    return {
        "question": question.text,
        "language": question.language,
        "times": question.times,
        "effect": change.effect.value,
        "judged": change.judged,
        "helped": sorted(question.helped),
        "rejected": sorted(question.rejected),
        "old": _reply_json(change.old),
        "new": _reply_json(change.new),
    }


def _reply_json(reply: Reply) -> dict[str, object]:
    return {
        "article": reply.article,
        "title": reply.title or None,
        "text": reply.text or None,
        "probability": round(reply.probability, 4),
        "reason": reply.reason,
    }


def _side(reply: Reply) -> str:
    if not reply.answered:
        return f"no answer ({(reply.reason or '').replace('_', ' ')})"
    text = " ".join(reply.text.split())
    return f"{reply.probability:.0%}  {reply.title}: {text[:100]}{'…' if len(text) > 100 else ''}"
