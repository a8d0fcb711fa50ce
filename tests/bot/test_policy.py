from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.dialogue import load_assistant
from bot.dialogue.assistant import Assistant
from bot.dialogue.rules import PastTurn
from bot.policy import Decision, Standing, decide
from bot.understanding import Intent, Mood, Reading, Sensitive

TINY = Path(__file__).parent / "assistants" / "tiny"
SHIPPED = Path(__file__).parents[2] / "config" / "rasa"
UPSET = Mood("upset", 0.8, ("words “ridiculous”",))


@pytest.fixture(scope="module")
def tiny() -> Assistant:
    return load_assistant(TINY)


@pytest.fixture(scope="module")
def shipped() -> Assistant:
    return load_assistant(SHIPPED)


def reading(intent: str = "parcel", probability: float = 0.95, **more: object) -> Reading:
    given = Reading("where is it", "en", (Intent(intent, probability),))
    return replace(given, **more)  # type: ignore[arg-type]


def turn(assistant: Assistant, said: Reading, standing: Standing | None = None) -> Iterator[Decision]:
    """The decisions of a whole turn whose actions change nothing but what was done."""
    now = standing or Standing()
    for _ in range(10):
        decision = decide(now, said, assistant)
        yield decision
        if decision.action == "action_listen":
            return
        now = replace(now, done=(*now.done, decision.action), slots={**now.slots, **decision.slots})


def actions(assistant: Assistant, said: Reading, standing: Standing | None = None) -> list[str]:
    return [decision.action for decision in turn(assistant, said, standing)]


def test_a_sure_reading_follows_its_rule_to_the_end(tiny: Assistant) -> None:
    assert actions(tiny, reading()) == ["utter_parcel", "action_answer", "action_listen"]


def test_an_unsure_reading_is_for_the_articles(tiny: Assistant) -> None:
    assert actions(tiny, reading(probability=0.3)) == ["action_answer", "action_listen"]


def test_a_sure_intent_of_a_text_out_of_scope_is_unsure(tiny: Assistant) -> None:
    assert actions(tiny, reading(known=0.2)) == ["action_answer", "action_listen"]


def test_a_sure_reading_without_a_rule_is_for_the_articles(tiny: Assistant) -> None:
    assert actions(tiny, reading("faq")) == ["action_answer", "action_listen"]


def test_who_wants_a_person_gets_one_before_anything_else(tiny: Assistant) -> None:
    first, last = turn(tiny, reading("greet", wants_person=0.9, mood=UPSET))
    assert first.action == "action_escalate"
    assert first.slots["handoff_reason"] == "asked_for_person"
    assert "“where is it”" in str(first.slots["handoff_because"])
    assert last.action == "action_listen"


def test_a_sensitive_topic_is_for_a_person_however_unsure_the_intent(tiny: Assistant) -> None:
    said = reading(probability=0.1, sensitive=(Sensitive("safety", "smoke"),))
    decision = decide(Standing(), said, tiny)
    assert decision.action == "action_escalate"
    assert decision.slots["handoff_reason"] == "sensitive_topic"
    assert "safety: “smoke”" in decision.because


def test_a_rule_that_hands_over_says_its_words_first_and_keeps_the_reason(tiny: Assistant) -> None:
    decisions = list(turn(tiny, reading("report_fraud")))
    assert [each.action for each in decisions] == ["utter_sorry", "action_escalate", "action_listen"]
    assert decisions[1].slots["handoff_reason"] == "sensitive_topic"


def test_two_misses_in_a_row_are_too_many(tiny: Assistant) -> None:
    decision = decide(Standing(misses=2), reading(probability=0.2), tiny)
    assert decision.action == "action_escalate"
    assert decision.slots["handoff_reason"] == "not_understood"
    assert decision.because == "2 messages in a row found no answer"


def test_the_second_miss_hands_over_in_its_own_turn(tiny: Assistant) -> None:
    missed = Standing(misses=2, done=("utter_parcel", "action_answer"))
    decision = decide(missed, reading(), tiny)
    assert decision.action == "action_escalate"
    assert decision.slots["handoff_reason"] == "no_answer"


def test_a_sure_greeting_after_misses_is_answered(tiny: Assistant) -> None:
    assert actions(tiny, reading("greet"), Standing(misses=2)) == ["utter_greet", "action_listen"]


def test_the_upset_get_one_apology_and_then_a_person(tiny: Assistant) -> None:
    upset = reading(mood=UPSET)
    assert actions(tiny, upset) == ["utter_sorry", "utter_parcel", "action_answer", "action_listen"]
    again = decide(Standing(slots={"apologised": True}), upset, tiny)
    assert again.action == "action_escalate"
    assert again.slots["handoff_reason"] == "upset"


def test_the_upset_who_got_no_answer_get_a_person(tiny: Assistant) -> None:
    assert decide(Standing(misses=1), reading(mood=UPSET), tiny).slots["handoff_reason"] == "upset"


@pytest.mark.parametrize("holder", ["queue", "agent"])
def test_the_bot_is_silent_while_others_hold_the_conversation(tiny: Assistant, holder: str) -> None:
    assert actions(tiny, reading(wants_person=1.0), Standing(holder=holder)) == ["action_listen"]


def test_a_condition_chooses_the_rule(tiny: Assistant) -> None:
    answered = Standing(slots={"last_article": "a"})
    assert actions(tiny, reading("affirm"), answered) == ["action_feedback", "utter_glad", "action_listen"]
    assert actions(tiny, reading("affirm"), Standing()) == ["action_answer", "action_listen"]


def test_a_rule_is_finished_though_its_action_undid_its_condition(tiny: Assistant) -> None:
    now = Standing(slots={"last_article": None}, done=("action_feedback",))
    assert decide(now, reading("affirm"), tiny).action == "utter_glad"


def test_a_story_speaks_where_the_conversation_so_far_is_the_same(tiny: Assistant) -> None:
    greeted = Standing(past=(PastTurn("greet", ("utter_greet",)),))
    assert actions(tiny, reading("thank"), greeted) == ["utter_glad", "action_listen"]
    assert actions(tiny, reading("thank")) == ["action_answer", "action_listen"]


def test_the_same_question_gets_the_same_decision(tiny: Assistant) -> None:
    assert decide(Standing(), reading(), tiny) == decide(Standing(), reading(), tiny)


def test_every_decision_of_the_shipped_assistant_has_a_reason(shipped: Assistant) -> None:
    for intent in shipped.domain.intents:
        for probability in (0.1, 0.95):
            for decision in turn(shipped, reading(intent, probability)):
                assert decision.because.strip(), (intent, decision)


def test_every_turn_of_the_shipped_assistant_ends(shipped: Assistant) -> None:
    for intent in shipped.domain.intents:
        assert actions(shipped, reading(intent))[-1] == "action_listen", intent


def test_cancelling_complaining_and_fraud_reach_a_person(shipped: Assistant) -> None:
    for intent in ("cancel_order", "complaint", "report_fraud", "human_handoff"):
        assert "action_escalate" in actions(shipped, reading(intent)), intent
