from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from handoff.bridges import Changes, Incoming, RawRequest
from handoff.bridges.errors import BadRequestError, BadSignatureError, PeerRefusedError, PeerUnsureError
from handoff.bridges.zammad import PLUG
from handoff.bridges.zammad.bridge import Zammad
from handoff.bridges.zammad.incoming import article, events, verify
from handoff.case import CaseStatus
from handoff.floor.rules import Priority
from tests.handoff.bridges.mirrored import MAYA, around, file, new_case, outgoing
from tests.peers import SeenFile, Webhook
from tests.peers.zammad import SECRET, ZammadPeer, signed, start

NOW = datetime.now(UTC)
WROTE = {
    "id": 9,
    "sender": "Agent",
    "internal": False,
    "body": "<div>Hello &amp; welcome</div><ul><li>one</li></ul>",
    "content_type": "text/html",
    "from": "Ines Berg",
    "created_by_id": 7,
    "created_at": "2026-11-23T10:00:00.123Z",
}


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[ZammadPeer]:
    peer = start(tmp_path)
    yield peer
    peer.close()


@pytest.fixture
def bridge(peer: ZammadPeer) -> Iterator[Zammad]:
    given = around("zammad", peer.settings)
    yield PLUG.open(given)
    given.outbound.close()


def request(webhook: Webhook) -> RawRequest:
    headers = {name.lower(): value for name, value in webhook.headers.items()}
    return RawRequest(webhook.method, headers, {}, webhook.body, "https://house/bridges/zammad")


def pushed(peer: ZammadPeer, bridge: Zammad) -> list[Incoming]:
    return [each for webhook in peer.webhooks(NOW) for each in bridge.parse(request(webhook))]


def test_a_case_is_a_ticket_whose_summary_is_its_first_note(peer: ZammadPeer, bridge: Zammad) -> None:
    opened = bridge.open_case(new_case(files=(file("pay.png", b"png"),)), "k1")
    (case,) = peer.cases()
    (note,) = case.posts
    assert (case.handoff_id, case.priority, case.labels, case.team) == (
        "h-1",
        "urgent",
        ("refund",),
        "billing",
    )
    assert (note.text, note.private, note.by) == ("#1042 where is my refund", True, "us")
    assert [each.name for each in note.files] == ["transcript.txt", "pay.png"]
    assert opened.url == f"{peer.door.url}/#ticket/zoom/1" and bridge.find_case("h-1") == opened
    assert bridge.find_case("h-2") is None


def test_a_ticket_whose_answer_was_lost_is_found(peer: ZammadPeer, bridge: Zammad) -> None:
    peer.door.lose_next_answer()
    with pytest.raises(PeerUnsureError):
        bridge.open_case(new_case(), "k1")
    assert bridge.find_case("h-1") == bridge.open_case(new_case(), "k1")
    assert len(peer.cases()) == 1


def test_an_address_that_nobody_vouches_for_leads_to_nobody_else(peer: ZammadPeer, bridge: Zammad) -> None:
    bridge.open_case(new_case("h-1"), "k1")
    bridge.open_case(new_case("h-2", replace(MAYA, id="cust-66", verified=False)), "k2")
    maya, other = (peer.desk.users[each.customer] for each in peer.desk.tickets.values())
    assert (maya["email"], other["email"], other["login"]) == (MAYA.email, "", "firstline-cust-66")


def test_a_group_that_is_not_there_is_named_and_the_settings_one_is_taken(
    peer: ZammadPeer, bridge: Zammad
) -> None:
    bridge.open_case(new_case(team="Invoices"), "k1")
    (case,) = peer.cases()
    assert case.team == "Users" and "no group “Invoices”" in case.posts[0].text


def test_who_said_what_is_to_be_seen(peer: ZammadPeer, bridge: Zammad) -> None:
    case = bridge.open_case(new_case(), "k1")
    key = bridge.post(case, outgoing("still <b>there</b>?", "customer", file("a.txt", b"a")), "k2")
    bridge.post(case, outgoing("on its way", "agent"), "k3")
    bridge.post(case, outgoing("she called", "note"), "k4")
    said = peer.cases()[0].posts[1:]
    assert [(each.text, each.private, each.by) for each in said] == [
        ("still <b>there</b>?", False, "customer"),
        ("Ines:\non its way", False, "us"),
        ("Ines:\nshe called", True, "us"),
    ]
    assert said[0].files == (SeenFile("a.txt", b"a"),)
    assert bridge.find_post(case, "k2") == key and bridge.find_post(case, "k5") is None


