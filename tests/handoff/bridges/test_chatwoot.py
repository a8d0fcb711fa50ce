from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from handoff.bridges import Changes, IncomingFile, RawRequest
from handoff.bridges.chatwoot import PLUG
from handoff.bridges.chatwoot.bridge import Chatwoot
from handoff.bridges.errors import PeerRefusedError, PeerUnsureError
from handoff.case import CaseStatus
from handoff.floor.rules import Priority
from tests.handoff.bridges.mirrored import MAYA, around, file, new_case, outgoing
from tests.peers import SeenFile, Webhook
from tests.peers.chatwoot import ChatwootPeer, start
from tests.peers.chatwoot_fake import Contact

NOW = datetime.now(UTC)


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[ChatwootPeer]:
    peer = start(tmp_path)
    yield peer
    peer.close()


@pytest.fixture
def bridge(peer: ChatwootPeer) -> Iterator[Chatwoot]:
    given = around("chatwoot", peer.settings)
    yield PLUG.open(given)
    given.outbound.close()


def request(webhook: Webhook) -> RawRequest:
    headers = {name.lower(): value for name, value in webhook.headers.items()}
    return RawRequest(webhook.method, headers, {}, webhook.body, "https://house/bridges/chatwoot")


def test_a_case_is_a_conversation_with_its_summary_alone(peer: ChatwootPeer, bridge: Chatwoot) -> None:
    opened = bridge.open_case(new_case(files=(file("pay.png", b"png"),)), "k1")
    (case,) = peer.cases()
    (note,) = case.posts
    assert (case.handoff_id, case.key) == ("h-1", opened.case_key)
    assert (case.priority, case.labels, case.team, case.status) == ("urgent", ("refund",), "billing", "open")
    assert (note.text, note.private, note.by) == ("**#1042 where is my refund**", True, "us")
    assert [each.name for each in note.files] == ["transcript.txt", "pay.png"]
    assert opened.url == f"{peer.door.url}/app/accounts/3/conversations/1"


def test_a_conversation_without_its_summary_is_finished_and_not_made_twice(
    peer: ChatwootPeer, bridge: Chatwoot
) -> None:
    peer.door.lose_next_answer()  # of the conversation that is made
    with pytest.raises(PeerUnsureError):
        bridge.open_case(new_case(), "k1")
    assert len(peer.cases()) == 1 and bridge.find_case("h-1") is None
    bridge.open_case(new_case(), "k1")
    found = bridge.find_case("h-1")
    assert found is not None and found.more["labels"] == "refund"
    assert len(peer.cases()) == 1 and len(peer.desk.contacts) == 1


def test_a_customer_is_one_contact_in_all_their_cases(peer: ChatwootPeer, bridge: Chatwoot) -> None:
    bridge.open_case(new_case("h-1"), "k1")
    bridge.open_case(new_case("h-2"), "k2")
    assert [each.identifier for each in peer.desk.contacts.values()] == ["cust-42"]


def test_an_address_that_nobody_vouches_for_leads_to_nobody_elses_contact(
    peer: ChatwootPeer, bridge: Chatwoot
) -> None:
    bridge.open_case(new_case("h-1"), "k1")
    stranger = replace(MAYA, id="cust-66", name="Maya?", verified=False)
    bridge.open_case(new_case("h-2", stranger), "k2")
    maya, other = peer.desk.contacts.values()
    assert (maya.email, other.email, other.phone) == (MAYA.email, None, None)
    verified = replace(MAYA, id="cust-43")
    bridge.open_case(new_case("h-3", verified), "k3")
    assert len(peer.desk.contacts) == 2


def test_a_team_that_is_not_there_is_named_in_the_summary(peer: ChatwootPeer, bridge: Chatwoot) -> None:
    bridge.open_case(new_case(team="Invoices"), "k1")
    (case,) = peer.cases()
    assert case.team is None and "no team “Invoices”" in case.posts[0].text


def test_what_the_customer_says_is_theirs_and_what_we_say_has_a_name(
    peer: ChatwootPeer, bridge: Chatwoot
) -> None:
    case = bridge.open_case(new_case(), "k1")
    bridge.post(case, outgoing("still there?"), "k2")
    bridge.post(case, outgoing("she called", "note"), "k3")
    key = bridge.post(case, outgoing("on its way", "agent", file("a.pdf", b"pdf")), "k4")
    said = peer.cases()[0].posts[1:]
    assert [(each.text, each.private, each.by) for each in said] == [
        ("still there?", False, "customer"),
        ("**Ines**\n\nshe called", True, "us"),
        ("**Ines**\n\non its way", False, "us"),
    ]
    assert said[2].files == (SeenFile("a.pdf", b"pdf"),)
    assert bridge.find_post(case, "k4") == key and bridge.find_post(case, "k5") is None


