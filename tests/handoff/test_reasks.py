"""Whether an agent's text asks for what the case file already holds."""

from __future__ import annotations

import pytest

from handoff.aids.reasks import Known, known_facts, reasks
from handoff.finding.facts import Fact
from handoff.opening import Handoff
from tests.handoff.conftest import INES
from tests.handoff.conversations import escalation
from tests.handoff.reask_lines import BOKMAAL, ENGLISH, KNOWN

LINES = (*ENGLISH, *BOKMAAL)


@pytest.mark.parametrize(("text", "facts"), LINES, ids=[text[:50] for text, _ in LINES])
def test_a_line_asks_again_for_what_it_asks_again(text: str, facts: str) -> None:
    assert [each.fact for each in reasks(text, KNOWN)] == [
        known.fact for known in KNOWN if known.fact in facts.split()
    ]


@pytest.mark.parametrize("lines", [ENGLISH, BOKMAAL], ids=["en", "nb"])
def test_there_are_enough_lines_of_each_kind(lines: tuple[tuple[str, str], ...]) -> None:
    asking = sum(bool(facts) for _, facts in lines)
    assert min(asking, len(lines) - asking) >= 30


def test_a_fact_that_is_not_known_may_be_asked_for() -> None:
    assert reasks("What is your order number?", [Known("email", "maya@example.com", (1,))]) == ()


def test_it_says_where_the_fact_was_told_and_which_words_ask() -> None:
    (again,) = reasks("Hello Maya.  What is\tyour order number? Bye.", [Known("order", "NT-1", (4, 9))])
    assert (again.value, again.message, again.words) == ("NT-1", 4, "What is your order number?")


def test_what_the_customer_wrote_and_the_agent_quotes_asks_nothing() -> None:
    assert reasks("> what is your phone number?\nIt is 22 00 00 00.", KNOWN) == ()


def test_a_long_text_takes_no_long_time_and_is_read_to_its_end() -> None:
    text = "could you " * 790 + ". What is your order number?"
    assert [each.fact for each in reasks(text, KNOWN)] == ["order"]


def test_a_corrected_fact_is_known_by_its_last_value(room: Handoff) -> None:
    case = room.intake.open(escalation("c: order NT-10427", "c: sorry, i meant NT-10428. human please"))
    known = {each.fact: each.value for each in known_facts(room.desk.summary(case.number))}
    assert known["order"] == "NT-10428"


def test_what_is_known_of_the_customer_need_not_be_asked(room: Handoff) -> None:
    case = room.intake.open(escalation("c: human please", name="Maya Lind", address="maya@example.com"))
    known = known_facts(room.desk.summary(case.number), [Fact("device", "my pixel", "Pixel 9", (1,), False)])
    assert {each.fact for each in known} >= {"name", "email", "device"}


@pytest.mark.engines
def test_a_question_that_is_sent_anyway_is_counted(room: Handoff) -> None:
    case = room.intake.open(escalation("c: where is order NT-10427? I want a human"))
    day = room.store.case(case.number).opened_at.replace(hour=0)
    room.desk.claim(case.number, INES)
    room.desk.reply(case.number, INES, "What is your order number?", "r1")
    room.desk.reply(case.number, INES, "What is your order number?", "r1")
    room.desk.reply(case.number, INES, "Your order is NT-10427, right?", "r2")
    room.desk.note(case.number, INES, "What is your order number?")
    assert room.aids.figures.of(INES.email, day).reasks == 1
    counted = room.aids.figures.reasked(day, day.replace(year=day.year + 1))
    assert (counted.total, counted.replies) == (1, 2)
    assert (counted.by_agent, counted.by_fact) == ({INES.email: 1}, {"order": 1})