def test_changes_are_set_and_tags_of_others_stay(peer: ZammadPeer, bridge: Zammad) -> None:
    case = bridge.open_case(new_case(), "k1")
    peer.desk.tickets[1].tags.append("vip")
    peer.desk.agent("Jon Vik")
    wanted = Changes(CaseStatus.SNOOZED, Priority.LOW, ("late, again",), "sales", "jon.vik")
    case = bridge.update(case, wanted, "k2")
    (seen,) = peer.cases()
    assert (seen.status, seen.priority, seen.team, seen.assignee) == ("snoozed", "low", "sales", "Jon Vik")
    assert seen.labels == ("vip", "late again")
    case = bridge.update(case, Changes(CaseStatus.RESOLVED, assignee="", labels=()), "k3")
    (seen,) = peer.cases()
    assert (seen.status, seen.assignee, seen.labels) == ("resolved", None, ("vip",))
    bridge.update(case, Changes(CaseStatus.OPEN), "k4")
    assert peer.cases()[0].status == "open"
    with pytest.raises(PeerRefusedError, match=r"No value found for 'owner'.*\[bridge\] teams and people"):
        bridge.update(case, Changes(assignee="nobody"), "k5")


def test_where_there_is_no_urgent_it_is_high(peer: ZammadPeer, bridge: Zammad) -> None:
    peer.desk.priorities.remove("4 urgent")
    bridge.open_case(new_case(), "k1")
    assert peer.cases()[0].priority == "high"


def test_push_and_poll_tell_the_same(peer: ZammadPeer, bridge: Zammad) -> None:
    case = bridge.open_case(new_case(), "k1")
    events, cursor, _ = bridge.poll("", [case])
    assert [each.author_kind for each in events] == ["bot"]
    peer.webhooks(NOW)
    peer.replies("1", "Hello <Maya>\n\nsecond line", "Ines Berg", [SeenFile("a b.txt", b"hi")])
    peer.notes("1", "she is right", "Ines Berg")
    peer.assigns("1", "Ines Berg")
    peer.resolves("1")
    told = pushed(peer, bridge)
    assert [(each.type, each.visibility, each.author_name, each.text) for each in told] == [
        ("agent_message", "public", "Ines Berg", "Hello <Maya>\n\nsecond line"),
        ("agent_note", "private", "Ines Berg", "she is right"),
        ("assigned", "private", "Ines Berg", ""),
        ("status", "private", "", ""),
    ]
    events, cursor, _ = bridge.poll(cursor, [case])
    assert list(events)[:2] == told[:2] and [each.type for each in events[2:]] == ["assigned", "status"]
    assert not bridge.poll(cursor, [case])[0]
    assert bridge.fetch(case, told[0].files[0]) == b"hi"


def test_a_poll_finds_what_is_reopened_there_though_it_is_resolved_here(
    peer: ZammadPeer, bridge: Zammad
) -> None:
    case = bridge.open_case(new_case(), "k1")
    peer.resolves("1")
    _, cursor, _ = bridge.poll("", [case])
    peer.reopens("1")
    events, _, _ = bridge.poll(cursor, [])
    assert [each.status for each in events] == [CaseStatus.OPEN]


def test_a_poll_finds_what_was_said_before_it_knew_of_the_case(peer: ZammadPeer, bridge: Zammad) -> None:
    first = bridge.open_case(new_case("h-1"), "k1")
    second = bridge.open_case(new_case("h-2"), "k2")
    peer.replies("2", "I have it", "Ines Berg")
    _, cursor, _ = bridge.poll("", [first])
    for ticket in peer.desk.tickets.values():
        ticket.updated = ticket.updated.replace(year=2020)
    events, _, _ = bridge.poll(cursor, [first, second])
    assert [each.text for each in events if each.visibility == "public"] == ["I have it"]


def test_a_merged_ticket_goes_on_in_the_other(peer: ZammadPeer, bridge: Zammad) -> None:
    cases = [bridge.open_case(new_case(f"h-{i}"), f"k{i}") for i in (1, 2)]
    _, cursor, _ = bridge.poll("", cases)
    peer.merges("1", "2")
    events, cursor, _ = bridge.poll(cursor, cases)
    assert [(each.case_key, each.type, each.into) for each in events] == [("1", "merged", "2")]
    assert not bridge.poll(cursor, cases)[0]


def test_a_ticket_is_not_taken_for_ours_where_tags_are_not_looked_for(
    peer: ZammadPeer, bridge: Zammad
) -> None:
    bridge.open_case(new_case("h-1"), "k1")
    peer.desk.knows_tags = False
    with pytest.raises(PeerRefusedError, match="does not look for tags"):
        bridge.open_case(new_case("h-2"), "k2")
    assert bridge.check()[-1].name == "Tickets" and not bridge.check()[-1].ok


def test_a_ticket_that_may_not_be_deleted_says_who_can(peer: ZammadPeer, bridge: Zammad) -> None:
    case = bridge.open_case(new_case(), "k1")
    peer.desk.deletes = False
    with pytest.raises(PeerRefusedError, match="customer of ticket 1 by hand"):
        bridge.erase("h-1", case)
    assert peer.cases()


