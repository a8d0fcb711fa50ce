"""What was promised to be forgotten is, whatever comes in between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import bot
from bot.conversation import ConversationId, Draft
from bot.errors import StillTrainingError
from bot.privacy.forgetting import Forgetting
from bot.store import Store
from bot.store.erasing import ErasureStore
from bot.store.tables import JsonObject
from config.database import Database, NotErasedError, open_database
from tests.fakes import FakeClock

MAYA = ConversationId("maya")


@dataclass
class Shelf:
    """A part of the house: how much of a conversation it still has, and what is in its way."""

    has: list[int] = field(default_factory=lambda: [1, 0])
    troubles: list[Exception] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def take_out(self, conversation: str, by: str) -> int:
        if self.troubles and isinstance(self.troubles[0], StillTrainingError):
            raise self.troubles.pop(0)
        self.told.append(f"{conversation} by {by}")
        return self.has.pop(0) if self.has else 0

    def overwrite(self) -> None:
        if self.troubles:
            raise self.troubles.pop(0)
        self.told.append("overwritten")


@dataclass
class House:
    """The verb over a real store, with parts that are told what to do."""

    database: Database
    shelves: tuple[Shelf, ...] = (Shelf(), Shelf())
    dropped: list[str] = field(default_factory=list)
    looked_for: list[tuple[str, ...]] = field(default_factory=list)
    left: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.store = Store(self.database, FakeClock())
        self.erasures = ErasureStore(self.database, FakeClock())
        self.forgetting = self.opened()

    def opened(self) -> Forgetting:
        """As a process has it that has just been started."""
        return Forgetting(
            self.erasures,
            self.shelves,
            words=lambda conversation: ("zwitscherling",),
            alone=self.alone,
            drop=self.dropped.append,
            look=self.look,
        )

    @contextmanager
    def alone(self, conversation: ConversationId) -> Iterator[None]:
        yield

    def look(self, words: Sequence[str]) -> JsonObject:
        self.looked_for.append(tuple(words))
        return {"files": 3, "bytes": 9, "found": self.left if words else {}}

    def talks(self) -> None:
        self.store.begin(MAYA, channel="web", address=MAYA, language="en")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    database = open_database(tmp_path / "bot.db", Path(bot.__path__[0]) / "migrations")
    made = House(database, (Shelf(), Shelf()))
    made.talks()
    yield made
    database.close()


def test_every_part_is_emptied_and_overwritten_and_all_bytes_are_looked_at(house: House) -> None:
    house.forgetting.forget(MAYA, by="ada")
    assert house.forgetting.work()
    for shelf in house.shelves:
        assert shelf.told == ["maya by ada", "overwritten", "maya by ada"]
    assert house.looked_for == [("zwitscherling",)] and "maya" in house.dropped
    (erasure,) = house.erasures.latest(1)
    assert erasure.proof == {"files": 3, "bytes": 9, "found": {}, "words": 1}
    assert not house.forgetting.work()


def test_what_was_written_meanwhile_goes_too(house: House) -> None:
    house.shelves[1].has[:] = [1, 2, 1, 0]
    house.forgetting.forget(MAYA, by="ada")
    house.forgetting.work()
    assert house.shelves[1].told == [*["maya by ada", "overwritten"] * 3, "maya by ada"]


@pytest.mark.parametrize("trouble", [NotErasedError("kb.db"), StillTrainingError()])
def test_what_is_in_the_way_now_is_tried_again(house: House, trouble: Exception) -> None:
    house.shelves[1].troubles.append(trouble)
    house.forgetting.forget(MAYA, by="ada")
    assert not house.forgetting.work()
    assert house.erasures.latest(1)[0].state != "done"
    assert house.forgetting.work()
    assert house.erasures.latest(1)[0].proof is not None


def test_another_process_goes_on_after_a_crash_before_anything_was_done(house: House) -> None:
    house.forgetting.forget(MAYA, by="ada")
    assert house.opened().work()
    assert house.shelves[0].told[0] == "maya by ada"
    assert house.looked_for == [("zwitscherling",)]


def test_after_a_crash_that_took_the_words_along_the_bytes_are_overwritten_all_the_same(house: House) -> None:
    house.erasures.emptied(house.forgetting.forget(MAYA, by="ada"))
    assert house.opened().work()
    assert [shelf.told for shelf in house.shelves] == [["overwritten"], ["overwritten"]]
    (erasure,) = house.erasures.latest(1)
    assert (erasure.state, erasure.proof) == ("done", None)


def test_several_at_once_are_overwritten_once(house: House) -> None:
    for name in ("omar", "ines"):
        house.store.begin(ConversationId(name), channel="web", address=name, language="en")
    for name in (MAYA, ConversationId("omar"), ConversationId("ines")):
        house.forgetting.forget(name, by="ada")
    house.shelves[0].has[:] = []
    house.shelves[1].has[:] = []
    house.forgetting.work()
    assert [shelf.told.count("overwritten") for shelf in house.shelves] == [1, 1]
    assert {each.state for each in house.erasures.latest(9)} == {"done"}


def test_what_others_have_said_as_well_is_not_looked_for(house: House) -> None:
    house.store.begin(ConversationId("omar"), channel="web", address="omar", language="en")
    house.store.receive(ConversationId("omar"), Draft("customer", "my zwitscherling, too"))
    house.left = {"bot.db": 1}
    house.forgetting.forget(MAYA, by="ada")
    house.forgetting.work()
    assert house.looked_for == [("zwitscherling",), ()]
