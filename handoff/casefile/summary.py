"""Writes the case summary of an escalation: by rules, in the words of the conversation. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from handoff.casefile.ask import asks, headline, is_courtesy, unsettled_since
from handoff.casefile.case_summary import (
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
from handoff.casefile.centrality import Encoder, by_meaning, common_words
from handoff.casefile.draft import draft_reply, suggested_macro
from handoff.casefile.mood import mood
from handoff.casefile.needs import completeness, never_asked
from handoff.casefile.promising import promises
from handoff.casefile.signs import SHIPPED
from handoff.errors import NoLinesError
from handoff.escalation import Customer, Escalation, Line, Promise, Reason, Site, Tried
from handoff.finding.announced import hidden
from handoff.finding.contacts import files_named
from handoff.finding.facts import FactRules, facts
from handoff.finding.masking import mask
from handoff.floor.triage import Rules, triage

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
    *,
    encoder: Encoder | None = None,
    macros: Sequence[str] = (),
    moods: Sequence[Path] = SHIPPED,
) -> CaseSummary:
    """The summary of an escalation as case `number`.

    What the escalation says of messages it does not hold is left out: a wrong citation must not cost a
    customer the hand-over. encoder: tells how like each other sentences are, else their words do; macros: the
    names of those there are; moods: the mood.toml of each language that customers write in. Raises
    NoLinesError if nobody has said anything.
    """
    if not escalation.lines:
        raise NoLinesError(escalation.handoff_id)
    given = facts(escalation.lines, fact_rules, escalation.told)
    escalation = replace(escalation, lines=hidden(escalation.lines))
    held = {line.number: line for line in escalation.lines}
    said = escalation.said() or escalation.lines[-1:]
    trigger = tuple(n for n in escalation.trigger if n in held) or (said[-1].number,)
    felt = mood(said, lists=moods)
    alike = common_words if encoder is None else by_meaning(encoder)
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
        customer=card_of(escalation.customer, previous or Previous()),
        reason=ReasonGiven(escalation.reason, _sentence(escalation), trigger, escalation.decided_by),
        headline=headline(
            wishes, given, _telling(said, held[trigger[-1]]), unsettled_since(escalation), said, alike
        ),
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
        promises=tuple(_promises(_promised(escalation, fact_rules), held)),
        language=Language(escalation.language, escalation.language, tuple(line.number for line in said)),
        suggested=Suggested(
            escalation.suggested[:_ARTICLES],
            draft_reply(escalation, given, complete),
            suggested_macro(macros, wishes, escalation),
        ),
        routing=Routing(
            routed.team, routed.skills, routed.priority, routed.first_reply_by, routed.resolve_by
        ),
        transcript=tuple(
            TranscriptLine(
                line.number,
                line.author,
                line.name,
                mask(line.text),
                line.at,
                _attachments(line),
            )
            for line in escalation.lines
        ),
        hand_back=HandBack(may_resume=escalation.reason not in _NEVER_RESUMES),
        completeness=complete,
    )


def _telling(said: Sequence[Line], trigger: Line) -> Line:
    """The message to quote where no wish is open: what decided it, or the last that is no mere courtesy.

    A message without words is quoted by the names of its files.
    """
    told = next((line for line in (trigger, *reversed(said)) if not is_courtesy(line.text)), trigger)
    return told if told.text else replace(told, text=", ".join(file.name for file in told.files))


def _attachments(line: Line) -> tuple[str, ...]:
    """The addresses of all files that a message brought or links to, each once."""
    brought = (file.address for file in line.files)
    return tuple(dict.fromkeys((*brought, *line.attachments, *files_named(line.text))))


def card_of(who: Customer, previous: Previous) -> CustomerCard:
    """The customer's card; what a page has said of them is masked as their own words are."""
    site = None
    if who.site is not None:
        page, product, order = (
            each and mask(each) for each in (who.site.page, who.site.product, who.site.order)
        )
        site = Site(page, product, order)
    return CustomerCard(who.id, who.name, who.address, who.verified, who.locale, previous, who.business, site)


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


def _promised(escalation: Escalation, fact_rules: FactRules | None) -> tuple[Promise, ...]:
    """What the bot says it promised, and what this episode's messages promise in so many words."""
    told = {number for promise in escalation.promises for number in promise.messages}
    zone = ZoneInfo(fact_rules.zone) if fact_rules and fact_rules.zone else None
    lines = [line for line in escalation.lines if line.number >= escalation.since and line.number not in told]
    found = (*escalation.promises, *promises(lines, zone))
    return tuple(sorted(found, key=lambda promise: promise.messages[:1]))


def _promises(made: Sequence[Promise], held: dict[int, Line]) -> list[Promise]:
    kept = (
        replace(each, text=mask(each.text), messages=tuple(n for n in each.messages if n in held))
        for each in made
    )
    return [each for each in kept if each.messages]
