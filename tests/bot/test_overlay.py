"""When a person must come whatever the assistant's files say, and when the articles decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.dialogue import load_assistant
from bot.dialogue.assistant import Assistant
from bot.handover import Handover, Limit, Matter
from bot.overlay import Decision, Overlay, handing_over, opening_forms
from bot.tracker import ACTION_LISTEN, OVERLAY, Tracker
from bot.understanding import Intent, Mood, Reading, Sensitive
from tests.bot.rasa_projects import loaded

TINY = Path(__file__).parent / "assistants" / "tiny"
SLOTS: Mapping[str, object] = {"misses": 0, "apologised": False, "last_article": None}
UPSET = Mood("upset", 0.8, ("words “ridiculous”",))


@dataclass(frozen=True)
class Said:
    """What rules and stories say comes next."""

    action: str
    because: str = "the rule 'x' says so"
    fallback: bool = False


NOTHING_FITS = Said("action_default_fallback", fallback=True)


@pytest.fixture(scope="module")
def tiny() -> Assistant:
    return load_assistant(TINY)


def reading(intent: str = "parcel", probability: float = 0.95, **more: object) -> Reading:
    given = Reading("where is it", "en", (Intent(intent, probability),))
    return replace(given, **more)  # type: ignore[arg-type]


def overlay(assistant: Assistant, said: Reading, *, searches: bool = True) -> Overlay:
    return Overlay(said, assistant, 0.55, 2, handing_over(assistant), searches)


def tracker(*done: str, **slots: object) -> Tracker:
    """A conversation whose last message has led to these actions so far."""
    events: list[dict[str, object]] = [{"event": "user", "text": "where is it", "parse_data": {}}]
    events += [{"event": "action", "name": name, "policy": OVERLAY} for name in done]
    start = {**SLOTS, **slots}
    return Tracker("maya", start, start, followup=None).after(events)


def before(assistant: Assistant, said: Reading, so_far: Tracker | None = None) -> Decision | None:
    return overlay(assistant, said).before(so_far or tracker())


def test_a_sure_calm_wish_is_left_to_the_files(tiny: Assistant) -> None:
    assert before(tiny, reading()) is None
    assert overlay(tiny, reading()).instead(tracker(), Said("utter_parcel")) is None


def test_where_no_rule_fits_the_articles_decide(tiny: Assistant) -> None:
    decision = overlay(tiny, reading("faq")).instead(tracker(), NOTHING_FITS)
    assert decision is not None and decision.action == "action_answer"
    assert "faq" in decision.because


def test_a_turn_that_has_done_something_ends_where_no_rule_goes_on(tiny: Assistant) -> None:
    decision = overlay(tiny, reading()).instead(tracker("action_answer"), NOTHING_FITS)
    assert decision == Decision(ACTION_LISTEN, "action_answer was all there was to do")


def test_an_apology_alone_has_done_nothing_yet(tiny: Assistant) -> None:
    decision = overlay(tiny, reading()).instead(tracker("utter_sorry"), NOTHING_FITS)
    assert decision is not None and decision.action == "action_answer"


def test_an_assistant_without_articles_keeps_its_own_fallback(tiny: Assistant) -> None:
    assert overlay(tiny, reading(), searches=False).instead(tracker(), NOTHING_FITS) is None


def test_who_wants_a_person_gets_one_before_anything_else(tiny: Assistant) -> None:
    decision = before(tiny, reading("greet", wants_person=0.9, mood=UPSET))
    assert decision is not None and decision.action == "action_escalate"
    assert decision.slots["handoff_reason"] == "asked_for_person"
    assert "“where is it”" in str(decision.slots["handoff_because"])


def test_once_a_person_was_asked_for_the_bot_listens(tiny: Assistant) -> None:
    decision = before(tiny, reading(wants_person=0.9), tracker("action_escalate"))
    assert decision is not None and decision.action == ACTION_LISTEN


def test_a_sensitive_topic_is_for_a_person_however_unsure_the_intent(tiny: Assistant) -> None:
    decision = before(tiny, reading(probability=0.1, sensitive=(Sensitive("safety", "smoke"),)))
    assert decision is not None and decision.slots["handoff_reason"] == "sensitive_topic"
    assert "safety: “smoke”" in decision.because


def test_a_rule_that_hands_over_says_its_words_first_and_keeps_the_reason(tiny: Assistant) -> None:
    assert "report_fraud" in handing_over(tiny)
    assert before(tiny, reading("report_fraud")) is None
    decision = overlay(tiny, reading("report_fraud")).instead(tracker("utter_sorry"), Said("action_escalate"))
    assert decision is not None and decision.slots["handoff_reason"] == "sensitive_topic"


def test_two_misses_in_a_row_are_too_many(tiny: Assistant) -> None:
    decision = before(tiny, reading(probability=0.2), tracker(misses=2))
    assert decision is not None and decision.slots["handoff_reason"] == "not_understood"
    assert decision.because == "2 messages in a row found no answer"


def test_the_second_miss_hands_over_in_its_own_turn(tiny: Assistant) -> None:
    decision = before(tiny, reading(), tracker("utter_parcel", "action_answer", misses=2))
    assert decision is not None and decision.slots["handoff_reason"] == "no_answer"


def test_a_sure_greeting_after_misses_is_answered(tiny: Assistant) -> None:
    assert before(tiny, reading("greet"), tracker(misses=2)) is None


def test_what_answers_a_form_is_no_miss(tiny: Assistant) -> None:
    asked = tracker(misses=2).after([{"event": "active_loop", "name": "return_form"}])
    assert before(tiny, reading(probability=0.2), asked) is None


def test_the_upset_get_one_apology_and_then_a_person(tiny: Assistant) -> None:
    first = before(tiny, reading(mood=UPSET))
    assert first is not None and (first.action, dict(first.slots)) == ("utter_sorry", {"apologised": True})
    again = before(tiny, reading(mood=UPSET), tracker(apologised=True))
    assert again is not None and again.slots["handoff_reason"] == "upset"


def test_the_upset_who_got_no_answer_get_a_person(tiny: Assistant) -> None:
    decision = before(tiny, reading(mood=UPSET), tracker(misses=1))
    assert decision is not None and decision.slots["handoff_reason"] == "upset"


def test_what_an_action_asked_for_next_comes_next(tiny: Assistant) -> None:
    asked = tracker("action_answer", misses=2).after([{"event": "followup", "name": "action_escalate"}])
    assert before(tiny, reading(), asked) is None


def test_the_intents_that_open_a_form_are_those_of_rules_outside_of_forms(tmp_path: Path) -> None:
    domain = """
