from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.errors import NoDispatchError
from handoff.opening import Handoff
from tests.fakes import FakeClock
from tests.handoff.conftest import INES, LEO
from tests.handoff.conversations import escalation

pytestmark = pytest.mark.engines


@pytest.fixture(autouse=True)
def claimed(room: Handoff) -> None:
    room.intake.open(escalation("c: human please"))
    room.desk.claim(1001, INES)


def kinds(room: Handoff) -> list[str]:
    return [dispatch.kind for dispatch in room.dispatches.lease()]


def test_every_verb_that_concerns_the_customer_leaves_its_dispatch(room: Handoff) -> None:
    room.desk.reply(1001, INES, "Hello", "r1")
    room.desk.release(1001, INES)
    room.desk.claim(1001, LEO)
    room.desk.resolve(1001, LEO, "solved", "All good.")
    assert [(each.kind, each.author_name, each.text) for each in room.dispatches.lease()] == [
        ("joined", "Ines", ""),
        ("reply", "Ines", "Hello"),
        ("released", "Ines", ""),
        ("joined", "Leo", ""),
        ("resolved", "Leo", "All good."),
    ]


def test_a_dispatch_carries_what_its_delivery_needs(room: Handoff) -> None:
    room.desk.reply(1001, INES, "Hello", "r1")
    reply = room.dispatches.lease()[1]
    assert (reply.case, reply.handoff_id, reply.conversation_id) == (1001, "conv1-1", "conv1")
    assert (reply.client_id, reply.outcome, reply.attempts) == ("r1", None, 0)


def test_a_return_says_how_it_ended(room: Handoff) -> None:
    room.desk.return_to_bot(1001, INES, "Refund is booked.")
    returned = room.dispatches.lease()[-1]
    assert (returned.kind, returned.text, returned.outcome) == ("returned", "Refund is booked.", "returned")


def test_a_leased_dispatch_is_nobody_elses(room: Handoff) -> None:
    assert kinds(room) == ["joined"]
    assert kinds(room) == []


def test_a_lease_that_ran_out_is_taken_again(room: Handoff, clock: FakeClock) -> None:
    assert kinds(room) == ["joined"]
    clock.moves(timedelta(seconds=31))
    assert kinds(room) == ["joined"]


def test_a_done_dispatch_is_never_leased_again(room: Handoff, clock: FakeClock) -> None:
    (joined,) = room.dispatches.lease()
    room.dispatches.done(joined.id)
    clock.moves(timedelta(hours=1))
    assert kinds(room) == []


def test_a_delivered_reply_gets_its_number_in_the_conversation(room: Handoff) -> None:
    room.desk.reply(1001, INES, "Hello", "r1")
    reply = room.dispatches.lease()[1]
    room.dispatches.done(reply.id, 7)
    room.dispatches.done(reply.id, 9)
    (entry,) = [entry for entry in room.desk.thread(1001) if entry.kind == "reply"]
    assert entry.number == 7
    assert [row.what for row in room.desk.log(0)][-1] == "delivered"


def test_nothing_of_a_case_overtakes_what_waits_for_its_next_try(room: Handoff, clock: FakeClock) -> None:
    room.intake.open(escalation("c: human please", conversation="other"))
    room.desk.claim("other-1", LEO)
    (joined, other) = room.dispatches.lease()
    room.dispatches.failed(joined.id, "no network")
    room.dispatches.done(other.id)
    room.desk.reply(1001, INES, "Hello", "r1")
    room.desk.reply("other-1", LEO, "Hello", "r2")
    assert [each.handoff_id for each in room.dispatches.lease()] == ["other-1"]
    clock.moves(timedelta(seconds=1))
    assert kinds(room) == ["joined", "reply"]


def test_each_failure_doubles_the_wait(room: Handoff, clock: FakeClock) -> None:
    waits = []
    for _ in range(4):
        (joined,) = room.dispatches.lease()
        room.dispatches.failed(joined.id, "no network")
        waited = 0
        while not room.dispatches.lease(within=timedelta()):
            clock.moves(timedelta(seconds=1))
            waited += 1
        waits.append(waited)
    assert waits == [1, 2, 4, 8]


def test_a_parked_dispatch_is_shown_and_lets_the_next_ahead(room: Handoff) -> None:
    (joined,) = room.dispatches.lease()
    room.desk.reply(1001, INES, "Hello", "r1")
    room.dispatches.park(joined.id, "the address is gone")
    assert kinds(room) == ["reply"]
    assert room.desk.thread(1001)[-1].text == "Not delivered to the customer: the address is gone"
    assert room.desk.case(1001).last_seq == room.desk.thread(1001)[-1].seq


def test_a_lease_takes_no_more_than_its_limit(room: Handoff) -> None:
    room.desk.reply(1001, INES, "Hello", "r1")
    assert [each.kind for each in room.dispatches.lease(limit=1)] == ["joined"]


def test_a_dispatch_that_is_not_there_is_an_error(room: Handoff) -> None:
    with pytest.raises(NoDispatchError):
        room.dispatches.done(99)
