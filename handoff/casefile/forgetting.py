"""What is left of a case file once its customer is forgotten: when it was, and where it went. Pure."""

from __future__ import annotations

from dataclasses import replace

from handoff.casefile.case_summary import CaseSummary, CustomerCard, Previous, Suggested, TranscriptLine
from handoff.casefile.claim import Claim
from handoff.casefile.mood import Mood
from handoff.casefile.needs import Completeness
from handoff.casefile.summary import SENTENCES
from handoff.floor.triage import Urgency

NOTHING = "—"
"""What stands where words were."""

_CITED = (1,)


def emptied(summary: CaseSummary, handoff_id: str) -> CaseSummary:
    """The summary without a word of its conversation, under another name."""
    routing = summary.routing
    code = summary.reason.code
    return replace(
        summary,
        handoff_id=handoff_id,
        conversation_id="",
        page=None,
        customer=CustomerCard("", None, None, False, summary.language.detected, Previous()),
        reason=replace(summary.reason, sentence=f"{SENTENCES[code]}.", messages=_CITED),
        headline=Claim(NOTHING, _CITED),
        ask=(),
        intent=(),
        facts=(),
        tried=(),
        failed_turns=(),
        mood=Mood("calm", "steady", _CITED),
        urgency=Urgency("normal", _CITED),
        missing=(),
        promises=(),
        language=replace(summary.language, messages=_CITED),
        suggested=Suggested((), ""),
        routing=replace(
            routing,
            team=replace(routing.team, because=NOTHING, messages=_CITED),
            skills=(),
            priority=replace(routing.priority, because=NOTHING, messages=_CITED),
            first_reply_by=replace(routing.first_reply_by, because=NOTHING, messages=_CITED),
            resolve_by=replace(routing.resolve_by, because=NOTHING, messages=_CITED),
        ),
        transcript=(TranscriptLine(1, "system", None, NOTHING, summary.started_at),),
        completeness=Completeness(1.0, ()),
    )
