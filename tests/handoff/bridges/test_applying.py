"""What a helpdesk tells us, done at our own desk by its own verbs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from config.settings import Settings
from handoff.bridges import IncomingFile
from handoff.bridges.applying import AWAY_AT_MOST, KEPT_FOR, POISONED_AFTER
from handoff.bridges.breaker import OPENS_AFTER
from handoff.bridges.errors import PeerAwayError, PeerRefusedError
from handoff.bridges.fetching import TRIES
from handoff.bridges.reaching import Breaker
from handoff.case import CaseStatus
from handoff.opening import Handoff
from handoff.store.peers import PeerStore
from tests.fakes import FakeClock
from tests.handoff.bridges.scripted import KARI, Mirrored, incoming, mirrored
from tests.handoff.conftest import INES
from tests.handoff.conversations import MONDAY, escalation

SECOND = timedelta(seconds=1)


@pytest.fixture
def house(room: Handoff, settings: Settings, clock: FakeClock) -> Iterator[Mirrored]:
    opened = mirrored(room, settings, clock)
    yield opened
    opened.mirror.close()


def test_a_public_answer_joins_and_reaches_the_customer_once(house: Mirrored) -> None:
    answer = incoming("msg:1", "Your refund is on its way.")
    house.hears(answer)
    house.hears(answer)
    assert house.told() == [("joined", "Kari", ""), ("reply", "Kari", "Your refund is on its way.")]
    assert house.now.agent == KARI.email


def test_it_is_not_told_there_again(house: Mirrored) -> None:
    house.hears(incoming("msg:1", "Your refund is on its way."))
    assert house.peer.posted == [] and house.peer.changed == []


def test_a_note_stays_among_colleagues(house: Mirrored) -> None:
    house.hears(incoming("msg:1", "He pays late.", type="agent_note", visibility="private"))
    assert house.thread("note") == ["He pays late."]
    assert house.told() == [] and house.peer.posted == []


@pytest.mark.parametrize(
    "unclear", [{"visibility": "private"}, {"author_kind": "system"}, {"type": "unknown"}]
)
def test_what_is_not_clearly_meant_for_them_does_not_reach_the_customer(
    house: Mirrored, unclear: dict[str, str]
) -> None:
    house.hears(incoming("msg:1", "Perhaps for you.", **unclear))
    assert house.told() == []


@pytest.mark.parametrize("ended", [False, True])
def test_what_does_not_arrive_there_brings_who_waits_to_our_own_desk(house: Mirrored, ended: bool) -> None:
    if ended:
        house.hears(incoming("s:1", type="status", status=CaseStatus.RESOLVED))
    told = house.told()
    house.hears(
        incoming(
            "mail:1",
            "a mail to desk@nettly.example came back: no such mailbox.",
            type="delivery_failed",
            author_kind="system",
            visibility="private",
        )
    )
    [note] = house.thread("note")
    assert "desk@nettly.example came back: no such mailbox" in note
    taken = [kind for kind, _, _ in house.told()[len(told) :]]
    assert taken == ([] if ended else ["taken_over"])
    assert any("has taken over" in event for event in house.thread("event")) is not ended


def test_our_own_words_do_not_come_back(house: Mirrored) -> None:
    house.room.desk.note(house.case.number, INES, "The label is in the parcel.")
    house.works()
    assert [item.text for item in house.peer.posted] == ["The label is in the parcel."]
    house.hears(incoming("msg:1", "The label is in the parcel.", remote_id="post-1"))
    house.hears(incoming("msg:2", "The label is in the parcel.", author_kind="bot"))
    assert house.told() == [] and len(house.thread("note")) == 1


def test_messages_are_in_the_order_they_were_written_in(house: Mirrored) -> None:
    later = [incoming(f"msg:{n}", f"{n}", occurred_at=MONDAY) for n in (11, 10, 9)]
    house.hears(*later, incoming("msg:8", "8", occurred_at=MONDAY - SECOND))
    assert [text for kind, _, text in house.told() if kind == "reply"] == ["8", "9", "10", "11"]


def test_a_long_answer_comes_in_parts(house: Mirrored) -> None:
    words = "word " * 3_000
    house.hears(incoming("msg:1", words))
    parts = [text for kind, _, text in house.told() if kind == "reply"]
    assert len(parts) == 2 and " ".join(parts).split() == words.split()


def test_resolving_there_resolves_here_and_reopening_reopens(house: Mirrored) -> None:
    house.hears(incoming("s:1", type="status", status=CaseStatus.RESOLVED))
    assert house.now.status is CaseStatus.RESOLVED and house.now.outcome == "solved"
    house.hears(incoming("s:2", type="status", status=CaseStatus.OPEN, occurred_at=MONDAY + SECOND))
    assert house.now.status is CaseStatus.OPEN and house.now.agent_name == "Kari"
    assert [kind for kind, _, _ in house.told()] == ["resolved", "reopened"]
    assert house.peer.changed == []


def test_an_older_status_does_not_undo_a_later_one(house: Mirrored) -> None:
    house.hears(incoming("s:2", type="status", status=CaseStatus.RESOLVED, occurred_at=MONDAY + SECOND))
    house.hears(incoming("s:1", type="status", status=CaseStatus.OPEN, occurred_at=MONDAY))
    assert house.now.status is CaseStatus.RESOLVED


def test_an_answer_to_a_resolved_case_opens_it_again(house: Mirrored) -> None:
    house.hears(incoming("s:1", type="status", status=CaseStatus.RESOLVED))
    house.hears(incoming("msg:2", "One thing more.", occurred_at=MONDAY + SECOND))
    assert house.now.status is CaseStatus.OPEN
    assert [kind for kind, _, _ in house.told()] == ["resolved", "reopened", "reply"]


def test_an_answer_that_is_late_is_read_and_the_case_stays_resolved(house: Mirrored) -> None:
    house.hears(incoming("s:1", type="status", status=CaseStatus.RESOLVED, occurred_at=MONDAY + SECOND))
    house.hears(incoming("msg:1", "Here it is.", occurred_at=MONDAY))
    assert house.now.status is CaseStatus.RESOLVED
    assert ("reply", "Kari", "Here it is.") in house.told()


def test_who_is_given_the_case_there_has_it_here(house: Mirrored) -> None:
    house.hears(incoming("a:1", type="assigned", assignee="Ola"))
    assert house.now.agent_name == "Ola"
    house.hears(incoming("a:2", type="assigned", assignee="Liv", occurred_at=MONDAY + SECOND))
    assert house.now.agent_name == "Liv"
    house.hears(incoming("a:3", type="assigned", assignee="", occurred_at=MONDAY + 2 * SECOND))
    assert house.now.agent is None
    assert house.peer.changed == []


def test_once_our_desk_has_the_case_an_answer_from_there_is_a_note(house: Mirrored) -> None:
    house.room.desk.claim(house.case.number, INES)
    house.works()
    house.told()
    house.hears(incoming("msg:1", "I was quicker."))
    kept = house.entries("note")
    assert kept[0].text == "I was quicker." and kept[0].author == KARI.email
    assert house.told() == []
    assert house.peer.posted[-1].text == (
        "The last answer was not sent to the customer: our own desk has the case."
    )


def test_what_came_in_while_our_desk_had_the_case_is_not_sent_once_it_is_given_back(house: Mirrored) -> None:
    house.room.desk.claim(house.case.number, INES)
    inbox = house.inbox
    inbox.keep([incoming("msg:1", "Too late.")], b"", house.clock.now())
    house.room.desk.release(house.case.number, INES)
    house.told()
    house.works()
    assert house.told() == [] and "Too late." in house.thread("note")
    house.hears(incoming("msg:2", "In time.", occurred_at=MONDAY + SECOND))
    assert ("reply", "Kari", "In time.") in house.told()


def test_a_merging_there_is_one_here(house: Mirrored) -> None:
    other = house.room.intake.open(escalation(conversation="c-2"))
    house.works()
    house.hears(incoming("m:1", type="merged", into=f"T-{other.number}"))
    assert house.now.merged_into == other.number


def test_a_case_that_goes_on_under_another_key_is_known_by_both(house: Mirrored) -> None:
    house.hears(incoming("m:1", type="merged", into="T-9"))
    house.hears(incoming("msg:2", "From the new one.", case_key="T-9"))
    house.hears(incoming("msg:3", "From the old one.", occurred_at=MONDAY + SECOND))
    assert [text for kind, _, text in house.told() if kind == "reply"] == [
        "From the new one.",
        "From the old one.",
    ]


def test_what_is_changed_or_deleted_there_is_told_to_colleagues_alone(house: Mirrored) -> None:
    house.hears(incoming("msg:1", "It costs 10 kr."))
    house.hears(incoming("msg:1/e", "It costs 100 kr.", type="edited", about="msg:1"))
    house.hears(incoming("msg:1/d", type="deleted", about="msg:1"))
    assert [text for kind, _, text in house.told() if kind == "reply"] == ["It costs 10 kr."]
    changed, deleted = house.thread("note")
    assert "It costs 10 kr." in changed and "It costs 100 kr." in changed
    assert "but the customer has it" in changed and "but the customer has it" in deleted


def test_an_event_waits_for_the_case_that_it_is_about(
    room: Handoff, settings: Settings, clock: FakeClock
) -> None:
    house = mirrored(room, settings, clock)
    house.hears(incoming("msg:1", "Already here.", case_key="T-1002"))
    assert house.told() == []
    room.intake.open(escalation(conversation="c-2"))
    house.works()
    assert ("reply", "Kari", "Already here.") in house.told()
    house.mirror.close()


def test_of_a_case_that_never_comes_nothing_is_kept(house: Mirrored, clock: FakeClock) -> None:
    house.hears(incoming("msg:1", "Somebody else's.", case_key="T-77"))
    clock.moves(KEPT_FOR + SECOND)
    house.works()
    found = house.inbox.recent()
    assert [(row.state, row.event) for row in found] == [("dropped", None)]


def test_files_go_along_with_the_answer(house: Mirrored) -> None:
    house.peer.files["f1"] = b"%PDF-1.7 a label"
    house.hears(incoming("msg:1", "Your label.", files=(IncomingFile("f1", "label.pdf", "application/pdf"),)))
    (reply,) = house.entries("reply")
    assert [(file.name, file.type) for file in reply.files] == [("label.pdf", "application/pdf")]


def test_an_answer_goes_without_a_file_that_the_peer_refuses(house: Mirrored) -> None:
    house.peer.files["f1"] = PeerRefusedError("no such attachment")
    house.hears(incoming("msg:1", "Your label.", files=(IncomingFile("f1", "label.pdf", "application/pdf"),)))
    assert house.thread("reply") == ["Your label."]
    assert house.thread("note") == ["label.pdf was not sent along: no such attachment."]
    assert house.peer.posted[-1].text == "label.pdf was not sent along: no such attachment."


def test_who_sends_only_what_we_do_not_take_does_not_join(house: Mirrored) -> None:
    page = b"<!doctype html><html><script>alert(1)</script></html>"
    house.peer.files["f1"] = b""
    house.peer.files["f2"] = page * 2_000_000
    files = (IncomingFile("f1", "a.txt", "text/plain"), IncomingFile("f2", "b.html", "text/html", 10**9))
    house.hears(incoming("msg:1", files=files))
    assert house.told() == [] and len(house.thread("note")) == 2


def test_while_a_file_can_not_be_fetched_the_case_waits_and_others_do_not(
    house: Mirrored, clock: FakeClock
) -> None:
    other = house.room.intake.open(escalation(conversation="c-2"))
    house.works()
    house.peer.files["f1"] = PeerAwayError("it is restarting")
    file = IncomingFile("f1", "label.pdf", "application/pdf")
    house.hears(
        incoming("msg:1", "With a file.", files=(file,)),
        incoming("msg:2", "After it.", occurred_at=MONDAY + SECOND),
        incoming("msg:3", "Elsewhere.", case_key=f"T-{other.number}"),
    )
    assert [text for kind, _, text in house.told() if kind == "reply"] == ["Elsewhere."]
    house.peer.files["f1"] = b"%PDF-1.7 a label"
    clock.moves(timedelta(minutes=1))
    house.works()
    assert [text for kind, _, text in house.told() if kind == "reply"] == ["With a file.", "After it."]


def test_while_the_peer_is_down_nothing_is_asked_of_it(house: Mirrored, clock: FakeClock) -> None:
    breaker = Breaker(PeerStore(house.room.database), "scripted", clock)
    for _ in range(OPENS_AFTER):
        breaker.failed(PeerAwayError("nobody is there"))
    house.hears(incoming("msg:1", thin=True))  # asked for, it would be an error of ours
    (kept,) = house.inbox.recent()
    assert (kept.state, kept.attempts, kept.why) == ("new", 0, "the helpdesk is down")
    house.peer.whole["msg:1"] = incoming("msg:1", "All of it.")
    breaker.worked()
    clock.moves(timedelta(seconds=5))
    house.works()
    assert ("reply", "Kari", "All of it.") in house.told()


def test_an_answer_does_not_wait_for_its_file_for_ever(house: Mirrored, clock: FakeClock) -> None:
    house.peer.files["f1"] = PeerAwayError("it is restarting")
    house.hears(incoming("msg:1", "With a file.", files=(IncomingFile("f1", "label.pdf", ""),)))
    for _ in range(TRIES):
        clock.moves(timedelta(minutes=1))
        house.works()
    assert house.thread("reply") == ["With a file."]


def test_a_thin_event_is_fetched_whole(house: Mirrored) -> None:
    house.peer.whole["msg:1"] = incoming("msg:1", "All of it.")
    house.hears(incoming("msg:1", thin=True))
    assert ("reply", "Kari", "All of it.") in house.told()


def test_what_can_not_be_fetched_at_all_is_parked_and_said(house: Mirrored, clock: FakeClock) -> None:
    house.peer.whole["msg:1"] = PeerAwayError("nobody is there")
    house.hears(incoming("msg:1", thin=True), incoming("msg:2", "Go ahead.", occurred_at=MONDAY + SECOND))
    for _ in range(AWAY_AT_MOST):
        clock.moves(timedelta(minutes=1))
        house.works()
    assert ("reply", "Kari", "Go ahead.") in house.told()
    assert house.thread("note") == [
        "Something that Scripted told us could not be taken over: nobody is there."
    ]
    assert [row.state for row in house.inbox.recent()] == ["done", "parked"]


def test_what_our_own_desk_fails_on_does_not_hold_up_what_follows(house: Mirrored, clock: FakeClock) -> None:
    house.hears(incoming("msg:1", thin=True), incoming("msg:2", "Go ahead.", occurred_at=MONDAY + SECOND))
    for _ in range(POISONED_AFTER):
        clock.moves(timedelta(minutes=1))
        house.works()
    assert ("reply", "Kari", "Go ahead.") in house.told()
    assert "KeyError" in house.thread("note")[0]


def test_a_variable_that_is_left_in_an_answer_is_not_sent(house: Mirrored) -> None:
    house.hears(incoming("msg:1", "Hello {{customer.name}}"))
    assert house.told() == []
    kept, why = house.thread("note")
    assert kept == "Hello {{customer.name}}" and "customer.name" in why


def test_who_the_peer_does_not_name_speaks_for_the_company(house: Mirrored) -> None:
    house.hears(incoming("msg:1", "Hello.", author_name=""))
    assert house.told()[-1] == ("reply", "Nettly", "Hello.")


def test_of_a_forgotten_customer_nothing_is_taken_up(house: Mirrored) -> None:
    inbox = house.inbox
    inbox.keep([incoming("msg:1", "What she said.")], b"What she said.", house.clock.now())
    inbox.keep_unreadable(b"What she said, broken.", "it is not JSON", house.clock.now())
    house.room.forget(house.case.conversation_id)
    assert inbox.recent() == ()
    house.hears(incoming("msg:2", "And again."))
    assert replace(house.now, version=0).forgotten and house.thread("reply", "note") == []
