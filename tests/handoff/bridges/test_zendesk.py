from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from handoff.bridges import Changes, Incoming, IncomingFile, RawRequest
from handoff.bridges.errors import (
    BadRequestError,
    BadSignatureError,
    PeerAwayError,
    PeerRefusedError,
    PeerUnsureError,
)
from handoff.bridges.zendesk import PLUG
from handoff.bridges.zendesk.bridge import Zendesk
from handoff.bridges.zendesk.incoming import events, verify
from handoff.case import CaseStatus
from tests.handoff.bridges.mirrored import MAYA, around, file, new_case, outgoing
from tests.peers import SeenFile, Webhook
from tests.peers.zendesk import SECRET, ZendeskPeer, signed, start

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
STAMP = "2026-11-23T10:00:00Z"


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[ZendeskPeer]:
    peer = start(tmp_path)
    yield peer
    peer.close()


@pytest.fixture
def bridge(peer: ZendeskPeer) -> Iterator[Zendesk]:
    given = around("zendesk", peer.settings)
    yield PLUG.open(given)
    given.outbound.close()


def request(webhook: Webhook) -> RawRequest:
    headers = {name.lower(): value for name, value in webhook.headers.items()}
    return RawRequest(webhook.method, headers, {}, webhook.body, "https://house/bridges/zendesk")


def pushed(peer: ZendeskPeer, bridge: Zendesk) -> list[Incoming]:
    """What its webhooks tell, as it is applied."""
    found = [each for webhook in peer.webhooks(NOW) for each in bridge.parse(request(webhook))]
    return [bridge.hydrate(each) if each.thin else each for each in found]


def test_a_case_is_a_ticket_whose_summary_is_its_first_note(peer: ZendeskPeer, bridge: Zendesk) -> None:
    opened = bridge.open_case(new_case(files=(file("pay.png", b"png"),)), "k1")
    (case,) = peer.cases()
    (note,) = case.posts
    assert (case.priority, case.labels, case.team) == ("urgent", ("refund",), "billing")
    assert (note.text, note.private, note.by) == ("#1042 where is my refund", True, "us")
    assert [each.name for each in note.files] == ["transcript.txt", "pay.png"]
    assert opened.url == f"{peer.door.url}/agent/tickets/1" and bridge.find_case("h-1") == opened


def test_a_ticket_is_not_made_twice_though_the_first_is_not_found_yet(
    peer: ZendeskPeer, bridge: Zendesk
) -> None:
    bridge.open_case(new_case(), "k1")
    peer.desk.tickets[1].external_id = "not found yet"
    with pytest.raises(PeerUnsureError, match="Idempotency"):
        bridge.open_case(new_case(subject="changed since"), "k1")
    assert len(peer.cases()) == 1


def test_an_address_that_nobody_vouches_for_is_left_out(peer: ZendeskPeer, bridge: Zendesk) -> None:
    bridge.open_case(new_case("h-1"), "k1")
    bridge.open_case(new_case("h-2", replace(MAYA, id="cust-66", verified=False)), "k2")
    maya, other = (peer.desk.users[each.requester] for each in peer.desk.tickets.values())
    assert maya["email"] == MAYA.email and "email" not in other and "phone" not in other


def test_a_user_who_was_there_before_stays_as_they_are(peer: ZendeskPeer, bridge: Zendesk) -> None:
    known = peer.desk.customer(
        {"external_id": "crm-7", "email": MAYA.email, "name": "M.", "role": "end-user"}
    )
    case = bridge.open_case(new_case(), "k1")
    assert peer.desk.tickets[1].requester == known["id"]
    assert (known["external_id"], known["name"]) == ("crm-7", "M.")
    bridge.erase("h-1", case)
    assert known["id"] in peer.desk.users


def test_what_the_customer_says_is_theirs_and_all_else_a_note(peer: ZendeskPeer, bridge: Zendesk) -> None:
    case = bridge.open_case(new_case(), "k1")
    key = bridge.post(case, outgoing("still there?", "customer", file("a.txt", b"a")), "k2")
    bridge.post(case, outgoing("on its way", "agent"), "k3")
    said = peer.cases()[0].posts[1:]
    assert [(each.text, each.private, each.by) for each in said] == [
        ("still there?", False, "customer"),
        ("Ines:\non its way", True, "us"),
    ]
    assert said[0].files == (SeenFile("a.txt", b"a"),)
    assert bridge.find_post(case, "k2") == key and bridge.find_post(case, "k4") is None


def test_a_comment_whose_answer_is_lost_is_not_sent_again_by_itself(
    peer: ZendeskPeer, bridge: Zendesk
) -> None:
    case = bridge.open_case(new_case(), "k1")
    peer.door.lose_next_answer()
    with pytest.raises(PeerUnsureError):
        bridge.post(case, outgoing("once"), "k2")
    assert [each.text for each in peer.cases()[0].posts[1:]] == ["once"]
    assert bridge.find_post(case, "k2") == peer.cases()[0].posts[1].key


