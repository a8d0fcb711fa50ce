"""What the command line says of an import; for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from kb.editorial import Taken
from kb.importers.plan import Line, Outcome, Plan

LISTED = 20
"""Warnings that people are shown after an import; a dry run shows them all."""

_WIDTH = max(len(outcome.value) for outcome in Outcome)


def plan_json(plan: Plan, taken: Taken | None) -> dict[str, object]:
    """imported: whether anything was done; counts by outcome; every line of the report."""
    return {
        "imported": taken is not None,
        "published": len(taken.published) if taken else 0,
        "files": plan.files,
        "counts": {outcome.value: plan.count(outcome) for outcome in Outcome},
        "lines": [asdict(line) | {"outcome": line.outcome.value} for line in plan.lines],
    }


def plan_lines(plan: Plan) -> Iterator[str]:
    """The whole report, then what it comes to."""
    yield from map(_told, plan.lines)
    if plan.lines:
        yield ""
    counted = ((plan.count(outcome), outcome.value) for outcome in Outcome)
    yield (
        f"{plan.files} files: " + (", ".join(f"{number} {word}" for number, word in counted if number)) + "."
    )
    if plan.problems:
        yield "Nothing would be imported until the problems are gone."


def taken_lines(plan: Plan, taken: Taken, *, publish: bool) -> Iterator[str]:
    """What was done, and what to look at."""
    warnings = [line for line in plan.lines if line.outcome in (Outcome.WARNING, Outcome.SKIPPED)]
    yield from map(_told, warnings[:LISTED])
    if len(warnings) > LISTED:
        yield f"… and {len(warnings) - LISTED} more; `--dry-run` shows them all"
    yield f"{len(taken.added)} new, {len(taken.revised)} revised, {taken.unchanged} the same as before."
    if not publish and (taken.added or taken.revised):
        yield "They don't answer yet: `firstline kb publish --all` publishes every draft."


def _told(line: Line) -> str:
    what = " · ".join(part for part in (line.title if line.article else "", line.message) if part)
    article = f" ({line.article})" if line.article else ""
    return f"{line.outcome.value:{_WIDTH}}  {line.path}:{line.line}: {what}{article}"
