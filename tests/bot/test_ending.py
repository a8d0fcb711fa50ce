"""A conversation that is over: by whom, who is rated, and that writing again brings nothing old back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.conversation import Holder, Message
from bot.errors import NotRatedError
from bot.opening import House
from bot.store.endings import Ended
from handoff.case import Case, CaseStatus, Outcome
from handoff.desk import Agent
from tests.driver import AtDesk, Customer, Driver

Ends = Callable[[Customer, AtDesk], object]


@pytest.fixture
def maya(shared: House) -> Customer:
    return Driver(shared).customer()


@pytest.fixture
def ines(shared: House) -> AtDesk:
    return Driver(shared).agent("Ines")


def case_of(maya: Customer) -> Case:
    found = maya.house.handoff.intake.open_case(maya.conversation)
    assert found is not None
    return found


def helped(maya: Customer, ines: AtDesk) -> Case:
    """Ines has the case and has answered."""
    maya.says("let me speak to a person about order NT-10427")
    case = ines.claims(case_of(maya))
    ines.replies(case, "Hello Maya.")
    maya.hears()
    return case


def ends(maya: Customer) -> tuple[Message, ...]:
    maya.house.ending.end(maya.conversation)
    maya.house.workers.drain()
    return maya.hears()


def ended(maya: Customer) -> Ended | None:
    return maya.house.chat.standing(maya.conversation).ended


def rates(maya: Customer, who: str, score: int, comment: str | None = None) -> None:
    maya.house.ending.rate(maya.conversation, "agent" if who == "agent" else "bot", score, comment)
    maya.house.workers.drain()


def told(ines: AtDesk, case: Case) -> list[str]:
    """The events of the thread."""
    return [each.text for each in ines.house.handoff.desk.thread(case.number) if each.kind == "event"]


# Who ends it


def test_the_bot_is_thanked_and_left(maya: Customer) -> None:
    maya.says("how long do I have to send something back?")
    [said] = ends(maya)
    assert said.author == "system" and "write here again" in said.text
    assert (maya.holder, ended(maya)) == (Holder.NONE, Ended("customer", ("bot",)))


def test_two_tabs_end_it_once(maya: Customer) -> None:
    maya.says("how long do I have to send something back?")
    assert len(ends(maya) + ends(maya)) == 1


def test_who_ends_it_in_the_queue_waits_for_nobody(maya: Customer, ines: AtDesk) -> None:
    maya.says("let me speak to a person")
    case = case_of(maya)
    ends(maya)
    after = maya.house.handoff.desk.case(case.number)
    assert (after.status, after.outcome, after.waiting_since) == (
        CaseStatus.RESOLVED,
        Outcome.CUSTOMER_LEFT,
        None,
    )
    assert told(ines, case)[-1] == "The customer ended the conversation"


def test_who_ends_it_with_an_agent_is_asked_about_both(maya: Customer, ines: AtDesk) -> None:
    case = helped(maya, ines)
    assert len(ends(maya)) == 1
    assert maya.house.handoff.desk.case(case.number).status is CaseStatus.RESOLVED
    assert ended(maya) == Ended("customer", ("bot", "agent"))


def test_a_resolve_is_an_ending_too(maya: Customer, ines: AtDesk) -> None:
    ines.resolves(helped(maya, ines))
    assert (maya.holder, ended(maya)) == (Holder.BOT, Ended("agent", ("bot", "agent")))
    maya.says("thank you")
    assert ended(maya) is None


def test_a_return_to_the_bot_is_none(maya: Customer, ines: AtDesk) -> None:
    ines.returns(helped(maya, ines))
    assert (maya.holder, ended(maya)) == (Holder.BOT, None)


def test_who_is_sent_away_is_not_asked_how_it_was(maya: Customer, ines: AtDesk) -> None:
    case = helped(maya, ines)
    maya.house.handoff.desk.spam(case.number, ines.agent)
    maya.house.workers.drain()
    assert ended(maya) == Ended("agent", ())


def test_a_blocked_customer_reads_a_whole_sentence(maya: Customer, ines: AtDesk) -> None:
    case = helped(maya, ines)
    lead = Agent("liv@nettly.example", "Liv", frozenset({"supervisor"}))
    maya.house.handoff.desk.block(case.number, lead, "threats")
    maya.house.workers.drain()
    maya.hears()
    said = maya.says("let me speak to a person")
    assert said[-1].text == "This conversation has been closed."
    assert ended(maya) == Ended("house", ())


# What it was like


def test_a_rating_is_in_the_thread_the_figures_and_the_audit(maya: Customer, ines: AtDesk) -> None:
    since = maya.house.clock.now() - timedelta(minutes=1)
    before = maya.house.handoff.aids.figures.of(ines.agent.email, since)
    case = helped(maya, ines)
    ines.resolves(case)
    rates(maya, "agent", 4, "Quick.\nMy card is 4111 1111 1111 1111")
    rates(maya, "bot", 2)
    assert told(ines, case)[-2:] == [
        "The customer gave Ines 4 of 5: Quick.\nMy card is •••• 1111",
        "The customer gave the bot 2 of 5",
    ]
    after = maya.house.handoff.aids.figures.of(ines.agent.email, since)
    assert (after.rated - before.rated, after.score) == (1, 4)
    assert maya.house.handoff.audit.verify().broken_at is None


def test_each_is_rated_once(maya: Customer, ines: AtDesk) -> None:
    ines.resolves(helped(maya, ines))
    rates(maya, "agent", 5)
    with pytest.raises(NotRatedError):
        rates(maya, "agent", 1)
    assert ended(maya) == Ended("agent", ("bot",))


def test_what_was_told_twice_counts_once(maya: Customer, ines: AtDesk) -> None:
    case = helped(maya, ines)
    ines.resolves(case)
    for _ in range(2):
        maya.house.handoff.intake.rated(case.handoff_id, "agent", 1, 5, "Good.")
    assert len([text for text in told(ines, case) if "5 of 5" in text]) == 1


def test_a_case_that_is_taken_up_again_may_be_rated_again(maya: Customer, ines: AtDesk) -> None:
    case = helped(maya, ines)
    ines.resolves(case)
    rates(maya, "agent", 1)
    ines.house.handoff.desk.reopen(case.number, ines.agent)
    ines.house.workers.drain()
    maya.says("thanks for coming back")
    ines.replies(case, "There you are.", "r2")
    ines.resolves(case)
    rates(maya, "agent", 5)
    assert [text for text in told(ines, case) if "of 5" in text] == [
        "The customer gave Ines 1 of 5",
        "The customer gave Ines 5 of 5",
    ]


# Writing again


def left_queue(maya: Customer, ines: AtDesk) -> None:
    maya.house.waiting.leave(maya.conversation)


def ended_by_customer(maya: Customer, ines: AtDesk) -> None:
    maya.house.ending.end(maya.conversation)


def resolved(maya: Customer, ines: AtDesk) -> None:
    ines.resolves(ines.claims(case_of(maya)))


def returned(maya: Customer, ines: AtDesk) -> None:
    ines.returns(ines.claims(case_of(maya)))


def marked_as_spam(maya: Customer, ines: AtDesk) -> None:
    maya.house.handoff.desk.spam(case_of(maya).number, ines.agent)


def reopened_and_resolved(maya: Customer, ines: AtDesk) -> None:
    case = ines.claims(case_of(maya))
    ines.resolves(case)
    maya.says("thank you")
    maya.house.handoff.desk.reopen(case.number, ines.agent)
    maya.house.workers.drain()
    ines.resolves(case)


@pytest.mark.parametrize(
    "over",
    [left_queue, ended_by_customer, resolved, returned, marked_as_spam, reopened_and_resolved],
)
def test_no_old_request_is_read_again_as_a_new_one(
    shared: House, maya: Customer, ines: AtDesk, over: Ends
) -> None:
    maya.says("let me speak to a person, my router is broken and I want my money back")
    first = case_of(maya)
    over(maya, ines)
    shared.workers.drain()
    maya.hears()
    for text in ("hello", "thank you", "ok", "yes"):
        maya.says(text)
        assert maya.holder is Holder.BOT, text
    assert shared.handoff.intake.open_case(maya.conversation) is None
    maya.says("I need a human again, my camera is broken")
    second = case_of(maya)
    assert (first.episode, second.episode) == (1, 2)
    said = ines.reads(second)
    assert "router" not in " ".join(claim.text for claim in said.ask)
    assert shared.store.promises() == ()


@pytest.mark.parametrize("begun", ["where is my order", "my wifi is slow upstairs"])
def test_what_the_bot_was_at_is_not_gone_on_with(maya: Customer, begun: str) -> None:
    """A form that has asked for something, and an answer that asks whether it helped."""
    maya.says(begun)
    ends(maya)
    said = maya.says("hello again")
    assert maya.holder is Holder.BOT
    assert not any("order number" in message.text for message in said)
    tracker = maya.house.room.trackers.of(maya.house.store.get(maya.conversation))
    assert tracker.loop is None and tracker.slot("guide") is None
