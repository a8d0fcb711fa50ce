"""The room's own sentences in Bokmål: everything the engine can write, and nothing that a customer wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from bot.dialogue import load_assistant
from bot.dialogue.assistant import ActionStep
from bot.overlay import Decision, Overlay, handing_over
from bot.policies import Prediction
from bot.tracker import Tracker
from bot.understanding import Intent, Mood, Reading, Sensitive
from bot.understanding.mood import MoodReader
from bot.understanding.words import LanguageWords
from config.handover import load_handover
from config.texts import Texts
from handoff.case import OUTCOMES, Outcome
from handoff.casefile.case_summary import CaseSummary
from handoff.casefile.mood import Label
from handoff.casefile.needs import NEEDS
from handoff.casefile.render import as_text
from handoff.casefile.summary import summarise
from handoff.entry import Entry
from handoff.escalation import Reaction, Reason
from handoff.floor.triage import Level, Priority
from handoff.wording import TEXTS, Say, entry_in_words, in_words, summary_in_words
from tests.handoff.conversations import FACT_RULES, MONDAY, RULES, TOLD, Told, escalation
from tests.handoff.seats import WEB

MOODS = LanguageWords.shipped(("en", "nb")).moods
ROOT = Path(__file__).parents[2]
TEXTS_OF_THE_DESK = Texts.load(WEB / "locale")
ASSISTANT = load_assistant(ROOT / "config" / "rasa", examples=False)


def bokmaal(text: str) -> str:
    """As the desk says it; a text without words fails the test."""
    named = RULES.words("nb")
    if text in named:
        return named[text]
    assert not TEXTS_OF_THE_DESK.missing("nb", frozenset([text])), f"no Bokmål for {text!r}"
    return TEXTS_OF_THE_DESK.say("nb")(text)


def reason_in(say: Say, reason: Reason, because: str) -> str:
    told = escalation(reason=reason, because=because)
    return in_words(summarise(told, 7, RULES).reason.sentence, say)


def sentences(summary: CaseSummary) -> Iterator[str]:
    """What the engine wrote, in whatever language."""
    routing = summary.routing
    yield summary.reason.sentence
    for each in (routing.team, routing.priority, routing.first_reply_by, routing.resolve_by, *routing.skills):
        yield each.because


# The catalogue


def test_every_template_has_words_in_bokmaal() -> None:
    assert TEXTS_OF_THE_DESK.missing("nb", frozenset(TEXTS)) == frozenset()


def test_a_translation_leaves_out_no_blank_but_a_code() -> None:
    for text in TEXTS:
        blanks, said = (set(re.findall(r"\{\w+\}", each)) for each in (text, bokmaal(text)))
        assert said <= blanks <= said | {"{code}"}, text


def test_every_label_of_the_plain_text_has_words_in_bokmaal() -> None:
    labels = set(
        re.findall(r'\bsay\(\s*"([^"]+)"', (ROOT / "handoff" / "casefile" / "render.py").read_text("utf-8"))
    )
    labels |= {"corrected since", "hidden", "checked", "getting better", "getting worse"}
    labels |= {*get_args(Label), *get_args(Level), *get_args(Reaction), *Priority, *Outcome}
    labels |= {name for names in NEEDS.values() for name in names}
    assert TEXTS_OF_THE_DESK.missing("nb", frozenset(labels)) == frozenset()


def test_every_rule_and_story_that_fetches_a_person_has_words_in_bokmaal() -> None:
    names = {
        each.name
        for each in (*ASSISTANT.rules, *ASSISTANT.stories)
        if any(isinstance(step, ActionStep) and step.action == "action_escalate" for step in each.steps)
    }
    assert names
    assert TEXTS_OF_THE_DESK.missing("nb", frozenset(names)) == frozenset()


def test_every_topic_that_is_a_persons_business_has_words_in_bokmaal() -> None:
    topics = {matter.name.replace("_", " ") for matter in load_handover().sensitive}
    assert TEXTS_OF_THE_DESK.missing("nb", frozenset({*topics, *ASSISTANT.sensitive})) == frozenset()


def test_every_policy_has_its_reason_in_bokmaal() -> None:
    reasons = {matter.because["en"] for matter in load_handover().policy}
    assert TEXTS_OF_THE_DESK.missing("nb", frozenset(reasons)) == frozenset()


# Why a person must take over


@pytest.mark.parametrize("reason", Reason)
def test_a_reason_alone_is_said_in_bokmaal(reason: Reason) -> None:
    said = reason_in(bokmaal, reason, "")
    assert said != reason_in(str, reason, "")
    assert said.endswith(".")


@pytest.mark.parametrize(
    ("reason", "because", "said"),
    [
        (
            Reason.ASKED_FOR_PERSON,
            "the customer asked for a person: “a human, please: now”",
            "Kunden ba om et menneske: «a human, please: now».",
        ),
        (
            Reason.NO_ANSWER,
            "2 questions in a row that the bot could not answer",
            "Kunnskapsbasen har ikke noe svar på spørsmålet: "
            "2 spørsmål på rad som boten ikke kunne svare på.",
        ),
        (
            Reason.NOT_UNDERSTOOD,
            "2 messages in a row found no answer",
            "Boten forsto ikke kunden: 2 meldinger på rad uten svar.",
        ),
        (
            Reason.ANSWER_REJECTED,
            "the customer said that the answer did not help",
            "Kunden sa at svaret ikke hjalp.",
        ),
        (
            Reason.ANSWER_REJECTED,
            "the customer said that 2 answers did not help",
            "Kunden sa at svaret ikke hjalp: kunden sa at 2 svar ikke hjalp.",
        ),
        (
            Reason.SENSITIVE_TOPIC,
            "the topic is fraud: “hacked”",
            "Temaet er et som bare mennesker svarer på: temaet er svindel: «hacked».",
        ),
        (
            Reason.SENSITIVE_TOPIC,
            "the topic is self harm: “hurt myself”",
            "Temaet er et som bare mennesker svarer på: temaet er selvskading: «hurt myself».",
        ),
        (
            Reason.UPSET,
            "the customer is still upset: words “hate, this”, capitals “NOW”, marks “!!”",
            "Kunden er opprørt: kunden er fortsatt opprørt: "
            "ordene «hate, this», store bokstaver «NOW», tegnene «!!».",
        ),
        (
            Reason.ASKED_FOR_PERSON,
            "the customer took up the offer of a person",
            "Kunden ba om et menneske: kunden tok imot tilbudet om et menneske.",
        ),
        (
            Reason.POLICY,
            "the customer asks where order NT-10427 is and gave its postcode",
            "Bare et menneske kan gjøre det kunden ber om: kunden spør hvor ordre NT-10427 er, "
            "og oppga postnummeret på den.",
        ),
        (
            Reason.POLICY,
            "the customer wants to return “Bulb” from order NT-10427: another reason; wants a refund; used",
            "Bare et menneske kan gjøre det kunden ber om: kunden vil returnere «Bulb» fra ordre NT-10427: "
            "annen grunn; vil ha pengene tilbake; brukt.",
        ),
        (
            Reason.POLICY,
            "the wish is one for a person (policy)",
            "Bare et menneske kan gjøre det kunden ber om: ønsket er en sak for et menneske.",
        ),
        (
            Reason.POLICY,
            "the rule 'cancelling takes a person' says so",
            "Bare et menneske kan gjøre det kunden ber om: "
            "det følger av regelen «avbestilling krever et menneske».",
        ),
        (
            Reason.BOT_FAILED,
            "action 'action_answer' failed: no answer within 5 s",
            "Boten sviktet mens den arbeidet med et svar: handlingen action_answer mislyktes: "
            "ikke noe svar innen 5 s.",
        ),
        (
            Reason.BOT_FAILED,
            "action 'action_pay' failed: nobody has it; check its name in domain.yml, "
            "or name its server in endpoints.yml",
            "Boten sviktet mens den arbeidet med et svar: handlingen action_pay mislyktes: "
            "ingen har den; kontroller navnet i domain.yml, eller oppgi tjeneren dens i endpoints.yml.",
        ),
        (
            Reason.BOT_FAILED,
            "the dialogue went in circles",
            "Boten sviktet mens den arbeidet med et svar: samtalen gikk i ring.",
        ),
        (
            Reason.BOT_FAILED,
            "action 'action_pay' failed: the time for this turn's actions was used up by one that failed",
            "Boten sviktet mens den arbeidet med et svar: handlingen action_pay mislyktes: "
            "en handling som mislyktes, brukte opp tiden for alle.",
        ),
        (
            Reason.NOT_UNDERSTOOD,
            "something does not work, and the bot has not found out what",
            "Boten forsto ikke kunden: noe virker ikke, og boten har ikke funnet ut hva.",
        ),
        (
            Reason.ASKED_FOR_PERSON,
            "the customer tapped the offer of a person",
            "Kunden ba om et menneske: kunden trykket på tilbudet om et menneske.",
        ),
    ],
)
def test_what_the_bot_says_of_a_hand_over_is_said_in_bokmaal(reason: Reason, because: str, said: str) -> None:
    assert reason_in(bokmaal, reason, because) == said


def test_an_errors_own_words_are_shown_as_they_are() -> None:
    say = TEXTS_OF_THE_DESK.say("nb")
    assert reason_in(say, Reason.BOT_FAILED, "KeyError: 'slug'") == (
        "Boten sviktet mens den arbeidet med et svar: KeyError: 'slug'."
    )


def read(text: str, intent: str = "wifi_slow", probability: float = 0.9, **more: object) -> Reading:
    return replace(Reading(text, "en", (Intent(intent, probability),)), **more)  # type: ignore[arg-type]


def loud(text: str) -> Mood:
    return MoodReader(MOODS["en"]).read(text)


def overlay(reading: Reading) -> Overlay:
    return Overlay(reading, ASSISTANT, 0.55, 2, handing_over(ASSISTANT), searches=True)


def is_said_in_bokmaal(decision: Decision) -> bool:
    """Whether the reason that goes into the case has other words in Bokmål than in English."""
    reason, because = (str(decision.slots[name]) for name in ("handoff_reason", "handoff_because"))
    english, said = (in_words(because, say) for say in (str, bokmaal))
    return said != english and reason_in(bokmaal, Reason(reason), because).endswith(".")


BECAUSES = (
    "the rule 'an order's facts go to a colleague' says so",
    "the story 'a complaint goes to a person' goes on like that",
    "action_leave_form asked for it next",
    "no rule fits",
)
UPSET = loud("THIS IS RIDICULOUS!! I hate it, still useless, I am leaving and want a refund, again and again")


def standing(*done: str, misses: int = 0) -> Tracker:
    """A conversation whose last message has led to these actions so far."""
    slots = {"misses": misses}
    events: list[dict[str, object]] = [{"event": "user", "text": "hm", "parse_data": {}}]
    events += [{"event": "action", "name": name} for name in done]
    return Tracker("maya", slots, slots).after(events)


@pytest.mark.parametrize(
    ("reading", "tracker"),
    [
        (read("I want “a person”. Now!", wants_person=0.9), standing()),
        (read("there is smoke", sensitive=(Sensitive("safety", "smoke"),)), standing()),
        (read("USELESS", mood=UPSET), standing(misses=1)),
        (read("hm", probability=0.2), standing(misses=2)),
        (read("hm"), standing("action_answer", misses=2)),
    ],
)
def test_every_hand_over_before_the_files_are_asked_has_a_reason_in_bokmaal(
    reading: Reading, tracker: Tracker
) -> None:
    decision = overlay(reading).before(tracker)
    assert decision is not None and decision.action == "action_escalate"
    assert is_said_in_bokmaal(decision)


@pytest.mark.parametrize("why", BECAUSES)
@pytest.mark.parametrize(
    ("reading", "tracker"),
    [
        (read("that was not me", "report_fraud"), standing("utter_about_report_fraud")),
        (read("cancel it", "cancel_order"), standing("utter_about_cancel_order")),
        (read("I complain!", "complaint", mood=UPSET), standing("utter_about_complaint")),
        (read("a person", "human_handoff"), standing()),
    ],
)
def test_every_hand_over_by_the_files_has_a_reason_in_bokmaal(
    reading: Reading, tracker: Tracker, why: str
) -> None:
    decision = overlay(reading).instead(tracker, Prediction("action_escalate", "RulePolicy", 1.0, why))
    assert decision is not None and decision.action == "action_escalate"
    assert is_said_in_bokmaal(decision)


def test_these_are_the_files_reasons() -> None:
    """Another one needs its template, and its place in `BECAUSES`."""
    told = "".join(
        (ROOT / "bot" / "policies" / name).read_text("utf-8") for name in ("rule.py", "ensemble.py")
    )
    written = set(re.findall(r"f?\"((?:the rule|the story|\{last\}|no rule)[^\"]*)\"", told))
    named = {re.sub(r"\{[\w.]+\}", "{}", text) for text in written}
    assert named == {
        "the rule '{}' says so",
        "the rule '{}' is done, so {} goes on",  # leads to a form, never to a person
        "the story '{}' goes on like that",
        "{} asked for it next",
        "no rule fits",
    }


@pytest.mark.parametrize(
    ("file", "places"),
    [
        ("actions/accept_person.py", 1),
        ("actions/answer.py", 1),
        ("actions/escalate.py", 1),
        ("actions/feedback.py", 2),
        ("actions/order_status.py", 1),
        ("actions/return_request.py", 1),
        ("bot/overlay.py", 2),
        ("bot/turn.py", 1),
    ],
)
def test_no_other_place_says_why_a_person_must_take_over(file: str, places: int) -> None:
    """One that is added needs its template, and its sentence in the tests above."""
    assert (ROOT / file).read_text("utf-8").count('"handoff_because"') == places
    spoken = (*(ROOT / "actions").glob("*.py"), *(ROOT / "bot").rglob("*.py"))
    others = sum(path.read_text("utf-8").count('"handoff_because"') for path in spoken)
    assert others == 11  # the files above, and bot/relay.py, which forgets it


# Where a case goes


@pytest.mark.parametrize("told", TOLD, ids=lambda told: told.title)
def test_english_readers_get_the_sentences_of_the_record(told: Told) -> None:
    summary = summarise(told.escalation, 7, RULES, FACT_RULES)
    assert summary_in_words(summary, str) == summary


@pytest.mark.parametrize("reason", Reason)
@pytest.mark.parametrize("told", TOLD, ids=lambda told: told.title)
def test_every_routing_has_its_reasons_in_bokmaal(told: Told, reason: Reason) -> None:
    given = replace(told.escalation, reason=reason, because="")
    summary = summarise(given, 7, RULES, FACT_RULES)
    for english, said in zip(sentences(summary), sentences(summary_in_words(summary, bokmaal)), strict=True):
        assert english != said
        assert english.endswith(".") == said.endswith(".")


def test_routing_names_the_team_and_the_rule_as_the_operator_does() -> None:
    routing = summary_in_words(summarise(TOLD[0].escalation, 7, RULES, FACT_RULES), bokmaal).routing
    assert routing.priority.because == "Høy: det gjelder kundens penger («refund» i melding 2)."
    assert routing.team.because == "Betaling og faktura tar refund_status, som boten var 91 % sikker på."
    assert routing.first_reply_by.because == (
        "Første svar innen 15 min av åpningstiden til Betaling og faktura, fordi prioriteten er høy."
    )


def test_a_summary_can_be_read_in_bokmaal_without_a_page() -> None:
    text = as_text(summarise(TOLD[0].escalation, 7, RULES, FACT_RULES), bokmaal)
    assert "\nHVORFOR      Kunden ba om et menneske. [6]\n" in text
    assert "\nRUTET        Høy: det gjelder kundens penger («refund» i melding 2). [2]\n" in text
    assert "OPPLYSNINGER produkt  Nettly Mesh Duo (“mesh duo”) · kontrollert [2]" in text


# The thread


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_ending_of_a_case_is_an_event_in_bokmaal(outcome: Outcome) -> None:
    event = Entry(3, "event", "ines@nettly.example", "Ines", f"Ines resolved the case: {outcome}", MONDAY)
    assert entry_in_words(event, bokmaal).text.startswith("Ines l")


def test_only_events_are_said_in_other_words() -> None:
    line = Entry(3, "line", "customer", None, "Nobody claimed the case", MONDAY)
    assert entry_in_words(line, bokmaal) == line
