"""Why the bot said what it said, for an operator to read."""

from __future__ import annotations

from pathlib import Path

import pytest

import bot
from bot.conversation import ConversationId, Draft
from bot.errors import NoConversationError
from bot.store import Outcome, Store
from bot.tracing import in_words, trace
from config.database import open_database
from tests.fakes import FakeClock

MAYA = ConversationId("c-maya")
TOLD = {
    "reading": [{"name": "parcel", "confidence": 0.91}, {"name": "refund", "confidence": 0.04}],
    "because": "close to “where is it” (0.88)",
    "examples": [["where is it", 0.88]],
    "words": [["parcel", 1.25]],
    "decisions": [{"action": "utter_parcel", "because": "the rule 'parcels' says so"}],
    "failures": ["action 'action_look' failed: no answer within 5 s"],
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    database = open_database(tmp_path / "bot.db", Path(bot.__path__[0]) / "migrations")
    store = Store(database, FakeClock())
    store.begin(MAYA, channel="rasa_rest", address="maya", language="en")
    store.receive(MAYA, Draft("customer", "where is my parcel"))
    store.write(MAYA, Outcome(drafts=(Draft("bot", "On its way"),), handled=1, trace=TOLD))
    database.close()
    return tmp_path


@pytest.mark.parametrize("named", [MAYA, "maya"])
def test_a_turn_is_found_by_the_conversation_or_by_its_sender(data: Path, named: str) -> None:
    assert trace(data / "bot.db", named) == [{"message": 1, "text": "where is my parcel", **TOLD}]


def test_a_turn_reads_from_the_message_to_what_was_done(data: Path) -> None:
    assert list(in_words(trace(data / "bot.db", "maya"))) == [
        "1  where is my parcel",
        "     0.91 parcel",
        "     0.04 refund",
        "     for it is close to “where is it” (0.88)",
        "     words that mattered: parcel (+1.25)",
        "     -> utter_parcel: the rule 'parcels' says so",
        "     !! action 'action_look' failed: no answer within 5 s",
    ]


def test_nobody_is_traced_who_never_wrote(data: Path) -> None:
    with pytest.raises(NoConversationError):
        trace(data / "bot.db", "omar")
