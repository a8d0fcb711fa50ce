from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from handoff.bridges import Incoming, RawRequest
from handoff.bridges.chatwoot.incoming import events, message, plain, verify
from handoff.bridges.errors import BadRequestError, BadSignatureError
from handoff.bridges.reading import read_object
from handoff.case import CaseStatus
from tests.peers.chatwoot import SECRET, signed

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
AT = int(NOW.timestamp())

WROTE: Mapping[str, object] = {
    "event": "message_created",
    "id": 7001,
    "content": "Your refund is on its way.",
    "message_type": "outgoing",
    "content_type": "text",
    "content_attributes": {},
    "created_at": "2026-11-23T09:59:58.120Z",
    "private": False,
    "source_id": None,
    "sender": {"id": 12, "name": "Ines Berg", "email": "ines@desk.test", "type": "user"},
    "inbox": {"id": 7, "name": "Firstline"},
    "conversation": {"id": 31, "inbox_id": 7, "status": "open"},
    "account": {"id": 3, "name": "Nordlys"},
}
CHANGED: Mapping[str, object] = {
    "event": "conversation_status_changed",
    "id": 31,
    "inbox_id": 7,
    "status": "resolved",
    "updated_at": 1795427999.25,
    "meta": {"assignee": {"id": 12, "name": "Ines Berg", "available_name": "Ines"}},
    "changed_attributes": [{"status": {"previous_value": "open", "current_value": "resolved"}}],
}


def read(told: Mapping[str, object]) -> tuple[Incoming, ...]:
    return events(read_object(json.dumps(told).encode()), 7, str(AT))


def request(told: Mapping[str, object], at: int = AT, secret: str = SECRET) -> RawRequest:
    webhook = signed(json.dumps(told).encode(), at, secret)
    headers = {name.lower(): value for name, value in webhook.headers.items()}
    return RawRequest("POST", headers, {}, webhook.body, "https://house/bridges/chatwoot")


def test_what_an_agent_writes_to_the_customer_is_public() -> None:
    (said,) = read(WROTE)
    assert (said.type, said.visibility, said.author_kind) == ("agent_message", "public", "agent")
    assert (said.event_id, said.case_key, said.author, said.author_name) == (
        "msg:7001",
        "31",
        "12",
        "Ines Berg",
    )
    assert said.occurred_at == datetime(2026, 11, 23, 9, 59, 58, 120000, UTC)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"private": True}, "agent"),
        ({"private": None}, "agent"),
        ({"private": "false"}, "agent"),
        ({"source_id": "firstline/k2"}, "bot"),
        ({"sender": {"id": 4, "name": "Captain", "type": "agent_bot"}}, "bot"),
        ({"sender": None}, "system"),
        ({"sender": {"name": "nobody"}}, "system"),
    ],
    ids=str,
)
def test_whatever_is_not_plainly_an_agents_public_word_stays_private(
    change: Mapping[str, object], kind: str
) -> None:
    (said,) = read({**WROTE, **change})
    assert (said.type, said.visibility, said.author_kind) == ("agent_note", "private", kind)


@pytest.mark.parametrize(
    "change",
    [
        {"message_type": "incoming"},
        {"message_type": "template"},
        {"message_type": "activity"},
        {"message_type": "campaign"},
        {"inbox": {"id": 8}},
        {"event": "message_updated"},
        {"event": "webwidget_triggered"},
    ],
    ids=str,
)
def test_what_is_nothing_to_us_is_let_go(change: Mapping[str, object]) -> None:
    assert read({**WROTE, **change}) == ()


def test_a_deleted_message_names_the_one_it_was() -> None:
    (gone,) = read({**WROTE, "event": "message_updated", "content_attributes": {"deleted": True}})
    assert (gone.type, gone.about, gone.event_id, gone.text) == (
        "deleted",
        "msg:7001",
        "msg:7001:deleted",
        "",
    )