def test_more_files_than_one_message_carries_go_in_several(peer: ChatwootPeer, bridge: Chatwoot) -> None:
    case = bridge.open_case(new_case(), "k1")
    files = [file(f"{i}.txt", b"x") for i in range(17)]
    bridge.post(case, outgoing("all of them", "customer", *files), "k2")
    first, rest = peer.cases()[0].posts[1:]
    assert (first.text, len(first.files), rest.text, len(rest.files)) == ("all of them", 15, "", 2)
    assert bridge.find_post(case, "k2") == rest.key


def test_changes_are_set_and_labels_of_others_stay(peer: ChatwootPeer, bridge: Chatwoot) -> None:
    case = bridge.open_case(new_case(), "k1")
    peer.assigns(case.case_key, "Ines")
    conversation = peer.desk.conversations[1]
    peer.desk.sets(conversation, labels=("refund", "vip"))
    changes = Changes(
        status=CaseStatus.SNOOZED,
        priority=Priority.NORMAL,
        labels=("Late again",),
        team="sales",
        assignee="Jon",
    )
    peer.desk.agent("Jon")
    case = bridge.update(case, changes, "k2")
    (seen,) = peer.cases()
    assert (seen.status, seen.priority, seen.team, seen.assignee) == ("snoozed", "normal", "sales", "Jon")
    assert seen.labels == ("vip", "late-again")
    bridge.update(case, Changes(assignee="", team="", status=CaseStatus.RESOLVED, labels=()), "k3")
    (seen,) = peer.cases()
    assert (seen.status, seen.team, seen.assignee, seen.labels) == ("resolved", None, None, ("vip",))


def test_a_change_to_a_team_that_is_not_there_says_where_to_mend_it(bridge: Chatwoot) -> None:
    case = bridge.open_case(new_case(), "k1")
    with pytest.raises(PeerRefusedError, match=r"\[bridge\] teams"):
        bridge.update(case, Changes(team="Invoices"), "k2")


def test_a_poll_finds_what_happened_once(peer: ChatwootPeer, bridge: Chatwoot) -> None:
    case = bridge.open_case(new_case(), "k1")
    events, cursor, _ = bridge.poll("", [case])
    assert [(each.author_kind, each.visibility) for each in events] == [("bot", "private")]
    peer.replies("1", "Hello *Maya*", "Ines")
    peer.notes("1", "she is right", "Ines")
    peer.assigns("1", "Ines")
    peer.resolves("1")
    events, cursor, _ = bridge.poll(cursor, [case])
    assert [(each.type, each.visibility, each.author_name, each.text) for each in events] == [
        ("agent_message", "public", "Ines", "Hello *Maya*"),
        ("agent_note", "private", "Ines", "she is right"),
        ("assigned", "private", "Ines", ""),
        ("status", "private", "", ""),
    ]
    assert not bridge.poll(cursor, [case])[0]


def test_a_poll_finds_what_is_reopened_there_though_it_is_resolved_here(
    peer: ChatwootPeer, bridge: Chatwoot
) -> None:
    case = bridge.open_case(new_case(), "k1")
    other = bridge.open_case(new_case("h-2"), "k2")
    peer.resolves(case.case_key)
    _, cursor, _ = bridge.poll("", [case, other])
    peer.reopens(case.case_key)
    events, cursor, _ = bridge.poll(cursor, [other])
    assert [(each.case_key, each.status) for each in events] == [(case.case_key, CaseStatus.OPEN)]


def test_a_poll_asks_about_one_page_and_what_has_changed(peer: ChatwootPeer, bridge: Chatwoot) -> None:
    cases = [bridge.open_case(new_case(f"h-{i}"), f"k{i}") for i in range(30)]
    _, cursor, _ = bridge.poll("", cases)
    peer.replies(cases[3].case_key, "hello", "Ines")
    peer.desk.conversations[4].active += 10  # a second in which nothing else happened
    peer.door.calls.clear()
    events, cursor, _ = bridge.poll(cursor, cases)
    assert [each.text for each in events] == ["hello"]
    before = len(peer.door.calls)
    events, cursor, _ = bridge.poll(cursor, cases)
    assert len(peer.door.calls) - before == 2


