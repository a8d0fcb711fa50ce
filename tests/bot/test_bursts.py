"""How long a turn waits for the rest of a thought."""

from __future__ import annotations

from bot.bursts import Bursts
from bot.conversation import ConversationId

MAYA, OMAR = ConversationId("maya"), ConversationId("omar")


def test_a_turn_is_due_once_the_customer_has_been_quiet_for_the_window() -> None:
    bursts = Bursts(1.0)
    bursts.heard(MAYA, 10.0)
    assert bursts.due(10.9) == ()
    assert bursts.due(11.0) == (MAYA,)
    assert bursts.due(20.0) == ()


def test_each_further_message_waits_anew() -> None:
    bursts = Bursts(1.0)
    bursts.heard(MAYA, 10.0)
    bursts.heard(MAYA, 10.8)
    assert bursts.due(11.5) == ()
    assert bursts.due(11.8) == (MAYA,)


def test_a_customer_who_never_pauses_is_answered_all_the_same() -> None:
    bursts = Bursts(1.0)
    for tenth in range(60):
        bursts.heard(MAYA, 10.0 + tenth / 10)
    assert bursts.due(13.9) == ()
    assert bursts.due(14.0) == (MAYA,)


def test_only_the_first_message_of_a_burst_is_a_fresh_one() -> None:
    bursts = Bursts(1.0)
    assert bursts.heard(MAYA, 10.0)
    assert not bursts.heard(MAYA, 10.5)
    bursts.due(12.0)
    assert bursts.heard(MAYA, 12.5)


def test_whoever_has_waited_longest_comes_first() -> None:
    bursts = Bursts(1.0)
    bursts.heard(OMAR, 10.2)
    bursts.heard(MAYA, 10.0)
    assert bursts.next_at() == 11.0
    assert bursts.due(12.0) == (MAYA, OMAR)
    assert bursts.next_at() is None


def test_a_turn_that_was_taken_meanwhile_is_due_no_more() -> None:
    bursts = Bursts(1.0)
    bursts.heard(MAYA, 10.0)
    assert bursts.forget(MAYA)
    assert bursts.due(99.0) == ()
    assert not bursts.forget(MAYA)