def test_a_change_of_status_and_of_who_has_it_are_told() -> None:
    (resolved,) = read(CHANGED)
    assert (resolved.type, resolved.status, resolved.case_key) == ("status", CaseStatus.RESOLVED, "31")
    both = [{"status": {}}, {"assignee_id": {}}]
    _, given = read({**CHANGED, "event": "conversation_updated", "changed_attributes": both})
    assert (given.type, given.assignee, given.author_name) == ("assigned", "Ines", "Ines")
    nobody = {"meta": {}, "changed_attributes": [{"assignee_id": {}}]}
    (released,) = read({**CHANGED, **nobody})
    assert released.assignee == ""


@pytest.mark.parametrize(
    "change", [{"status": "archived"}, {"inbox_id": 8}, {"changed_attributes": "status"}]
)
def test_other_changes_are_let_go(change: Mapping[str, object]) -> None:
    assert read({**CHANGED, **change}) == ()


def test_who_writes_a_note_is_not_seen_writing() -> None:
    typing = {
        "event": "conversation_typing_on",
        "conversation": WROTE["conversation"],
        "user": WROTE["sender"],
    }
    assert [each.visibility for each in read({**typing, "is_private": False})] == ["public"]
    assert [each.visibility for each in read({**typing, "is_private": True})] == ["private"]
    assert [each.visibility for each in read(typing)] == ["private"]
    assert read({**typing, "user": {"id": 9, "type": "contact"}}) == ()


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"[" * 100_000, b"{}", b'{"event": null}'])
def test_what_can_not_be_read_is_refused(body: bytes) -> None:
    with pytest.raises(BadRequestError):
        events(read_object(body), 7, str(AT))


@pytest.mark.parametrize("key", ["id", "conversation"])
def test_a_message_without_an_id_is_refused(key: str) -> None:
    with pytest.raises(BadRequestError, match="without the id"):
        read({name: value for name, value in WROTE.items() if name != key})


VALUES = (None, 5, -1.5, "x", [], [None], {}, {"id": {}}, True)


@pytest.mark.parametrize("key", [*WROTE, "attachments", "changed_attributes"])
def test_no_value_of_a_webhook_breaks_the_reader(key: str) -> None:
    for value in VALUES:
        for whole in (WROTE, CHANGED):
            with contextlib.suppress(BadRequestError):
                assert len(read({**whole, key: value})) < 3


def test_half_an_emoji_and_a_zero_become_storable() -> None:
    said = message(read_object(rb'{"id": 1, "message_type": 1, "content": "a\ud83d b\u0000c"}'), "1")
    assert said is not None and said.text == "a? bc"


def test_a_request_is_believed_that_the_secret_has_signed() -> None:
    verify(request(WROTE), SECRET, "settings", NOW)


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (request(WROTE, secret="other"), "another secret"),
        (request(WROTE, at=AT - 301), "older than five minutes"),
        (request(WROTE, at=AT + 301), "older than five minutes"),
        (RawRequest("POST", {}, {}, b"{}", ""), "X-Chatwoot-Timestamp"),
        (RawRequest("POST", {"x-chatwoot-timestamp": "²"}, {}, b"{}", ""), "X-Chatwoot-Timestamp"),
        (RawRequest("POST", {"x-chatwoot-timestamp": str(AT)}, {}, b"{}", ""), "another secret"),
    ],
)
def test_other_requests_are_not(asked: RawRequest, why: str) -> None:
    with pytest.raises(BadSignatureError, match=why):
        verify(asked, SECRET, "settings", NOW)


def test_without_a_secret_nothing_is_believed() -> None:
    with pytest.raises(BadSignatureError, match="write it to settings"):
        verify(request(WROTE, secret=""), "", "settings", NOW)


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("**Hello**, 2 * 3 * 4", "Hello, 2 * 3 * 4"),
        ("1\\. first", "1. first"),
        ("[https://shop.example](https://shop.example)", "https://shop.example"),
        ("[shop.example](https://shop.example)", "https://shop.example"),
        ("![alt](https://x.example/a.png)", "![alt](https://x.example/a.png)"),
        ("🙂 שלום <b>a & b</b>", "🙂 שלום <b>a & b</b>"),
        ("****", "****"),
    ],
)
def test_markdown_reads_as_people_read_it(markdown: str, text: str) -> None:
    assert plain(markdown) == text
