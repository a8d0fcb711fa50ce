"""What programs and the command line are told of gaps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kb.learned.gap import TRANSITIONS, Cost, Gap, GapEvent

LISTED = 30
"""Gaps that people are shown; programs get all of them."""


def gap_lines(gaps: Sequence[Gap]) -> Iterator[str]:
    """Two lines a gap: its question; its number, state, minutes in the last 7 days, askings and reasons."""
    if not gaps:
        yield "No gaps: every question that was asked is answered, or was set aside."
    for gap in gaps[:LISTED]:
        about = "about " if gap.week.estimated else ""
        reasons = ", ".join(f"{reason.replace('_', ' ')} {count}" for reason, count in gap.reasons)
        yield gap.clearest
        yield (
            f"  #{gap.id} {gap.state}: {about}{gap.week.minutes:.0f} agent minutes in the last 7 days, "
            f"asked {gap.times} times ({reasons})"
        )
    if len(gaps) > LISTED:
        yield f"And {len(gaps) - LISTED} more; --json lists them all."


def gap_json(gap: Gap) -> dict[str, object]:
    proof = gap.proof
    return {
        "id": gap.id,
        "state": gap.state.value,
        "may": [event.value for event in TRANSITIONS[gap.state] if event is not GapEvent.RECURRED],
        "question": gap.clearest,
        "language": gap.language,
        "questions": [
            {"question": each.question, "language": each.language, "at": each.at.isoformat()}
            for each in gap.questions
        ],
        "times": gap.times,
        "weeks": list(gap.weeks),
        "reasons": dict(gap.reasons),
        "minutes": {
            "week": cost_json(gap.week),
            "month": cost_json(gap.month),
            "ever": cost_json(gap.ever),
        },
        "article": gap.article,
        "note": gap.note,
        "proof": None if proof is None else {
            "generation": proof.generation,
            "at": proof.at.isoformat(),
            "answered": proof.answered,
            "asked": len(proof.replayed),
            "questions": [
                {
                    "question": each.question,
                    "answered": each.answered,
                    "article": each.article,
                    "probability": round(each.probability, 4),
                    "reason": each.reason,
                }
                for each in proof.replayed
            ],
        },
        "opened_at": gap.opened_at.isoformat(),
        "changed_at": gap.changed_at.isoformat(),
    }  # fmt: skip


def cost_json(cost: Cost) -> dict[str, float]:
    """Minutes, measured in so many resolved cases and estimated for the rest."""
    return {
        "measured": round(cost.measured, 1),
        "estimated": round(cost.estimated, 1),
        "cases": cost.cases,
    }