def test_changes_are_set_and_tags_of_others_stay(peer: ZendeskPeer, bridge: Zendesk) -> None:
    case = bridge.open_case(new_case(), "k1")
    peer.desk.tickets[1].tags.append("vip")
    peer.desk.agent("Jon")
    case = bridge.update(case, Changes(CaseStatus.SNOOZED, None, ("Late Again",), "sales", "Jon"), "k2")
    (seen,) = peer.cases()
    assert (seen.status, seen.team, seen.assignee) == ("snoozed", "sales", "Jon")
    assert seen.labels == ("vip", "late_again")
    case = bridge.update(case, Changes(assignee="", labels=()), "k3")
    assert peer.cases()[0].assignee is None and peer.cases()[0].labels == ("vip",)
    with pytest.raises(PeerRefusedError, match=r"\[bridge\] teams"):
        bridge.update(case, Changes(team="Invoices"), "k4")


def test_a_change_beside_somebody_elses_is_tried_again(
    peer: ZendeskPeer, bridge: Zendesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = bridge.open_case(new_case(), "k1")
    told = peer.desk.ticket_told
    monkeypatch.setattr(peer.desk, "ticket_told", lambda ticket: told(ticket) | {"updated_at": "2020"})
    with pytest.raises(PeerAwayError):
        bridge.update(case, Changes(labels=("late",)), "k2")


def test_a_closed_ticket_is_followed_up_by_another_once(peer: ZendeskPeer, bridge: Zendesk) -> None:
    case = bridge.open_case(new_case(), "k1")
    peer.resolves("1")
    peer.closes("1")
    assert bridge.update(case, Changes(status=CaseStatus.RESOLVED), "k2") == case
    again = bridge.update(case, Changes(status=CaseStatus.OPEN), "k3")
    assert bridge.update(case, Changes(status=CaseStatus.OPEN), "k3") == again
    assert (again.case_key, peer.desk.tickets[2].follows) == ("2", 1)
    assert peer.cases()[1].labels == ("refund",) and bridge.find_case("h-1") == again
    bridge.post(again, outgoing("hello again"), "k4")
    assert [each.private for each in peer.cases()[1].posts] == [True, False]


def test_push_and_poll_tell_the_same(peer: ZendeskPeer, bridge: Zendesk) -> None:
    case = bridge.open_case(new_case(), "k1")
    events, cursor, _ = bridge.poll("", [case])
    assert [each.author_kind for each in events] == ["bot"]
    peer.webhooks(NOW)
    peer.replies("1", "Hello Maya", "Ines Berg", [SeenFile("a b.txt", b"hi")])
    peer.notes("1", "she is right", "Ines Berg")
    peer.assigns("1", "Ines Berg")
    peer.resolves("1")
    told = pushed(peer, bridge)
    assert [(each.type, each.visibility, each.author_name, each.text) for each in told] == [
        ("agent_message", "public", "Ines Berg", "Hello Maya"),
        ("agent_note", "private", "Ines Berg", "she is right"),
        ("assigned", "private", "Ines Berg", ""),
        ("status", "private", "", ""),
    ]
    events, cursor, _ = bridge.poll(cursor, [case])
    assert list(events)[:2] == told[:2] and [each.type for each in events[2:]] == ["assigned", "status"]
    assert not bridge.poll(cursor, [case])[0]
    assert bridge.fetch(case, told[0].files[0]) == b"hi"


def test_a_poll_finds_what_is_reopened_there_though_it_is_resolved_here(
    peer: ZendeskPeer, bridge: Zendesk
) -> None:
    case = bridge.open_case(new_case(), "k1")
    peer.resolves("1")
    _, cursor, _ = bridge.poll("", [case])
    peer.reopens("1")
    events, _, _ = bridge.poll(cursor, [])
    assert [each.status for each in events] == [CaseStatus.OPEN]


def test_a_merge_is_told_by_either_and_is_no_end(peer: ZendeskPeer, bridge: Zendesk) -> None:
    cases = [bridge.open_case(new_case(f"h-{i}"), f"k{i}") for i in (1, 2)]
    _, cursor, _ = bridge.poll("", cases)
    peer.webhooks(NOW)
    peer.merges("1", "2")
    told = [each for each in pushed(peer, bridge) if each.case_key == "1" and each.type != "agent_note"]
    polled = [
        each for each in bridge.poll(cursor, cases)[0] if each.case_key == "1" and each.type == "merged"
    ]
    assert [(each.type, each.into) for each in told] == [("merged", "2")] and polled[0].into == "2"


def test_a_comment_of_a_webhook_is_nobodys_until_it_is_known_whose(
    peer: ZendeskPeer, bridge: Zendesk
) -> None:
    case = bridge.open_case(new_case(), "k1")
    peer.webhooks(NOW)
    bridge.post(case, outgoing("from our desk", "agent"), "k2")
    (webhook,) = peer.webhooks(NOW)
    (thin,) = bridge.parse(request(webhook))
    assert (thin.thin, thin.author_kind, thin.visibility) == (True, "system", "private")
    assert bridge.hydrate(thin).author_kind == "bot"
    with pytest.raises(PeerRefusedError, match="is gone"):
        bridge.hydrate(replace(thin, remote_id="999999"))


@pytest.mark.parametrize("address", ["https://evil.example/a", "http://127.0.0.1:1/a"])
def test_a_file_elsewhere_is_not_fetched(bridge: Zendesk, address: str) -> None:
    case = bridge.open_case(new_case(), "k1")
    with pytest.raises(PeerRefusedError):
        bridge.fetch(case, IncomingFile(address, "a", "text/plain"))


def test_erasing_leaves_nothing_of_a_customer_that_has_no_other_case(
    peer: ZendeskPeer, bridge: Zendesk
) -> None:
    case = bridge.open_case(new_case("h-1"), "k1")
    bridge.open_case(new_case("h-2"), "k2")
    bridge.erase("h-1", case)
    assert [each.handoff_id for each in peer.cases()] == ["h-2"] and len(peer.desk.users) == 2
    bridge.erase("h-2", None)
    bridge.erase("h-2", None)
    assert not peer.cases() and len(peer.desk.users) == 1


def test_a_check_walks_through_all_of_it(bridge: Zendesk) -> None:
    steps = bridge.check()
    assert [each.name for each in steps] == [
        "Reach and token",
        "Rights",
        "Tickets",
        "Answered once",
        "Webhook",
    ]
    assert all(each.ok for each in steps) and bridge.health().ok


def test_a_check_finds_the_trigger_that_would_mail_customers(peer: ZendeskPeer, bridge: Zendesk) -> None:
    mails: dict[str, object] = {
        "title": "Notify requester of comment update",
        "actions": [{"field": "notification_user", "value": ["requester_and_ccs", "[news]", "body"]}],
        "conditions": {"all": []},
    }
    peer.desk.triggers.append(mails)
    last = bridge.check()[-1]
    assert not last.ok and "Notify requester" in last.says and "firstline" in last.mend
    spares = {"field": "current_tags", "operator": "not_includes", "value": "vip firstline"}
    mails["conditions"] = {"all": [spares]}
    assert bridge.check()[-1].name == "Webhook"


def test_a_check_stops_at_a_wrong_token_and_names_the_setting(peer: ZendeskPeer) -> None:
    given = around("zendesk", {**peer.settings, "token": "not-the-token"})
    (step,) = PLUG.open(given).check()
    assert not step.ok and "[bridges.zendesk] token" in step.says and "not-the-token" not in step.says
    given.outbound.close()


def test_a_request_is_believed_that_the_secret_has_signed_just_now() -> None:
    verify(request(signed(b"{}", STAMP, SECRET)), SECRET, "settings", NOW)
    for asked, at, why in (
        (signed(b"{}", STAMP, "other"), NOW, "another secret"),
        (signed(b"{}", STAMP, SECRET), NOW + timedelta(minutes=6), "older"),
        (signed(b"{}", "yesterday", SECRET), NOW, "Timestamp"),
        (Webhook("POST", "", {}, b"{}"), NOW, "Timestamp"),
    ):
        with pytest.raises(BadSignatureError, match=why):
            verify(request(asked), SECRET, "settings", at)
    with pytest.raises(BadSignatureError, match="write it to settings"):
        verify(request(signed(b"{}", STAMP, "")), "", "settings", NOW)


VALUES = (None, 5, "x", [], {}, {"id": {}}, {"comment": []}, True)


@pytest.mark.parametrize(
    "name", ["comment_added", "status_changed", "agent_assignment_changed", "merged", "x"]
)
def test_no_value_of_a_webhook_breaks_the_reader(name: str) -> None:
    whole: Mapping[str, object] = {
        "type": f"zen:event-type:ticket.{name}",
        "time": "2026-11-23T10:00:00.672717030Z",
        "detail": {"id": "1", "tags": []},
        "event": {"comment": {"id": "7"}, "current": "OPEN"},
    }
    read = events(json.loads(json.dumps(whole)))
    assert all(each.occurred_at.year == 2026 for each in read)
    for key in whole:
        for value in VALUES:
            try:
                assert len(events({**whole, key: value})) < 2  # type: ignore[dict-item]
            except BadRequestError:
                continue
