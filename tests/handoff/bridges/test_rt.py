"""The bridge to Request Tracker against the small one; the suite holds for it as for the real one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from config.plug_settings import SettingsError
from handoff.bridges import CaseRef, Changes
from handoff.bridges.errors import PeerRefusedError
from handoff.bridges.rt.bridge import Rt
from handoff.case import CaseStatus
from handoff.floor.rules import Priority
from tests.handoff.bridges.mirrored import MAYA, around, file, new_case, outgoing
from tests.peers.rt import RtPeer, start
from tests.peers.rt_fake import US, Ticket


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[RtPeer]:
    with closing(start(tmp_path)) as running:
        yield running


@pytest.fixture
def bridge(peer: RtPeer) -> Iterator[Rt]:
    yield from opened(peer)


def opened(peer: RtPeer, **settings: object) -> Iterator[Rt]:
    given = around("rt", {**peer.settings, **settings})
    with closing(given.outbound), closing(Rt.open(given)) as bridge:
        yield bridge


def ticket_of(peer: RtPeer, case: CaseRef) -> Ticket:
    return peer.rt.ticket(int(case.case_key))


def test_a_case_is_a_ticket_with_its_summary_as_a_comment(peer: RtPeer, bridge: Rt) -> None:
    ref = bridge.open_case(new_case(team="Billing"), "k1")
    ticket = ticket_of(peer, ref)
    assert (ticket.subject, ticket.queue, ticket.priority) == ("[#1042] where is my refund", "Billing", 120)
    assert ticket.fields == {"handoff_id": ["h-1"], "labels": ["refund"]}
    (case,) = peer.cases()
    assert case.posts[0].private and case.posts[0].files[0].name == "transcript.txt"
    assert ref.url == f"{peer.settings['url']}/Ticket/Display.html?id=1"


def test_rt_knows_who_asks_and_never_writes_to_them(peer: RtPeer, bridge: Rt) -> None:
    ticket = ticket_of(peer, bridge.open_case(new_case(team=None), "k1"))
    assert ticket.requestors == ticket.unmailed == ["maya.l@example.com"]


def test_an_address_that_nobody_vouches_for_is_no_requestor(peer: RtPeer, bridge: Rt) -> None:
    stranger = type(MAYA)("cust-43", "Maya", "maya.l@example.com", None, "en", False)
    assert ticket_of(peer, bridge.open_case(new_case(customer=stranger, team=None), "k1")).requestors == []


def test_a_ticket_without_its_summary_is_finished_and_not_found_before(peer: RtPeer, bridge: Rt) -> None:
    peer.rt.open({"Queue": "General", "CustomFields": {"handoff_id": "h-1"}}, US)
    assert bridge.find_case("h-1") is None
    ref = bridge.open_case(new_case(team=None), "k1")
    assert bridge.find_case("h-1") == ref
    assert len(peer.rt.tickets) == 1 and len(peer.cases()[0].posts) == 1


def test_a_ticket_of_somebody_else_is_not_taken_for_ours(peer: RtPeer, bridge: Rt) -> None:
    peer.rt.open({"Queue": "General", "CustomFields": {"handoff_id": "h-1"}}, "ines")
    assert bridge.open_case(new_case(team=None), "k1").case_key == "2"


def test_a_nought_is_said_and_an_empty_file_is_left_out(peer: RtPeer, bridge: Rt) -> None:
    ref = bridge.open_case(new_case(team=None), "k1")
    bridge.post(ref, outgoing("0", "customer", file("empty.txt", b""), file("full.txt", b"1")), "k2")
    post = peer.cases()[0].posts[1]
    assert post.text == "0" and [each.name for each in post.files] == ["full.txt"]
    assert not post.private and post.by == "customer"


def test_a_post_is_found_by_its_key_wherever_its_ticket_went(peer: RtPeer, bridge: Rt) -> None:
    ref = bridge.open_case(new_case(team=None), "k1")
    other = bridge.open_case(new_case(handoff_id="h-2", team=None), "k2")
    peer.merges(ref.case_key, other.case_key)
    posted = bridge.post(ref, outgoing("after the merge"), "k3")
    assert bridge.find_post(ref, "k3") == posted
    assert bridge.find_post(ref, "k4") is None


def test_a_change_is_set_and_nothing_is_asked_for_what_is_so(peer: RtPeer, bridge: Rt) -> None:
    peer.rt.accounts["omar"] = True
    ref = bridge.open_case(new_case(team=None), "k1")
    wanted = Changes(CaseStatus.SNOOZED, Priority.LOW, ("b2b", "refund"), "Billing", "omar")
    bridge.update(ref, wanted, "k2")
    ticket = ticket_of(peer, ref)
    assert (ticket.status, ticket.priority, ticket.queue, ticket.owner) == ("stalled", 0, "Billing", "omar")
    assert ticket.fields["labels"] == ["b2b", "refund"]
    happened = len(peer.rt.history)
    bridge.update(ref, wanted, "k3")
    assert len(peer.rt.history) == happened
    bridge.update(ref, Changes(assignee=""), "k4")
    assert ticket.owner == "Nobody"


def test_a_change_that_rt_refuses_with_a_200_is_refused(bridge: Rt) -> None:
    ref = bridge.open_case(new_case(team=None), "k1")
    with pytest.raises(PeerRefusedError, match=r"did not set Owner: .*may not own tickets"):
        bridge.update(ref, Changes(assignee="nobody-we-know"), "k2")


def test_a_ticket_that_is_new_is_open_enough(peer: RtPeer, bridge: Rt) -> None:
    ref = bridge.open_case(new_case(team=None), "k1")
    bridge.update(ref, Changes(status=CaseStatus.OPEN), "k2")
    assert ticket_of(peer, ref).status == "new"


def test_without_a_field_for_our_id_no_ticket_is_made(peer: RtPeer, bridge: Rt) -> None:
    peer.rt.queues["General"] = ["labels"]
    with pytest.raises(PeerRefusedError, match=r"no custom field handoff_id.*Admin, Custom Fields"):
        bridge.open_case(new_case(team=None), "k1")
    assert peer.rt.tickets == {}


def test_a_queue_that_is_not_there_is_told_in_rts_words(peer: RtPeer, bridge: Rt) -> None:
    with pytest.raises(PeerRefusedError, match="404: Not found"):
        bridge.open_case(new_case(team="Invoices"), "k1")


def test_erasing_says_what_the_administrator_runs(bridge: Rt) -> None:
    bridge.erase("h-1", None)
    ref = bridge.open_case(new_case(team=None), "k1")
    with pytest.raises(PeerRefusedError, match=r"rt-shredder --plugin 'Tickets=query,id = 1'"):
        bridge.erase("h-1", ref)


def test_a_check_goes_as_far_as_it_can_and_says_what_to_mend(peer: RtPeer, bridge: Rt) -> None:
    assert [step.ok for step in bridge.check()] == [True] * 5
    bridge.open_case(new_case(team=None), "k1")
    assert bridge.check()[-1].says == "ticket 1 takes replies and comments"
    peer.rt.queues["General"] = []
    (*_, last) = bridge.check()
    assert not last.ok and "SeeCustomField" in last.says


def test_a_queue_that_is_misnamed_is_told_with_the_line_of_the_settings(peer: RtPeer) -> None:
    for bridge in opened(peer, queue="Suport"):
        (*_, last) = bridge.check()
        assert not last.ok and "no queue Suport" in last.says and "[bridges.rt] queue" in last.mend


def test_a_wrong_token_names_its_setting_and_never_itself(peer: RtPeer) -> None:
    for bridge in opened(peer, token="1-14-not-the-right-one"):
        (step,) = bridge.check()
        assert (
            not step.ok and "401: Authorization required" in step.says and "[bridges.rt] token" in step.says
        )
        assert "not-the-right-one" not in step.says
        assert not bridge.health().ok


def test_what_an_operator_forgets_or_mistypes_is_named(peer: RtPeer) -> None:
    with pytest.raises(SettingsError, match=r"\[bridges.rt\] url"):
        Rt.open(around("rt", {**peer.settings, "url": "rt.example"}))
    with pytest.raises(SettingsError, match=r"quue.*queue"):
        Rt.open(around("rt", {**peer.settings, "quue": "Support"}))
