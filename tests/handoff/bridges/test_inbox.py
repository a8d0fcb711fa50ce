"""What a helpdesk tells us, kept: on either engine."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.bridges import CaseRef
from handoff.bridges.arrived import Reading
from handoff.opening import Handoff
from handoff.store.bridges import BridgeStore
from handoff.store.inbox import InboxStore
from tests.handoff.bridges.scripted import incoming
from tests.handoff.conversations import MONDAY, escalation

pytestmark = pytest.mark.engines

LATER = MONDAY + timedelta(minutes=1)


@pytest.fixture
def inbox(room: Handoff) -> InboxStore:
    """One that knows the case T-1001."""
    known = BridgeStore(room.database)
    known.mirror("scripted")
    case = room.intake.open(escalation())
    known.follow(case.number, CaseRef("scripted", "T-1001", None), MONDAY)
    return InboxStore(room.database, "scripted")


def test_what_comes_twice_is_kept_once(inbox: InboxStore) -> None:
    assert inbox.keep([incoming("msg:1"), incoming("msg:1"), incoming("msg:2")], b"{}", MONDAY) == 2
    assert inbox.keep([incoming("msg:2"), incoming("msg:3")], b"{}", LATER) == 1
    assert [kept.event_id for kept in inbox.recent()] == ["msg:3", "msg:2", "msg:1"]


def test_what_push_and_poll_both_bring_is_kept_once(inbox: InboxStore) -> None:
    inbox.keep([incoming("msg:1")], b"{}", MONDAY)
    assert inbox.read_on([incoming("msg:1")], Reading("5", 0, MONDAY, LATER), MONDAY) == 0
    assert inbox.reading() == Reading("5", 0, MONDAY, LATER)


def test_two_helpdesks_may_have_the_same_ids(inbox: InboxStore, room: Handoff) -> None:
    assert inbox.keep([incoming("msg:1")], b"{}", MONDAY) == 1
    assert InboxStore(room.database, "other").keep([incoming("msg:1")], b"{}", MONDAY) == 1


def test_no_sign_and_no_length_breaks_it(inbox: InboxStore) -> None:
    hostile = incoming("m" * 5_000, "\0\ud83d nothing", author_name="\ud83d", case_key="T-1001\0")
    assert inbox.keep([hostile], b"\0\xff", MONDAY) == 1
    (arrived,) = inbox.waiting(MONDAY)[1001]
    assert arrived.event.text == "? nothing" and arrived.event.event_id == "m" * 5_000


def test_a_case_waits_whole_for_its_next_try(inbox: InboxStore) -> None:
    inbox.keep([incoming("msg:1"), incoming("msg:2")], b"{}", MONDAY)
    inbox.again(inbox.waiting(MONDAY)[1001][0].id, "not now", LATER)
    assert inbox.waiting(MONDAY) == {}
    again = inbox.waiting(LATER)[1001]
    assert [each.attempts for each in again] == [1, 0]


def test_strangers_do_not_hold_up_our_own(inbox: InboxStore) -> None:
    inbox.keep([incoming(f"msg:{n}", case_key=f"T-{n}") for n in range(2_000, 2_600)], b"{}", MONDAY)
    inbox.keep([incoming("msg:1")], b"{}", MONDAY)
    assert [arrived.event.event_id for arrived in inbox.waiting(MONDAY)[1001]] == ["msg:1"]


def test_what_is_dealt_with_keeps_no_words(inbox: InboxStore) -> None:
    inbox.keep([incoming("msg:1", "A secret.")], b"A secret.", MONDAY)
    (arrived,) = inbox.waiting(MONDAY)[1001]
    inbox.done(arrived.id, None, LATER)
    (kept,) = inbox.recent()
    assert (kept.state, kept.event, kept.done_at) == ("done", None, LATER)
    assert inbox.raw("msg:1") is None and arrived.epoch == 1


def test_what_can_not_be_read_is_kept_as_it_came(inbox: InboxStore) -> None:
    inbox.keep_unreadable(b"<html>", "it is not JSON", MONDAY)
    inbox.keep_unreadable(b"<html>", "it is not JSON", LATER)
    (kept,) = inbox.recent()
    assert (kept.state, kept.why, inbox.raw(kept.event_id)) == ("parked", "it is not JSON", b"<html>")


def test_only_strangers_are_given_up(inbox: InboxStore) -> None:
    inbox.keep([incoming("msg:1"), incoming("msg:2", "Theirs.", case_key="T-7")], b"{}", MONDAY)
    assert inbox.drop_strangers(MONDAY, "nobody knows it", LATER) == 0
    assert inbox.drop_strangers(LATER, "nobody knows it", LATER) == 1
    assert [kept.state for kept in inbox.recent()] == ["dropped", "new"]


def test_what_ended_long_ago_is_forgotten(inbox: InboxStore) -> None:
    inbox.keep([incoming("msg:1"), incoming("msg:2")], b"{}", MONDAY)
    first, _ = inbox.waiting(MONDAY)[1001]
    inbox.done(first.id, None, MONDAY)
    assert inbox.clear(MONDAY) == 0 and inbox.clear(LATER) == 1
    assert [kept.event_id for kept in inbox.recent()] == ["msg:2"]
