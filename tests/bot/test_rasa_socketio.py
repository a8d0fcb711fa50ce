"""Rasa's Socket.IO wire, packet by packet, against a real server with a bot that repeats what it hears."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import jwt
import pytest
import requests
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from bot.channels.rasa_socketio import SocketIoSettings
from bot.errors import CredentialsError
from tests.bot.echo_bot import echoing
from tests.bot.polling import Polling

KEY = "a key that is long enough to sign tokens with"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with echoing(tmp_path_factory.mktemp("echo"), None, "https://shop.example") as running:
        yield running


def test_the_handshake_is_engine_io_4(address: str) -> None:
    client = Polling(address)
    assert client.opened.keys() >= {"sid", "upgrades", "pingTimeout", "pingInterval"}
    assert (client.opened["pingTimeout"], client.opened["pingInterval"]) == (20000, 25000)
    assert client.opened["upgrades"] == ["websocket"]
    assert client.answer.startswith('40{"sid":')
    client.leaves()


def test_an_older_engine_io_is_refused_as_rasa_refuses_it(address: str) -> None:
    answer = requests.get(f"{address}/socket.io/?EIO=3&transport=polling", timeout=20)
    assert answer.status_code == 400
    assert answer.json() == (
        "The client is using an unsupported version of the Socket.IO or Engine.IO protocols"
    )


def test_a_new_session_gets_a_name_and_a_known_one_keeps_it(address: str) -> None:
    client = Polling(address)
    session = client.begins()
    assert len(session) == 32 and client.begins(session) == session
    client.leaves()


def test_a_message_is_answered_in_the_session(address: str) -> None:
    client = Polling(address)
    client.writes("hello", client.begins())
    assert client.hears() == ("bot_uttered", {"text": "hello"})
    client.leaves()


def test_everything_a_response_carries_has_exactly_its_keys(address: str) -> None:
    client = Polling(address)
    client.writes("rich", client.begins())
    picture, film = "https://pictures.example/a.png", "https://pictures.example/a.mp4"
    assert [client.hears()[1] for _ in range(6)] == [
        {"text": "One.", "quick_replies": []},
        {
            "text": "Two.",
            "quick_replies": [{"content_type": "text", "title": "Yes", "payload": "/affirm"}],
        },
        {"type": "map"},
        {"attachment": {"type": "image", "payload": {"src": picture}}},
        {"attachment": {"type": "video", "payload": {"title": "How", "src": film}}},
        {
            "attachment": {
                "type": "template",
                "payload": {
                    "template_type": "generic",
                    "elements": [{"title": "Lamp", "subtitle": "It shines", "buttons": []}],
                },
            }
        },
    ]
    client.leaves()


@pytest.mark.parametrize("metadata", [{"page": "/shop"}, '{"page": "/shop"}'])
def test_metadata_may_be_an_object_or_its_text(address: str, metadata: object) -> None:
    client = Polling(address)
    client.writes("what did I send?", client.begins(), metadata=metadata)
    _, said = client.hears()
    assert isinstance(said, dict)
    assert json.loads(said["text"]) == {"input_channel": "socketio", "metadata": {"page": "/shop"}}
    client.leaves()


def test_two_sockets_of_a_session_hear_the_same(address: str) -> None:
    one, other = Polling(address), Polling(address)
    session = one.begins()
    other.begins(session)
    one.writes("both", session)
    assert one.hears() == other.hears() == ("bot_uttered", {"text": "both"})
    one.leaves()
    other.leaves()


def test_messages_keep_their_order(address: str) -> None:
    client = Polling(address)
    session = client.begins()
    packets = [
        "42" + json.dumps(["user_uttered", {"message": str(n), "session_id": session}]) for n in range(20)
    ]
    client.sends("\x1e".join(packets[:10]))
    client.sends("\x1e".join(packets[10:]))
    assert [client.hears()[1] for _ in range(20)] == [{"text": str(n)} for n in range(20)]
    client.leaves()


def test_what_was_said_to_nobody_follows_when_the_session_is_asked_for_again(address: str) -> None:
    client = Polling(address)
    session = client.begins()
    client.writes("hello", session)
    client.hears()
    client.leaves()
    requests.post(f"{address}/says/rasa_socketio/{session}/Ines here", timeout=20)
    again = Polling(address)
    again.begins(session)
    assert again.hears() == ("bot_uttered", {"text": "Ines here"})
    requests.post(f"{address}/says/rasa_socketio/{session}/Still here", timeout=20)
    assert again.hears() == ("bot_uttered", {"text": "Still here"})
    again.leaves()


def test_a_message_without_its_session_is_ignored(address: str) -> None:
    client = Polling(address)
    session = client.begins()
    for data in ({"message": "lost"}, {"message": "lost", "session_id": 7}, ["lost"], "lost", None, 7):
        client.says("user_uttered", data)
    client.writes("kept", session)
    assert client.hears() == ("bot_uttered", {"text": "kept"})
    client.leaves()


def test_a_long_message_is_taken_and_a_longer_one_is_told_so(address: str) -> None:
    client = Polling(address)
    session = client.begins()
    client.writes("🦔" * 8_000, session)
    assert client.hears() == ("bot_uttered", {"text": "🦔" * 8_000})
    client.writes("x" * 8_001, session)
    _, told = client.hears()
    assert isinstance(told, dict) and "in parts" in told["text"]
    client.leaves()


@pytest.mark.parametrize(
    "packet",
    [
        *("", "4", "42", "42{", "42[]", "42{}", "42[7]", "42[null]", "9", "45", "451-[", "43", "44"),
        '42["connect",{}]',
        '42["disconnect"]',
        '42["session_request"]',
        '42["user_uttered"]',
        '42["nobody_listens",{}]',
        '42/other,["user_uttered",{}]',
        '42["user_uttered",{"message":"x","session_id":"' + "x" * 500 + '"}]',
        '42["user_uttered",{"message":"x","session_id":"s","metadata":"{"}]',
        '42["user_uttered",' + "[" * 5_000 + "]" * 5_000 + "]",
        b"\xff\xfe",
        b"b!!!",
    ],
)
def test_a_malformed_packet_harms_nobody(address: str, packet: str | bytes) -> None:
    hostile = Polling(address)
    hostile.sends(packet)
    client = Polling(address)
    client.writes("hello", client.begins())
    assert client.hears() == ("bot_uttered", {"text": "hello"})
    client.leaves()


def test_a_huge_payload_is_refused(address: str) -> None:
    client = Polling(address)
    answer = client.sends(b"4" * 300_000)
    assert answer.status_code == 413
    body = iter([b"4" * 100_000] * 4)
    assert requests.post(client.url, data=body, timeout=20).status_code == 413
    client.leaves()


def test_an_unknown_session_of_the_transport_is_refused(address: str) -> None:
    answer = requests.post(f"{address}/socket.io/?EIO=4&transport=polling&sid=x", data="40", timeout=20)
    assert (answer.status_code, answer.json()) == (400, "Invalid session x")


def test_only_known_origins_may_connect(address: str) -> None:
    url = f"{address}/socket.io/?EIO=4&transport=polling"
    known = requests.get(url, headers={"Origin": "https://shop.example"}, timeout=20)
    assert known.headers["Access-Control-Allow-Origin"] == "https://shop.example"
    assert requests.get(url, headers={"Origin": address}, timeout=20).status_code == 200
    assert requests.get(url, headers={"Origin": "https://evil.example"}, timeout=20).status_code == 400


def test_a_websocket_speaks_the_same(address: str) -> None:
    with connect(f"{address.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket") as socket:
        assert str(socket.recv()).startswith("0{")
        socket.send("40")
        socket.recv()
        socket.send('42["session_request",{"session_id":"by-websocket"}]')
        assert socket.recv() == '42["session_confirm","by-websocket"]'
        socket.send('42["user_uttered",{"message":"hello","session_id":"by-websocket"}]')
        assert socket.recv() == '42["bot_uttered",{"text":"hello"}]'


@pytest.mark.parametrize("path", ["/", "/webhooks/rest/webhook", "/socket.iox/"])
def test_a_websocket_elsewhere_is_closed(address: str, path: str) -> None:
    with pytest.raises(InvalidStatus, match="403"):
        connect(f"{address.replace('http', 'ws')}{path}?EIO=4&transport=websocket")


def test_credentials_name_everything(tmp_path: Path) -> None:
    credentials = {
        "user_message_evt": "asks",
        "bot_message_evt": "answers",
        "namespace": "/support",
        "socketio_path": "/live",
        "metadata_key": "customData",
        "jwt_key": KEY,
        "jwt_method": "HS256",
    }
    with echoing(tmp_path, credentials) as address:
        where = {"path": "/live/", "namespace": "/support,"}
        for auth in (None, {"token": "x"}, {"token": jwt.encode({}, KEY + "!", "HS256")}, "x"):
            assert Polling(address, auth, **where).answer.startswith("44/support,")
        client = Polling(address, {"token": jwt.encode({"user": "maya"}, KEY, "HS256")}, **where)
        assert client.answer.startswith("40/support,")
        # Without persistence the socket is the session, whatever it says.
        client.says("asks", {"message": "what did I send?", "customData": {"language": "nb"}})
        name, said = client.hears()
        assert name == "answers" and isinstance(said, dict)
        assert json.loads(said["text"])["metadata"] == {"language": "nb"}
        client.leaves()


@pytest.mark.parametrize(
    ("key", "value"),
    [("socketio_path", "live"), ("session_persistence", "yes"), ("jwt_key", 7), ("namespace", [])],
)
def test_credentials_that_cannot_be_are_refused(key: str, value: object) -> None:
    with pytest.raises(CredentialsError, match=key):
        SocketIoSettings.of({key: value})  # type: ignore[dict-item]


def test_the_key_is_not_shown() -> None:
    assert KEY not in repr(SocketIoSettings.of({"jwt_key": KEY}))
