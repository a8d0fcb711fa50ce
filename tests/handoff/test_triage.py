from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.casefile.mood import mood
from handoff.errors import TeamsError
from handoff.escalation import Escalation, Reason
from handoff.finding.facts import facts
from handoff.floor.triage import Priority, PriorityRule, Rules, Target, Team, Triage, spoken, triage
from tests.handoff.conversations import FACT_RULES, RULES, escalation

TARGETS = {priority: Target(timedelta(hours=1), timedelta(hours=8)) for priority in Priority}


def routed(told: Escalation, rules: Rules = RULES) -> Triage:
    return triage(told, facts(told.lines, FACT_RULES), mood(told.said()), rules, told.trigger)


def test_outage_and_security_come_before_money_before_the_rest() -> None:
    said = ("my account was hacked", "I was charged twice", "how do I pair a bulb")
    assert [routed(escalation(f"c: {text}")).priority.value for text in said] == ["urgent", "high", "normal"]


def test_of_two_signs_the_more_urgent_rule_counts() -> None:
    assert routed(escalation("c: no internet, and I want a refund")).priority.value == "urgent"


def test_the_reason_of_a_priority_is_a_sentence_that_quotes() -> None:
    chosen = routed(escalation("c: hello", "c: There is SMOKE coming out of it")).priority
    assert chosen.because == "Urgent: somebody may get hurt (“SMOKE” in message 2)."
    assert chosen.messages == (2,)


def test_a_word_inside_another_is_no_sign() -> None:
    assert routed(escalation("c: my hackathon project needs an API")).priority.value == "normal"


def test_only_the_customers_words_count() -> None:
    assert (
        routed(escalation("b: I can help with fraud and refunds", "c: hello you")).priority.value == "normal"
    )


def test_an_angry_customer_is_not_left_to_wait() -> None:
    chosen = routed(escalation("c: THIS IS RIDICULOUS!! your hub is useless")).priority
    assert chosen.value == "high"
    assert chosen.because.startswith("High: the customer is angry (“")


def test_a_plain_question_is_low() -> None:
    assert routed(escalation("c: how long is it", intents=(("warranty", 0.9),))).priority.value == "low"


def test_the_reason_decides_the_team_before_the_intent() -> None:
    told = escalation("c: my invoice", reason=Reason.SENSITIVE_TOPIC, intents=(("invoice", 0.9),))
    assert routed(told).team.value == "security"


def test_the_intent_decides_the_team_before_the_words() -> None:
    told = escalation("c: my router ate the refund", intents=(("order_status", 0.8),))
    assert routed(told).team.value == "orders"


def test_an_unsure_intent_does_not_decide() -> None:
    told = escalation("c: my router is odd", intents=(("invoice", 0.2),))
    assert routed(told).team.value == "technical"


def test_small_talk_is_not_what_the_customer_wants() -> None:
    told = escalation("c: a person please", intents=(("human_handoff", 0.99), ("invoice", 0.7)))
    assert routed(told).team.value == "billing"


def test_what_nobody_claims_goes_to_the_fallback() -> None:
    chosen = routed(escalation("c: a person please")).team
    assert (chosen.value, chosen.because) == ("support", "Customer support takes what no other team claims.")


def test_skills_are_the_language_and_the_teams() -> None:
    told = escalation("c: fakturaen min", language="nb")
    assert [skill.value for skill in routed(told).skills] == ["nb", "billing"]


def test_deadlines_are_in_the_teams_hours() -> None:
    # Normal: a first reply within an hour, at 10:40 in Oslo on a Monday.
    told = routed(escalation("c: where is my parcel"))
    assert told.first_reply_by.at - escalation("c: x").escalated_at == timedelta(hours=1)
    assert "within 1 h of Orders and delivery's hours" in told.first_reply_by.because


def test_urgency_lists_its_evidence() -> None:
    urgency = routed(
        escalation("c: I have waited for three weeks and need it by Friday, urgent! I paid 499 kr")
    ).urgency
    assert urgency.level == "high"
    assert [(found.sign, found.text) for found in urgency.evidence] == [
        ("haste", "urgent"),
        ("waiting", "waited for three weeks"),
        ("deadline", "by Friday"),
        ("money at stake", "499 kr"),
    ]


def test_an_urgent_rule_makes_it_critical() -> None:
    assert routed(escalation("c: no internet")).urgency.level == "critical"


def test_the_first_matching_rule_wins() -> None:
    rules = Rules(
        (Team("all"),),
        "all",
        TARGETS,
        (
            PriorityRule("a", Priority.LOW, "a comes first", words=("hello",)),
            PriorityRule("b", Priority.URGENT, "b comes second", words=("hello",)),
        ),
    )
    assert (
        routed(escalation("c: hello"), rules).priority.because == "Low: a comes first (“hello” in message 1)."
    )


def test_rules_without_the_fallback_team_are_refused() -> None:
    with pytest.raises(TeamsError, match="no team 'sales'"):
        Rules((Team("all"),), "sales", TARGETS)


def test_rules_without_a_target_are_refused() -> None:
    with pytest.raises(TeamsError, match="none for low"):
        Rules((Team("all"),), "all", {p: t for p, t in TARGETS.items() if p is not Priority.LOW})


@pytest.mark.parametrize(
    ("within", "said"),
    [(timedelta(minutes=90), "1 h 30 min"), (timedelta(days=2), "2 d"), (timedelta(), "0 min")],
)
def test_durations_are_spoken_in_units(within: timedelta, said: str) -> None:
    assert spoken(within) == said
