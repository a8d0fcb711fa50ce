"""What a homeserver pushes, as we understand it: recorded bytes, and no homeserver."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest

from handoff.bridges import Incoming, RawRequest
from handoff.bridges.errors import BadRequestError, BadSignatureError
from handoff.bridges.matrix.bridge import Matrix
from handoff.case import CaseStatus
from tests.handoff.bridges.mirrored import around

SETTINGS = {
    "url": "http://127.0.0.1:1",
    "server": "desk.test",
    "lobby": "#support:desk.test",
    "as_token": "as-secret",
    "hs_token": "hs-secret",
}
NOW = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)


@pytest.fixture
def bridge() -> Iterator[Matrix]:
    given = around("matrix", SETTINGS)
    with closing(given.outbound):
        yield Matrix.open(given)


def request(
    body: object, *, method: str = "PUT", path: str = "transactions/7", token: str = ""
) -> RawRequest:
    headers = {"authorization": f"Bearer {token or SETTINGS['hs_token']}"}
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return RawRequest(method, headers, {}, raw, f"https://house/bridges/matrix/_matrix/app/v1/{path}")


def event(
    content: object, sender: str = "@omar:desk.test", type: str = "m.room.message"
) -> dict[str, object]:
    return {
        "event_id": "$1",
        "room_id": "!case:desk.test",
        "sender": sender,
        "type": type,
        "origin_server_ts": 1_795_374_000_000,
        "content": content,
    }


def told(bridge: Matrix, content: object, **of: str) -> Incoming:
    [said] = bridge.parse(request({"events": [event(content, **of)]}))
    return said


def text(body: str) -> dict[str, object]:
    return {"msgtype": "m.text", "body": body}


def test_what_a_person_writes_is_for_the_customer(bridge: Matrix) -> None:
    said = told(bridge, text("Hello"))
    assert (said.type, said.visibility, said.author_kind) == ("agent_message", "public", "agent")
    assert (said.event_id, said.case_key, said.text, said.thin) == ("$1", "!case:desk.test", "Hello", True)
    assert said.occurred_at == datetime(2026, 11, 22, 19, 0, tzinfo=UTC)


@pytest.mark.parametrize("body", ["note: he pays late", "Private : he pays late", "NOTE:he pays late"])
def test_what_begins_as_a_note_stays_there(bridge: Matrix, body: str) -> None:
    said = told(bridge, text(body))
    assert (said.type, said.visibility, said.text) == ("agent_note", "private", "he pays late")


@pytest.mark.parametrize(
    "content",
    [
        {"msgtype": "m.notice", "body": "I am a program"},
        {"msgtype": "m.emote", "body": "waves"},
        {"msgtype": "org.example.poll", "body": "a poll"},
        {"msgtype": "m.text", "body": "!resovle"},
    ],
)
def test_whatever_else_is_said_is_private(bridge: Matrix, content: object) -> None:
    assert told(bridge, content).visibility == "private"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("!resolve", CaseStatus.RESOLVED),
        (" !CLOSE done", CaseStatus.RESOLVED),
        ("!reopen", CaseStatus.OPEN),
        ("!snooze", CaseStatus.SNOOZED),
    ],
)
def test_a_command_is_a_status(bridge: Matrix, body: str, status: CaseStatus) -> None:
    said = told(bridge, text(body))
    assert (said.type, said.status) == ("status", status)


def test_who_claims_has_it(bridge: Matrix) -> None:
    said = told(bridge, text("!claim"))
    assert (said.type, said.assignee) == ("assigned", "@omar:desk.test")


@pytest.mark.parametrize("sender", ["@firstline:desk.test", "@firstline_0a1b:desk.test"])
def test_our_users_are_no_people_and_others_with_such_a_name_elsewhere_are(
    bridge: Matrix, sender: str
) -> None:
    assert told(bridge, text("Hello"), sender=sender).author_kind == "system"
    elsewhere = sender.replace("desk.test", "other.test")
    assert told(bridge, text("Hello"), sender=elsewhere).author_kind == "agent"


@pytest.mark.parametrize("body", ["!resolve", "!claim", "Hello"])
def test_what_a_customer_writes_through_us_is_no_command_and_no_answer(bridge: Matrix, body: str) -> None:
    said = told(bridge, text(body), sender="@firstline_0a1b:desk.test")
    assert (said.type, said.visibility, said.status) == ("agent_note", "private", None)


def test_an_edit_and_a_deletion_are_about_the_message(bridge: Matrix) -> None:
    edit = {**text("* Helo"), "m.new_content": text("Hello")}
    edited = told(bridge, {**edit, "m.relates_to": {"rel_type": "m.replace", "event_id": "$0"}})
    assert (edited.type, edited.about, edited.text) == ("edited", "$0", "Hello")
    deleted = told(bridge, {"redacts": "$0"}, type="m.room.redaction")
    assert (deleted.type, deleted.about) == ("deleted", "$0")


def test_what_a_message_answers_is_not_said_again(bridge: Matrix) -> None:
    body = "> <@maya:desk.test> where is it?\n> really\n\nOn its way."
    answer = {**text(body), "m.relates_to": {"m.in_reply_to": {"event_id": "$0"}}}
    assert told(bridge, answer).text == "On its way."
    assert told(bridge, text("> a quotation of my own")).text == "> a quotation of my own"


def test_a_file_has_its_caption_and_no_other_words(bridge: Matrix) -> None:
    info = {"mimetype": "application/pdf", "size": 17}
    at = {"msgtype": "m.file", "url": "mxc://desk.test/abc", "info": info}
    named = told(bridge, {**at, "body": "label.pdf", "filename": "label.pdf"})
    assert (named.text, named.files[0].name, named.files[0].size) == ("", "label.pdf", 17)
    assert told(bridge, {**at, "body": "your label", "filename": "label.pdf"}).text == "your label"


def test_who_writes_is_seen(bridge: Matrix) -> None:
    who = {"user_ids": ["@omar:desk.test", "@firstline_0a1b:desk.test"]}
    fleeting = {"type": "m.typing", "room_id": "!case:desk.test", "content": who}
    [said] = bridge.parse(request({"events": [], "ephemeral": [fleeting]}))
    assert (said.type, said.author, said.case_key) == ("typing", "@omar:desk.test", "!case:desk.test")


@pytest.mark.parametrize(
    "body",
    [
        {"events": [{}, 7, None, {"type": "m.room.message"}, event({}), event({"body": 7})]},
        {"events": "none"},
        {},
    ],
)
def test_what_makes_no_sense_is_nothing(bridge: Matrix, body: object) -> None:
    assert list(bridge.parse(request(body))) == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff"])
def test_what_is_no_object_is_told_so(bridge: Matrix, body: bytes) -> None:
    with pytest.raises(BadRequestError):
        bridge.parse(request(body))


def test_only_the_homeserver_is_believed(bridge: Matrix) -> None:
    bridge.verify(request({}), NOW)
    for token in ("as-secret", "hs-secre", "hs-secret2", "ÿ"):
        with pytest.raises(BadSignatureError, match="hs_token"):
            bridge.verify(request({}, token=token), NOW)


def test_a_ping_is_answered_and_a_question_about_a_room_is_denied(bridge: Matrix) -> None:
    ping = request({"transaction_id": "1"}, method="POST", path="ping")
    assert bridge.challenge(ping) is None and list(bridge.parse(ping)) == []
    asked = bridge.challenge(request(b"", method="GET", path="rooms/%23firstline_case_1%3Adesk.test"))
    assert asked is not None and asked.status == 404 and json.loads(asked.body)["errcode"] == "M_NOT_FOUND"