version: "3.1"
intents: [order, greet]
slots: {number: {type: text, mappings: [{type: from_text}]}}
forms: {order_form: {required_slots: [number]}}
responses: {utter_hi: [{text: Hi.}], utter_ask_number: [{text: Which?}]}
"""
    rules = """
version: "3.1"
rules:
- rule: open it
  steps: [{intent: order}, {action: order_form}, {active_loop: order_form}]
- rule: go on with it
  condition: [{active_loop: order_form}]
  steps: [{intent: greet}, {action: utter_hi}, {action: order_form}, {active_loop: order_form}]
"""
    assert opening_forms(loaded(tmp_path, domain=domain, data__rules=rules)) == {"order"}


HANDOVER = Handover(
    sensitive=(
        Matter("self_harm", "somebody may be in danger", says={"en": "Call 112.", "nb": "Ring 113."}),
    ),
    policy=(
        Matter(
            "refunds",
            "a refund above the limit is a person's to decide",
            words={"en": ("refund", "money back")},
            above=Limit(1000, "NOK"),
        ),
        Matter("cancellations", "only a person may cancel", intents=("parcel",)),
    ),
)


def with_matters(assistant: Assistant, said: Reading) -> Overlay:
    return replace(overlay(assistant, said), handover=HANDOVER)


@pytest.mark.parametrize(
    ("language", "told"), [("en", "Call 112."), ("nb", "Ring 113."), ("de", "Call 112.")]
)
def test_a_topic_says_what_the_operator_wrote_in_the_customers_language(
    tiny: Assistant, language: str, told: str
) -> None:
    said = reading(language=language, sensitive=(Sensitive("self harm", "hurt myself"),))
    decision = with_matters(tiny, said).before(tracker())
    assert decision is not None
    assert (decision.slots["handoff_topic"], decision.slots["handoff_says"]) == ("self harm", told)


@pytest.mark.parametrize(
    ("text", "handed"),
    [
        ("I want a refund of 1500 kr", True),
        ("I want a refund of 1000 kr", False),
        ("I want a refund of 1500 EUR", False),
        ("I want a refund", False),
        ("it cost 1500 kr", False),
    ],
)
def test_a_policy_may_hold_above_a_sum_only(tiny: Assistant, text: str, handed: bool) -> None:
    decision = with_matters(tiny, reading("faq", text=text)).before(tracker())
    assert (decision is not None) == handed
    if decision is not None:
        assert decision.slots["handoff_reason"] == "policy"
        assert decision.because == "a refund above the limit is a person's to decide"


def test_a_policy_by_intent_needs_a_sure_one_and_leaves_forms_alone(tiny: Assistant) -> None:
    assert with_matters(tiny, reading("parcel")).before(tracker()) is not None
    assert with_matters(tiny, reading("parcel", 0.3)).before(tracker()) is None
    asked = tracker().after([{"event": "active_loop", "name": "return_form"}])
    assert with_matters(tiny, reading("parcel")).before(asked) is None


def test_what_a_person_resolved_and_is_not_goes_back_to_people(tiny: Assistant) -> None:
    said = reading("did_not_help")
    decision = before(tiny, said, tracker(solved_by="Ines"))
    assert decision is not None and decision.slots["handoff_reason"] == "answer_rejected"
    assert before(tiny, said, tracker(solved_by="Ines", last_article="a1")) is None
    assert before(tiny, said) is None
