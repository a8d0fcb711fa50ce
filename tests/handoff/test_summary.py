from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker

import handoff
from handoff.casefile.case_summary import CaseSummary, Previous, ReasonGiven
from handoff.casefile.citations import count, unresolved
from handoff.casefile.claim import Claim, Evidence
from handoff.casefile.render import as_text
from handoff.casefile.summary import summarise
from handoff.errors import NoLinesError, SourceMissingError
from handoff.escalation import Escalation, Miss, Promise, Reason, Tried
from handoff.file import FileRef
from handoff.finding.facts import Fact
from handoff.values import as_object
from tests.handoff.conversations import FACT_RULES, MONDAY, RULES, TOLD, Told, escalation

SCHEMA = json.loads((Path(handoff.__file__).parent / "case-summary.schema.json").read_text(encoding="utf-8"))
every_told = pytest.mark.parametrize("told", TOLD, ids=lambda told: told.title)


def summary_of(told: Told) -> CaseSummary:
    return summarise(told.escalation, 1042, RULES, FACT_RULES)


@every_told
def test_every_claim_stands_in_the_messages_it_cites(told: Told) -> None:
    summary = summary_of(told)
    assert unresolved(summary) == ()
    assert count(summary) >= 1


@every_told
def test_a_summary_is_what_the_schema_says(told: Told) -> None:
    document = json.loads(json.dumps(summary_of(told).to_json()))
    validator = Draft202012Validator(SCHEMA, format_checker=FormatChecker())
    assert [error.message for error in validator.iter_errors(document)] == []


@every_told
def test_a_summary_survives_json(told: Told) -> None:
    summary = summary_of(told)
    assert CaseSummary.from_json(json.loads(json.dumps(summary.to_json()))) == summary


@every_told
def test_the_ask_cites_the_wishes_still_open(told: Told) -> None:
    assert tuple(claim.messages[0] for claim in summary_of(told).ask) == told.ask


@every_told
def test_the_headline_fits_a_queue_and_says_what_is_wanted(told: Told) -> None:
    headline = summary_of(told).headline.text
    assert 0 < len(headline) <= 90
    assert told.headline in ("", headline)


@every_told
def test_the_facts_are_those_the_customer_gave(told: Told) -> None:
    facts = summary_of(told).facts
    assert {(fact.name, fact.value, fact.messages[0]) for fact in facts} == told.facts
    assert {(fact.name, fact.value) for fact in facts if fact.superseded} == told.superseded


@every_told
def test_a_case_goes_to_the_right_team_with_the_right_priority(told: Told) -> None:
    routing = summary_of(told).routing
    assert (routing.team.value, routing.priority.value) == (told.team, told.priority)


@every_told
def test_what_is_still_needed_is_named(told: Told) -> None:
    assert summary_of(told).completeness.missing == told.missing


@every_told
def test_a_secret_shows_nowhere(told: Told) -> None:
    summary = summary_of(told)
    shown = json.dumps(summary.to_json()) + as_text(summary)
    assert [secret for secret in told.hidden if secret in shown] == []


@every_told
def test_the_transcript_is_whole(told: Told) -> None:
    numbers = [line.number for line in summary_of(told).transcript]
    assert numbers == [line.number for line in told.escalation.lines]


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_the_schema_describes_every_field() -> None:
    assert list(SCHEMA["properties"]) == [field.name for field in fields(CaseSummary)]


def test_a_claim_without_a_source_cannot_be_built() -> None:
    with pytest.raises(SourceMissingError):
        Claim("The customer is a pilot", ())


def test_a_fact_without_a_source_cannot_be_built() -> None:
    with pytest.raises(SourceMissingError):
        Fact("order", "10427", "NT-10427", (), True)


def test_evidence_without_a_source_cannot_be_built() -> None:
    with pytest.raises(SourceMissingError):
        Evidence("capitals", "WHY", ())


def test_a_summary_that_cites_a_message_it_does_not_hold_cannot_be_built() -> None:
    summary = summary_of(TOLD[0])
    with pytest.raises(SourceMissingError, match=r"summary\.headline"):
        replace(summary, headline=Claim("A refund", (99,)))


def test_a_reason_without_a_source_cannot_stand_in_a_summary() -> None:
    summary = summary_of(TOLD[0])
    with pytest.raises(SourceMissingError, match=r"summary\.reason"):
        replace(summary, reason=ReasonGiven(Reason.UPSET, "The customer is upset.", (), "rule"))


def test_words_that_nobody_said_do_not_resolve() -> None:
    summary = replace(summary_of(TOLD[0]), headline=Claim("Wants to buy a boat", (2,)))
    assert unresolved(summary) == ("headline",)


