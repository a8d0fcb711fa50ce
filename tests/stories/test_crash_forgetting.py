"""A server that dies while it forgets somebody has forgotten them once it is up again."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

import pytest
import requests

from bot.conversation import ConversationId
from bot.opening import MIGRATIONS
from bot.store.erasing import Erasure, ErasureStore
from config.clock import SystemClock
from config.database import open_database
from tests.furnishing import never_closed
from tests.mortal import KILLED, living

CANARY = "zwitscherling"
WITHIN = 60.0  # seconds
DIES_AT = ("bot.erasure.asked", "bot.erasure.emptied")


def wait_for(address: str) -> None:
    """Until the server answers."""
    until = time.monotonic() + WITHIN
    while True:
        try:
            requests.get(f"{address}/health/live", timeout=5)
            return
        except requests.ConnectionError:
            assert time.monotonic() < until
            time.sleep(0.2)


def says(address: str, text: str) -> ConversationId:
    """Begin a conversation that is handed over, and say this in it; which one."""
    api = f"{address}/chat/api/conversations"
    begun = requests.post(api, json={}, timeout=30).json()
    headers = {"Authorization": f"Bearer {begun['token']}"}
    for number, each in enumerate(("I want to talk to a person", text)):
        body = {"client_id": str(number), "text": each}
        requests.post(f"{api}/{begun['conversation_id']}/messages", json=body, headers=headers, timeout=30)
    return ConversationId(begun["conversation_id"])


def done(erasures: ErasureStore, number: int) -> Erasure:
    until = time.monotonic() + WITHIN
    while time.monotonic() < until:
        found = erasures.one(number)
        assert found is not None
        if found.state == "done":
            return found
        time.sleep(0.2)
    raise AssertionError("it was not forgotten in time")


@pytest.mark.slow
def test_a_promise_to_forget_outlives_the_server(data: Path) -> None:
    with living(never_closed(data), {}, *DIES_AT) as server:
        wait_for(server.address)
        conversation = says(server.address, f"my {CANARY} is broken")
        with closing(open_database(data / "bot.db", MIGRATIONS)) as database:
            erasures = ErasureStore(database, SystemClock())
            number = erasures.ask(conversation, by="ada@nettly.example", words=(CANARY,))
            erasure = done(erasures, number)
        assert server.deaths == [KILLED, KILLED]
        assert erasure.proof is None  # the second death took along what to look for
        kept = {path for path in data.rglob("*") if path.is_file() and path.suffix != ".log"}
        assert [path for path in kept if CANARY.encode() in path.read_bytes()] == []
