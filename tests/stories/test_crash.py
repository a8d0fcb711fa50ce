"""kill -9 in the middle of conversations: what was acknowledged is there, once, in order, and is answered."""

from __future__ import annotations

import hashlib
import random
import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests

import bot
from bot.conversation import ConversationId, Holder
from bot.opening import open_house
from bot.store import Store
from config.clock import SystemClock
from config.database import open_database
from config.settings import load_settings
from tests.server import UNLIMITED, start

_PAUSE = threading.Event()
KILLS = 20
CUSTOMERS = 6
WORDS = (
    "how long do I have to send something back?",
    "my wifi is slow upstairs",
    "where is my order NT-10427",
    "thank you",
    "glorp wibble",
    "let me talk to a person",
)


@dataclass
class Journal:
    """What one customer sent, what was acknowledged, and what was read back."""

    address: str
    conversation: str = ""
    token: str = ""
    sent: dict[str, str] = field(default_factory=dict)
    acknowledged: dict[str, int] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)


@pytest.mark.parametrize("kills", [1, pytest.param(KILLS, marks=pytest.mark.slow)])
def test_kills_lose_double_and_reorder_nothing(data: Path, kills: int) -> None:
    server = start(data, env=UNLIMITED)
    port = int(server.address.rsplit(":", 1)[1])
    journals = [Journal(server.address) for _ in range(CUSTOMERS)]
    done = threading.Event()
    customers = [
        threading.Thread(target=_customer, args=(journal, done, random.Random(seed)))
        for seed, journal in enumerate(journals)
    ]
    for customer in customers:
        customer.start()
    moments = random.Random(7)
    try:
        for _ in range(kills):
            _until(lambda: all(j.conversation for j in journals))
            through = sum(len(j.acknowledged) for j in journals) + moments.randint(1, 12)
            _until(lambda enough=through: sum(len(j.acknowledged) for j in journals) >= enough)  # type: ignore[misc]
            server.kill()
            server = start(data, port=port, env=UNLIMITED)
    finally:
        done.set()
        for customer in customers:
            customer.join()
        server.kill()
    assert sum(len(journal.acknowledged) for journal in journals) > kills
    check_invariants(data, journals)


def check_invariants(data: Path, journals: list[Journal]) -> None:
    """I1 durable, I2 no ghost, I3 order, I5 one holder and a case for every queue, I6 answered."""
    # A start is what heals: the workers open the promised cases and take the turns that were cut short.
    house = open_house(load_settings(data, {}))
    house.workers.drain()
    house.close()
    database = open_database(data / "bot.db", Path(bot.__path__[0]) / "migrations")
    store = Store(database, SystemClock())
    try:
        for journal in journals:
            conversation = ConversationId(journal.conversation)
            messages = store.messages(conversation)
            assert [m.number for m in messages] == list(range(1, len(messages) + 1)), "I3"
            mine = {m.client_id: m for m in messages if m.author == "customer"}
            for client_id, number in journal.acknowledged.items():
                stored = mine[client_id]
                assert stored.number == number, "I1: acknowledged under another number"
                assert _sha(stored.text) == _sha(journal.sent[client_id]), "I1"
            assert set(mine) <= set(journal.sent), "I2"
            assert len(mine) == sum(m.author == "customer" for m in messages), "I1: doubled"
            in_order = [client_id for client_id in journal.order if client_id in mine]
            assert in_order == sorted(in_order, key=lambda c: mine[c].number), "I3: sender's order"
            standing = store.get(conversation)
            assert standing.handled == max((m.number for m in mine.values()), default=0), "I6"
            if standing.holder is Holder.QUEUE:
                promise = store.promise_of(conversation)
                assert promise is not None and promise.case is not None, "I5"
    finally:
        database.close()


def _customer(journal: Journal, done: threading.Event, rng: random.Random) -> None:
    base = f"{journal.address}/chat/api/conversations"
    while not done.is_set() and not journal.conversation:
        try:
            begun = requests.post(base, json={"language": "en"}, timeout=5).json()
            journal.conversation, journal.token = begun["conversation_id"], begun["token"]
        except (requests.RequestException, ValueError, KeyError):
            done.wait(0.05)
    headers = {"Authorization": f"Bearer {journal.token}"}
    while not done.is_set():
        client_id, text = str(uuid.UUID(int=rng.getrandbits(128))), rng.choice(WORDS)
        journal.sent[client_id] = text
        journal.order.append(client_id)
        while not done.is_set() and client_id not in journal.acknowledged:
            try:
                answer = requests.post(
                    f"{base}/{journal.conversation}/messages",
                    json={"client_id": client_id, "text": text},
                    headers=headers,
                    timeout=5,
                )
                if answer.status_code == 202:
                    journal.acknowledged[client_id] = answer.json()["number"]
            except requests.RequestException:
                done.wait(0.05)


def _until(true: object, within: float = 60) -> None:
    end = time.monotonic() + within
    while not true():  # type: ignore[operator]
        if time.monotonic() > end:
            pytest.fail("the customers got nothing acknowledged within a minute")
        _PAUSE.wait(0.002)


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
