"""Writes the case summary of an escalation: by rules, in the words of the conversation. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handoff.ask import asks, headline, unsettled_since
from handoff.case_summary import (
    SCHEMA_VERSION,
    CaseSummary,
    CustomerCard,
    FailedTurn,
    HandBack,
    Intent,
    Language,
    Previous,
    ReasonGiven,
    Routing,
    Suggested,
    TranscriptLine,
)
from handoff.draft import draft_reply
from handoff.errors import NoLinesError
from handoff.escalation import Escalation, Line, Promise, Reason, Tried
from handoff.facts import FactRules, facts
from handoff.masking import mask
from handoff.mood import mood
from handoff.needs import completeness, never_asked
from handoff.triage import Rules, triage

SENTENCES = {
    Reason.ASKED_FOR_PERSON: "The customer asked for a person",
    Reason.NO_ANSWER: "The knowledge base has no answer to the question",
    Reason.NOT_UNDERSTOOD: "The bot did not understand the customer",
    Reason.ANSWER_REJECTED: "The customer said that the answer did not help",
    Reason.SENSITIVE_TOPIC: "The topic is one that only people answer",
    Reason.UPSET: "The customer is upset",
    Reason.BOT_FAILED: "The bot failed while it worked on an answer",
    Reason.POLICY: "Only a person may do what the customer asks for",
}
"""What each reason means, as the start of a sentence."""

_NEVER_RESUMES = frozenset({Reason.SENSITIVE_TOPIC})
_INTENTS = 3
_ARTICLES = 3
_MISS_CHARACTERS = 200


def summarise(
    escalation: Escalation,
    number: int,
    rules: Rules,
    fact_rules: FactRules | None = None,
    previous: Previous | None = None,
) -> CaseSummary:
    """The summary of an escalation as case `number`.

    What the escalation says of messages it does not hold is left out: a wrong citation must not cost a
    customer the hand-over. Raises NoLinesError if nobody has said anything.
    """
    if not escalation.lines:
        raise NoLinesError(escalation.handoff_id)
    held = {line.number: line for line in escalation.lines}
    said = escalation.said() or escalation.lines[-1:]
    trigger = tuple(n for n in escalation.trigger if n in held) or (said[-1].number,)
    given = facts(escalation.lines, fact_rules, escalation.told)
    felt = mood(said)
    wishes = asks(escalation)
    asking = tuple(wish.line.number for wish in wishes) or trigger
    complete = completeness(escalation, given)
    routed = triage(escalation, given, felt, rules, trigger)
    return CaseSummary(
        schema_version=SCHEMA_VERSION,
        case=number,
        handoff_id=escalation.handoff_id,
        conversation_id=escalation.conversation_id,
        channel=escalation.channel,
        page=escalation.page,
        started_at=escalation.started_at,
        waiting_since=escalation.escalated_at,
        customer=_customer(escalation, previous or Previous()),
        reason=ReasonGiven(escalation.reason, _sentence(escalation), trigger, escalation.decided_by),
        headline=headline(wishes, given, held[trigger[-1]], unsettled_since(escalation)),
        ask=tuple(wish.claim for wish in wishes),
        intent=tuple(
            Intent(guess.name, guess.probability, asking[-1:]) for guess in escalation.intents[:_INTENTS]
        ),
        facts=given,
        tried=tuple(_tried(escalation.tried, held)),
        failed_turns=tuple(
            FailedTurn(mask(held[miss.message].text)[:_MISS_CHARACTERS], miss.understood_as, (miss.message,))
            for miss in escalation.misses
            if miss.message in held
        ),
        mood=felt,
        urgency=routed.urgency,
        missing=never_asked(escalation, complete, asking[-1:]),
        promises=tuple(_promises(escalation.promises, held)),
        language=Language(escalation.language, escalation.language, tuple(line.number for line in said)),
        suggested=Suggested(escalation.suggested[:_ARTICLES], draft_reply(escalation, given, complete)),
        routing=Routing(
            routed.team, routed.skills, routed.priority, routed.first_reply_by, routed.resolve_by
        ),
        transcript=tuple(
            TranscriptLine(line.number, line.author, line.name, mask(line.text), line.at)
            for line in escalation.lines
        ),
        hand_back=HandBack(may_resume=escalation.reason not in _NEVER_RESUMES),
        completeness=complete,
    )


def _customer(escalation: Escalation, previous: Previous) -> CustomerCard:
    who = escalation.customer
    return CustomerCard(who.id, who.name, who.address, who.verified, who.locale, previous)


def _sentence(escalation: Escalation) -> str:
    """One sentence: what the reason's code means, and what the decision added to it."""
    means, because = SENTENCES[escalation.reason], mask(escalation.because.strip().rstrip("."))
    if not because or because.casefold() in means.casefold():
        return f"{means}."
    if means.casefold() in because.casefold():
        return f"{because[:1].upper()}{because[1:]}."
    return f"{means}: {because}."


def _tried(tried: Sequence[Tried], held: dict[int, Line]) -> list[Tried]:
    kept = (replace(each, messages=tuple(n for n in each.messages if n in held)) for each in tried)
    return [each for each in kept if each.messages]


def _promises(promises: Sequence[Promise], held: dict[int, Line]) -> list[Promise]:
    kept = (
        replace(each, text=mask(each.text), messages=tuple(n for n in each.messages if n in held))
        for each in promises
    )
    return [each for each in kept if each.messages]