def test_push_and_poll_name_the_same_message_alike(peer: ChatwootPeer, bridge: Chatwoot) -> None:
    case = bridge.open_case(new_case(), "k1")
    peer.webhooks(NOW)
    peer.replies(
        "1", "Look\\\nat **this** [page](https://shop.example/a)", "Ines", [SeenFile("a b.txt", b"hi")]
    )
    (webhook,) = peer.webhooks(NOW)
    bridge.verify(request(webhook), NOW)
    (pushed,) = bridge.parse(request(webhook))
    polled = bridge.poll("", [case])[0][-1]
    assert polled == replace(pushed, occurred_at=polled.occurred_at)
    assert pushed.text == "Look\nat this page (https://shop.example/a)"
    assert pushed.files[0].name == "a b.txt" and bridge.fetch(case, pushed.files[0]) == b"hi"


def test_nothing_but_a_file_of_its_own_is_fetched(bridge: Chatwoot) -> None:
    case = bridge.open_case(new_case(), "k1")
    for address in ("http://10.0.0.1/rails/../x", "https://evil.example/api/v1/profile"):
        with pytest.raises(PeerRefusedError, match=r"no file of Chatwoot"):
            bridge.fetch(case, IncomingFile(address, "x", "text/plain"))


def test_the_customer_is_shown_writing(peer: ChatwootPeer, bridge: Chatwoot) -> None:
    case = bridge.open_case(new_case(), "k1")
    bridge.typing(case, True)
    bridge.typing(case, False)
    assert peer.desk.typing == [(1, "on"), (1, "off")]


def test_an_agent_is_seen_writing_until_they_stop(peer: ChatwootPeer, bridge: Chatwoot) -> None:
    bridge.open_case(new_case(), "k1")
    peer.webhooks(NOW)
    peer.desk.types(peer.desk.conversations[1], "Ines")
    peer.desk.types(peer.desk.conversations[1], "Ines", on=False)
    peer.desk.types(peer.desk.conversations[1], "Ines", private=True)
    told = [each for webhook in peer.webhooks(NOW) for each in bridge.parse(request(webhook))]
    assert [(each.type, each.text, each.visibility) for each in told] == [
        ("typing", "", "public"),
        ("typing", "off", "public"),
        ("typing", "", "private"),
    ]


def test_erasing_leaves_a_contact_that_has_other_conversations(peer: ChatwootPeer, bridge: Chatwoot) -> None:
    case = bridge.open_case(new_case("h-1"), "k1")
    bridge.open_case(new_case("h-2"), "k2")
    bridge.erase("h-1", case)
    assert [each.handoff_id for each in peer.cases()] == ["h-2"] and peer.desk.contacts
    bridge.erase("h-2", None)
    bridge.erase("h-2", None)
    assert not peer.cases() and not peer.desk.contacts


def test_erasing_leaves_a_contact_that_others_have_made(peer: ChatwootPeer, bridge: Chatwoot) -> None:
    peer.desk.contacts[7] = Contact(7, "M.", "cust-42", None, None)
    case = bridge.open_case(new_case(), "k1")
    bridge.erase("h-1", case)
    assert not peer.cases() and [*peer.desk.contacts] == [7]


def test_a_check_walks_through_all_of_it(bridge: Chatwoot) -> None:
    steps = bridge.check()
    assert [each.name for each in steps] == [
        "Reach and token",
        "Rights",
        "Inbox",
        "Answered once",
        "Agents",
        "Webhook",
    ]
    assert all(each.ok for each in steps) and bridge.health().ok


def test_a_check_stops_at_a_wrong_token_and_names_the_setting(peer: ChatwootPeer) -> None:
    given = around("chatwoot", {**peer.settings, "token": "not-the-token"})
    (step,) = PLUG.open(given).check()
    assert not step.ok and "Invalid Access Token" in step.says
    assert "[bridges.chatwoot] token" in step.says and "not-the-token" not in step.says
    given.outbound.close()


def test_a_check_finds_an_inbox_that_is_not_there(peer: ChatwootPeer) -> None:
    given = around("chatwoot", {**peer.settings, "inbox": 8})
    last = PLUG.open(given).check()[-1]
    assert not last.ok and last.name == "Inbox" and "[bridges.chatwoot] inbox" in last.says
    given.outbound.close()


def test_the_guide_names_our_address_and_what_to_switch_off(bridge: Chatwoot) -> None:
    guide = bridge.guide("https://support.nordlys.example/bridges/chatwoot")
    assert "`https://support.nordlys.example/bridges/chatwoot`" in guide and "Switch off" in guide
    assert len(guide.splitlines()) <= 50
