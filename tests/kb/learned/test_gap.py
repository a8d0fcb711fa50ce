"""A gap's life is one table; what it costs is told from cases, and guessed where there is none."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest

from kb.errors import GapMoveError
from kb.learned.gap import (
    TRANSITIONS,
    Cost,
    Gap,
    GapEvent,
    GapState,
    Prices,
    cost_of,
    ranked,
    usual_minutes,
    weighed,
)
from kb.learned.outcomes import Outcome
from tests.fakes import MONDAY_MORNING

GAP = Gap(1, GapState.OPEN, "en", "can i paint it?", None, MONDAY_MORNING, MONDAY_MORNING)
PRICES = Prices(minutes={1001: 12.0, 1002: 20.0}, shared={1001: 1, 1002: 2}, usual=8.0, handed_over=0.25)


def failed(id: int, **more: object) -> Outcome:
    plain = Outcome(
        id,
        "can i paint it?",
        "en",
        f"c{id}",
        "nothing_close",
        None,
        None,
        0.1,
        None,
        None,
        None,
        MONDAY_MORNING,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(("state", "event"), [*itertools.product(GapState, GapEvent)])
def test_every_event_moves_a_gap_as_the_table_says_or_is_refused(state: GapState, event: GapEvent) -> None:
    gap = replace(GAP, state=state)
    allowed = TRANSITIONS[state]
    if event in allowed:
        assert gap.after(event).state is allowed[event]
    else:
        with pytest.raises(GapMoveError, match=f"gap 1 is {state}"):
            gap.after(event)


def test_a_closed_gap_opens_when_it_recurs_and_a_dismissed_one_does_not() -> None:
    assert replace(GAP, state=GapState.CLOSED).after(GapEvent.RECURRED).state is GapState.OPEN
    assert replace(GAP, state=GapState.DISMISSED).after(GapEvent.RECURRED).state is GapState.DISMISSED


def test_a_resolved_case_costs_what_it_took() -> None:
    cost = cost_of([failed(1, handoff="no_answer", case=1001)], PRICES)
    assert cost == Cost(measured=12.0, estimated=0.0, cases=1)


def test_a_case_that_two_gaps_share_is_shared_out() -> None:
    assert cost_of([failed(1, handoff="no_answer", case=1002)], PRICES).minutes == 10.0


def test_a_conversation_that_asks_twice_costs_once() -> None:
    twice = [failed(1, conversation="c", case=1001, handoff="x"), failed(2, conversation="c", case=1001)]
    assert cost_of(twice, PRICES).measured == 12.0


def test_a_case_that_is_still_open_is_guessed_at_what_cases_usually_take() -> None:
    assert cost_of([failed(1, handoff="no_answer", case=1009)], PRICES) == Cost(0.0, 8.0, 0)


def test_a_question_without_a_case_is_guessed_at_its_share_of_one() -> None:
    assert cost_of([failed(1), failed(2)], PRICES) == Cost(0.0, 4.0, 0)


def test_the_usual_case_is_a_guess_until_there_are_enough() -> None:
    assert usual_minutes([30.0, 31.0]) == 6.0
    assert usual_minutes([2.0, 4.0, 9.0, 11.0, 200.0]) == 9.0


def test_the_dearest_gap_of_the_week_comes_first() -> None:
    now = MONDAY_MORNING + timedelta(days=1)
    old = failed(3, case=1002, handoff="no_answer", at=now - timedelta(days=40))
    cheap = weighed(replace(GAP, id=1), [failed(1)], PRICES, now)
    dear = weighed(replace(GAP, id=2), [failed(2, case=1001, handoff="no_answer")], PRICES, now)
    past = weighed(replace(GAP, id=3), [old], PRICES, now)
    assert [gap.id for gap in ranked([cheap, past, dear])] == [2, 1, 3]


def test_a_trend_counts_conversations_a_week() -> None:
    now = MONDAY_MORNING + timedelta(days=21)
    asked = [failed(1), failed(2), failed(3, conversation="c2"), failed(4, at=now)]
    assert weighed(GAP, asked, PRICES, now).weeks == (0, 0, 0, 0, 2, 0, 0, 1)


def test_reasons_name_the_rejection_before_the_hand_over() -> None:
    rejected = failed(1, reason=None, reaction="rejected", handoff="answer_rejected")
    wanted = failed(2, reason=None, handoff="asked_for_person")
    gap = weighed(GAP, [rejected, wanted, failed(3)], PRICES, MONDAY_MORNING)
    assert dict(gap.reasons) == {"rejected": 1, "asked_for_person": 1, "nothing_close": 1}