def test_wrong_citations_of_an_escalation_do_not_cost_the_hand_over() -> None:
    summary = summarise(
        escalation(
            "c: my bulb is broken",
            trigger=(7,),
            tried=(Tried("bulbs", 1, "Bulbs", 0.8, (9,), "ignored"),),
            misses=(Miss(8, None),),
            promises=(Promise("soon", (), MONDAY),),
        ),
        1042,
        RULES,
    )
    assert summary.reason.messages == (1,)
    assert (summary.tried, summary.failed_turns, summary.promises) == ((), (), ())


def test_an_escalation_in_which_nobody_spoke_is_refused() -> None:
    with pytest.raises(NoLinesError, match="conv1-1"):
        summarise(replace(escalation(), lines=()), 1042, RULES)


def test_an_escalation_in_which_only_the_bot_spoke_is_summarised() -> None:
    summary = summarise(escalation("b: Hi, how can I help?", reason=Reason.BOT_FAILED), 1042, RULES)
    assert (summary.ask, summary.reason.messages) == ((), (1,))


def test_what_the_customer_had_before_is_told() -> None:
    summary = summarise(escalation(), 1042, RULES, previous=Previous(2, "solved"))
    assert summary.customer.previous == Previous(2, "solved")


def test_the_reason_is_one_sentence_with_what_decided_it() -> None:
    reason = summarise(
        escalation(reason=Reason.NOT_UNDERSTOOD, because="2 misses in a row."), 1042, RULES
    ).reason
    assert reason.sentence == "The bot did not understand the customer: 2 misses in a row."


def test_a_sensitive_case_does_not_go_back_to_the_bot() -> None:
    assert not summarise(escalation(reason=Reason.SENSITIVE_TOPIC), 1, RULES).hand_back.may_resume
    assert summarise(escalation(), 1, RULES).hand_back.may_resume


def test_the_draft_asks_only_for_what_is_missing() -> None:
    summary = summarise(
        escalation(
            "c: I was charged twice for order 10427",
            name="Maya Larsen",
            intents=(("payment_problem", 0.9),),
        ),
        1042,
        RULES,
    )
    assert summary.suggested.reply == (
        "Hello Maya, I've read what you wrote to our assistant, so you needn't repeat it. I have your order "
        "NT-10427 here. To help you I also need the amount. Could you send me that?"
    )


def test_the_draft_speaks_the_customers_language() -> None:
    summary = summarise(escalation("c: hei, ruteren min er treg", language="nb"), 1042, RULES)
    assert summary.suggested.reply.startswith("Hei, jeg har lest det du skrev")


def test_what_the_bot_asked_for_in_vain_is_not_missing_but_not_there_either() -> None:
    summary = summarise(
        escalation(
            "c: where is my parcel?",
            "b: What is your order number?",
            "c: no idea, get me a person",
            intents=(("order_status", 0.9),),
        ),
        1042,
        RULES,
    )
    assert summary.completeness.missing == ("order",)
    assert summary.missing == ()


def test_a_stored_summary_with_a_promise_that_cites_nothing_is_read_without_it_and_the_log_says_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    summary = summary_of(TOLD[0])
    kept = as_object(Promise("We write today.", (summary.transcript[0].number,), MONDAY))
    lost = [as_object(Promise("We call.", cited, None)) for cited in ((), (999,))]
    read = CaseSummary.stored({**summary.to_json(), "promises": [*lost, kept]})
    assert [each.text for each in read.promises] == ["We write today."]
    assert replace(read, promises=summary.promises) == summary
    assert "case 1042" in caplog.text and "promises[0]" in caplog.text


def test_what_a_summary_can_not_do_without_must_cite_a_message() -> None:
    document = summary_of(TOLD[0]).to_json()
    headline = document["headline"]
    assert isinstance(headline, dict)
    with pytest.raises(SourceMissingError, match="headline"):
        CaseSummary.stored({**document, "headline": {**headline, "messages": [999]}})


def test_what_a_message_brings_is_linked_and_heads_a_case_in_which_nothing_else_was_said() -> None:
    file = FileRef("c" * 43, "label.pdf", "application/pdf", 9)
    told = escalation("c: ", reason=Reason.BOT_FAILED, because="the bot broke")
    told = replace(told, lines=(replace(told.lines[0], text="", files=(file,)),))
    summary = summarise(told, 1001, RULES, FACT_RULES)
    assert summary.headline.text == "Label.pdf" and summary.ask == ()
    assert summary.transcript[0].attachments == (file.address,)
    assert Escalation.from_json(told.to_json()) == told
