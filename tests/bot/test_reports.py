"""What did not reach a customer, told to the desk: once, and only where there is somebody to tell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

import bot
from bot.conversation import ConversationId, Draft, Event
from bot.deliveries import LATE_AFTER, Deliveries
from bot.errors import NotDeliveredError
from bot.reports import Reports
from bot.store import Outcome, Promise, Store
from bot.store.deliveries import DeliveryStore
from bot.store.reports import ReportStore
from config.database import Database, open_database
from handoff.errors import NoCaseError
from tests.bot.mail.mail_room import Desk
from tests.conftest import Where
from tests.fakes import FakeClock

pytestmark = pytest.mark.engines

MAYA, OMAR = ConversationId("maya"), ConversationId("omar")


@pytest.fixture
def database(where: Where) -> Iterator[Database]:
    opened = open_database(where("bot"), Path(bot.__path__[0]) / "migrations")
    yield opened
    opened.close()


class Room:
    """Maya was handed over, Omar never was; `away` is why nothing arrives."""

    def __init__(self, database: Database) -> None:
        self.clock, self.desk = FakeClock(), Desk()
        self.store = Store(database, self.clock, ["sms"])
        for name in (MAYA, OMAR):
            self.store.begin(name, channel="sms", address=name, language="en")
        promise = Promise(f"{MAYA}-1", MAYA, "asked_for_person", "asked", None, 0, False)
        self.store.write(MAYA, Outcome(event=Event.ESCALATED, promise=promise))
        self.store.keep(f"{MAYA}-1", case=1001, forwarded=0)
        self.away: NotDeliveredError | None = None
        self.reports = Reports(ReportStore(database), self.desk, self.clock)
        self.worker = Deliveries(DeliveryStore(database), [Sms()], {"sms": self.carry}, self.clock)

    def carry(self, wire: dict[str, object], name: str) -> None:
        if self.away is not None:
            raise self.away

    def says(self, text: str, who: ConversationId = MAYA) -> None:
        self.store.write(who, Outcome(drafts=(Draft("agent", text, name="Ines"),)))
        self.works()

    def works(self) -> None:
        while self.worker.work():
            pass
        while self.reports.work():
            pass


class Sms:
    name = output = "sms"
    pushes = delivers = True
    shows_files = False

    def render(self, message: object, address: str) -> tuple[dict[str, object], ...]:
        return ({},)


@pytest.fixture
def room(database: Database) -> Room:
    return Room(database)


def test_what_arrives_is_no_news(room: Room) -> None:
    room.says("Hello.")
    assert room.desk.told == []


def test_what_is_refused_for_good_is_told_at_once_with_the_reason(room: Room) -> None:
    room.away = NotDeliveredError("the window has closed", permanent=True)
    room.says("Hello.")
    room.works()
    assert room.desk.told == [("failed", "Hello.", "the window has closed")]


def test_what_is_late_is_told_once_and_so_is_that_it_came(room: Room) -> None:
    room.away = NotDeliveredError("busy")
    room.says("Hello.")
    assert room.desk.told == []
    for _ in range(3):
        room.clock.moves(LATE_AFTER)
        room.works()
    room.away = None
    room.clock.moves(LATE_AFTER)
    room.works()
    assert room.desk.told == [("late", "Hello.", "busy"), ("arrived", "Hello.", "")]


def test_a_platform_is_left_alone_for_as_long_as_it_asks(room: Room) -> None:
    room.away = NotDeliveredError("slowly", retry_in=timedelta(minutes=9))
    room.says("Hello.")
    room.away = NotDeliveredError("never", permanent=True)
    room.clock.moves(timedelta(minutes=8))
    room.works()
    assert room.desk.told == []
    room.clock.moves(timedelta(minutes=1))
    room.works()
    assert [each[0] for each in room.desk.told] == ["failed"]


def test_nobody_is_told_of_a_conversation_that_never_had_a_case(room: Room) -> None:
    room.away = NotDeliveredError("gone", permanent=True)
    room.says("Hello.", OMAR)
    assert room.desk.told == [] and not room.reports.work()


def test_what_shows_only_later_is_told_once(room: Room) -> None:
    room.says("Hello.")
    for _ in range(2):
        room.reports.failed(MAYA, 1, "the phone is off")
        room.works()
    assert room.desk.told == [("failed", "Hello.", "the phone is off")]


def test_a_long_message_is_told_by_its_beginning(room: Room) -> None:
    room.away = NotDeliveredError("gone", permanent=True)
    room.says("word\n" * 100)
    [(_, said, _)] = room.desk.told
    assert said.startswith("word word") and len(said) == 80


def test_a_case_that_is_gone_holds_up_nothing(room: Room) -> None:
    class Empty:
        def undelivered(self, handoff_id: str, *given: object, **more: object) -> None:
            raise NoCaseError(handoff_id)

    room.says("Hello.")
    room.reports._cases = Empty()
    room.reports.failed(MAYA, 1, "gone")
    assert room.reports.work() and not room.reports.work()