def test_erasing_leaves_nothing_of_a_customer_that_has_no_other_case(
    peer: ZammadPeer, bridge: Zammad
) -> None:
    case = bridge.open_case(new_case("h-1"), "k1")
    bridge.open_case(new_case("h-2"), "k2")
    bridge.erase("h-1", case)
    assert [each.handoff_id for each in peer.cases()] == ["h-2"] and len(peer.desk.users) == 3
    bridge.erase("h-2", None)
    bridge.erase("h-2", None)
    bridge.erase("h-2", case)
    assert not peer.cases() and len(peer.desk.users) == 2


def test_a_check_walks_through_all_of_it(bridge: Zammad) -> None:
    steps = bridge.check()
    assert [each.name for each in steps] == ["Reach and token", "Group", "Tickets", "Priorities", "Webhook"]
    assert all(each.ok for each in steps) and bridge.health().ok


def test_a_check_finds_triggers_that_are_missing_or_mail(peer: ZammadPeer, bridge: Zammad) -> None:
    mails = {"notification.email": {"recipient": ["ticket_customer"], "subject": "thanks"}}
    loud: dict[str, object] = {"name": "auto reply", "active": True, "perform": mails, "condition": {}}
    peer.desk.triggers.append(loud)
    assert "auto reply would mail" in bridge.check()[-1].says
    loud["condition"] = {"ticket.tags": {"operator": "contains one not", "value": "firstline"}}
    assert bridge.check()[-1].ok
    del peer.desk.triggers[1]
    assert "Firstline state" in bridge.check()[-1].says


@pytest.mark.parametrize(
    ("key", "value", "step"), [("token", "not-the-token", "Reach and token"), ("group", "Chats", "Group")]
)
def test_a_check_names_the_setting_that_is_wrong(peer: ZammadPeer, key: str, value: str, step: str) -> None:
    given = around("zammad", {**peer.settings, key: value})
    last = PLUG.open(given).check()[-1]
    assert (last.ok, last.name) == (False, step)
    assert f"[bridges.zammad] {key}" in last.says + last.mend and "not-the-token" not in last.says
    given.outbound.close()


def test_what_an_agent_writes_for_the_customer_is_public() -> None:
    said = article(WROTE, "1")
    assert said is not None and (said.type, said.author, said.author_name) == (
        "agent_message",
        "7",
        "Ines Berg",
    )
    assert said.text == "Hello & welcome\n\n- one"


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"internal": True}, "agent"),
        ({"internal": None}, "agent"),
        ({"sender": "Customer"}, "customer"),
        ({"message_id": "<firstline.k2@firstline>"}, "bot"),
    ],
    ids=str,
)
def test_whatever_else_is_said_stays_private(change: dict[str, object], kind: str) -> None:
    said = article({**WROTE, **change}, "1")  # type: ignore[dict-item]
    assert said is not None and (said.type, said.visibility, said.author_kind) == (
        "agent_note",
        "private",
        kind,
    )


def test_what_zammad_says_by_itself_is_nothing_to_us() -> None:
    assert article({**WROTE, "sender": "System"}, "1") is None


def test_the_name_of_a_trigger_says_what_its_webhook_is_about() -> None:
    owner = {"firstname": "Ines", "lastname": "Berg"}
    whole = {
        "ticket": {"id": 1, "state": "closed", "owner_id": 7, "owner": owner, "updated_at": "x"},
        "article": WROTE,
    }
    for trigger, kinds in (
        ("Firstline article", ["agent_message"]),
        ("Firstline state", ["status"]),
        ("Firstline owner", ["assigned"]),
        ("", ["agent_message"]),
    ):
        assert [each.type for each in events(whole, trigger)] == kinds
    assert events({"ticket": {"id": 1, "state": "on hold"}}, "Firstline state") == ()
    assert events({"ticket": {"id": 1}, "article": {}}, "Firstline article") == ()


@pytest.mark.parametrize(
    "told", [{}, {"ticket": {}}, {"ticket": {"id": 1}, "article": {"body": "x"}}], ids=str
)
def test_a_webhook_without_ids_is_refused(told: dict[str, object]) -> None:
    with pytest.raises(BadRequestError):
        events(json.loads(json.dumps(told)), "Firstline article")


@pytest.mark.parametrize("key", WROTE)
def test_no_value_of_an_article_breaks_the_reader(key: str) -> None:
    for value in (None, 5, -1.5, "x", [], {}, {"id": {}}, True):
        article({**WROTE, key: value}, "1")  # type: ignore[dict-item]


def test_a_request_is_believed_that_the_secret_has_signed() -> None:
    verify(request(signed(b"{}", "Firstline article", SECRET)), SECRET, "settings")
    for asked in (signed(b"{}", "Firstline article", "other"), Webhook("POST", "", {}, b"{}")):
        with pytest.raises(BadSignatureError, match="X-Hub-Signature"):
            verify(request(asked), SECRET, "settings")
    with pytest.raises(BadSignatureError, match="write it to settings"):
        verify(request(signed(b"{}", "x", "")), "", "settings")
