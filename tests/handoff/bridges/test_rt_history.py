"""What happened in Request Tracker: once each, whatever order it appears in, and by whom."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from handoff.bridges import CaseRef, Incoming
from handoff.bridges.rt.bridge import Rt
from handoff.case import CaseStatus
from tests.handoff.bridges.mirrored import around, new_case, outgoing
from tests.peers import SeenFile
from tests.peers.rt import RtPeer, start


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[RtPeer]:
    with closing(start(tmp_path)) as running:
        yield running


@pytest.fixture
def bridge(peer: RtPeer) -> Iterator[Rt]:
    given = around("rt", peer.settings)
    with closing(given.outbound), closing(Rt.open(given)) as opened:
        yield opened


@pytest.fixture
def ref(bridge: Rt) -> CaseRef:
    return bridge.open_case(new_case(team=None), "k1")


def polls(bridge: Rt, cursor: str, *cases: CaseRef) -> tuple[list[Incoming], str]:
    """What is new, with all its words."""
    events, then, _ = bridge.poll(cursor, cases)
    return [bridge.hydrate(event) if event.thin else event for event in events], then


def test_each_thing_is_told_once_in_its_order(peer: RtPeer, bridge: Rt, ref: CaseRef) -> None:
    peer.replies(ref.case_key, "Hello,\nMaya <3", "Omar")
    peer.notes(ref.case_key, "be kind", "Omar")
    peer.assigns(ref.case_key, "Omar")
    peer.resolves(ref.case_key)
    said, cursor = polls(bridge, "", ref)
    assert [event.type for event in said] == ["agent_message", "agent_note", "assigned", "status"]
    assert (
        said[0].text == "Hello,\nMaya <3" and said[0].visibility == "public" and said[0].author_name == "Omar"
    )
    assert said[1].visibility == "private"
    assert said[2].assignee == "Omar" and said[3].status is CaseStatus.RESOLVED
    assert polls(bridge, cursor, ref)[0] == []


def test_what_we_do_there_is_not_told(bridge: Rt, ref: CaseRef) -> None:
    bridge.post(ref, outgoing("are you there?"), "k2")
    assert polls(bridge, "", ref)[0] == []


def test_nothing_is_read_of_before_the_first_case(peer: RtPeer, bridge: Rt) -> None:
    old = bridge.open_case(new_case(handoff_id="h-0", team=None), "k0")
    peer.replies(old.case_key, "long ago", "Omar")
    said, cursor = polls(bridge, "")
    ref = bridge.open_case(new_case(team=None), "k1")
    peer.replies(ref.case_key, "now", "Omar")
    assert [event.text for event in said + polls(bridge, cursor, ref)[0]] == ["now"]


def test_the_first_look_begins_with_the_first_case_that_is_open(peer: RtPeer, bridge: Rt) -> None:
    old = bridge.open_case(new_case(handoff_id="h-0", team=None), "k0")
    peer.replies(old.case_key, "long ago", "Omar")
    ref = bridge.open_case(new_case(team=None), "k1")
    peer.replies(ref.case_key, "now", "Omar")
    assert [event.text for event in polls(bridge, "", ref)[0]] == ["now"]


def test_a_lower_number_that_appears_later_is_not_lost(peer: RtPeer, bridge: Rt, ref: CaseRef) -> None:
    peer.replies(ref.case_key, "committed second", "Omar")
    slow = peer.rt.history.pop()
    peer.replies(ref.case_key, "committed first", "Omar")
    peer.rt.history[-1] = replace(peer.rt.history[-1], number=slow.number + 1)
    said, cursor = polls(bridge, "", ref)
    assert [event.text for event in said] == ["committed first"]
    peer.rt.history.insert(-1, slow)
    assert [event.text for event in polls(bridge, cursor, ref)[0]] == ["committed second"]


def test_a_case_goes_on_in_a_ticket_of_somebody_elses(peer: RtPeer, bridge: Rt, ref: CaseRef) -> None:
    theirs = peer.rt.open({"Queue": "General", "Subject": "the same outage"}, "omar")
    peer.merges(ref.case_key, str(theirs.number))
    said, cursor = polls(bridge, "", ref)
    assert [(event.type, event.into) for event in said] == [("merged", str(theirs.number))]
    peer.replies(str(theirs.number), "It is mended.", "Omar")
    said, _ = polls(bridge, cursor, replace(ref, case_key=str(theirs.number)))
    assert [(event.case_key, event.text) for event in said] == [(str(theirs.number), "It is mended.")]


def test_who_only_asks_there_answers_nobody(peer: RtPeer, bridge: Rt, ref: CaseRef) -> None:
    peer.replies(ref.case_key, "from a customer's mailbox", "Maya")
    peer.rt.accounts["maya"] = False
    peer.rt.ticket(int(ref.case_key)).requestors.append("kari")
    peer.replies(ref.case_key, "from a colleague who asks", "Kari")
    said, _ = polls(bridge, "", ref)
    assert [(event.author_kind, event.visibility) for event in said] == [("customer", "private")] * 2


def test_what_a_reply_quotes_and_how_it_is_signed_stays_there(peer: RtPeer, bridge: Rt, ref: CaseRef) -> None:
    text = (
        "It is on its way.\n\nOn Sun Nov 22 18:30:00 2026, Maya wrote:\n> where is it?\n\n-- \nOmar, Support"
    )
    peer.rt.accounts["omar"] = True
    peer.rt.says(int(ref.case_key), "correspond", "omar", {"Content": text, "ContentType": "text/plain"})
    assert [event.text for event in polls(bridge, "", ref)[0]] == ["It is on its way."]


def test_a_file_comes_byte_by_byte(peer: RtPeer, bridge: Rt, ref: CaseRef) -> None:
    content = bytes(range(256)) * 100
    peer.replies(ref.case_key, "here", "Omar", [SeenFile("label.pdf", content)])
    [event], _ = polls(bridge, "", ref)
    assert [(each.name, each.size) for each in event.files] == [("label.pdf", len(content))]
    assert bridge.fetch(ref, event.files[0]) == content
