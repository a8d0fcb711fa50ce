"""Messages on their way to a client that may be away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

import bot
from bot.channels import Wire
from bot.channels.rasa_callback import RasaCallbackChannel
from bot.conversation import ConversationId, Draft
from bot.deliveries import MOST_FAILURES, RETRY_AT_MOST, Deliveries, posting
from bot.dialogue.wiring import Endpoint
from bot.errors import NotDeliveredError
from bot.store import Outcome, Store
from bot.store.deliveries import DeliveryStore
from config.database import open_database
from config.outbound import Outbound
from tests.fakes import FakeClock
from tests.strangers import Call, stranger

MAYA, OMAR = ConversationId("maya"), ConversationId("omar")


class Client:
    """The other side: takes what comes, unless it is away."""

    def __init__(self) -> None:
        self.heard: list[Wire] = []
        self.names: list[str] = []
        self.away = 0

    def take(self, wire: Wire, name: str) -> None:
        if self.away:
            self.away -= 1
            raise NotDeliveredError("nobody is there")
        self.heard.append(wire)
        self.names.append(name)

    def texts(self, who: str = "maya") -> list[object]:
        return [each["text"] for each in self.heard if each["recipient_id"] == who]


class Room:
    """A store whose callback conversations are delivered to one client."""

    def __init__(self, folder: Path) -> None:
        self.clock, self.client = FakeClock(), Client()
        self.database = open_database(folder / "bot.db", Path(bot.__path__[0]) / "migrations")
        self.store = Store(self.database, self.clock, ["rasa_callback"])
        for name in (MAYA, OMAR):
            self.store.begin(name, channel="rasa_callback", address=name, language="en")
        self.deliveries = DeliveryStore(self.database)
        self.worker = Deliveries(
            self.deliveries, [RasaCallbackChannel()], {"rasa_callback": self.client.take}, self.clock
        )

    def says(self, text: str, who: ConversationId = MAYA) -> None:
        self.store.write(who, Outcome(drafts=(Draft("bot", text),)))

    def works(self) -> None:
        while self.worker.work():
            pass


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    opened = Room(tmp_path)
    yield opened
    opened.database.close()


def test_what_is_said_arrives_once_and_in_order(room: Room) -> None:
    room.says("One.\n\nTwo.")
    room.says("Three.")
    room.works()
    room.works()
    assert room.client.texts() == ["One.", "Two.", "Three."]
    assert len(set(room.client.names)) == 3


def test_what_the_customer_says_is_not_sent_back(room: Room) -> None:
    room.store.receive(MAYA, Draft("customer", "hello"))
    room.works()
    assert room.client.heard == []


def test_another_channels_messages_are_not_delivered(room: Room) -> None:
    rest = ConversationId("rest")
    room.store.begin(rest, channel="rasa_rest", address="u1", language="en")
    room.says("hello", rest)
    assert not room.worker.work()


def test_what_failed_is_tried_again_later_and_holds_up_nobody_else(room: Room) -> None:
    room.client.away = 1
    room.says("One.")
    room.says("Two.")
    room.says("Hello.", OMAR)
    room.works()
    assert (room.client.texts(), room.client.texts("omar")) == ([], ["Hello."])
    room.clock.moves(timedelta(seconds=1))
    room.works()
    assert room.client.texts() == ["One.", "Two."]


def test_the_parts_that_have_arrived_are_not_sent_again(room: Room) -> None:
    room.says("One.\n\nTwo.")
    take, seen = room.client.take, []

    def second_fails(wire: Wire, name: str) -> None:
        seen.append(name)
        if len(seen) == 2:
            raise NotDeliveredError("nobody is there")
        take(wire, name)

    room.worker._carriers = {"rasa_callback": second_fails}
    room.works()
    room.clock.moves(timedelta(seconds=1))
    room.works()
    assert room.client.texts() == ["One.", "Two."] and seen[1] == seen[2]


def test_after_a_bound_a_message_is_parked_and_the_next_one_goes(room: Room) -> None:
    room.client.away = MOST_FAILURES
    room.says("Lost.")
    room.says("Found.")
    for _ in range(MOST_FAILURES):
        room.works()
        room.clock.moves(RETRY_AT_MOST)
    room.works()
    assert room.client.texts() == ["Found."] and room.deliveries.parked() == 1


def test_what_breaks_something_here_holds_up_nobody_else(room: Room) -> None:
    take = room.client.take

    def breaks(wire: Wire, name: str) -> None:
        if wire["recipient_id"] == "maya":
            raise RuntimeError("a bug of ours")
        take(wire, name)

    room.worker._carriers = {"rasa_callback": breaks}
    room.says("One.")
    room.says("Hello.", OMAR)
    for _ in range(MOST_FAILURES):
        room.works()
        room.clock.moves(RETRY_AT_MOST)
    assert room.client.texts("omar") == ["Hello."] and room.deliveries.parked() == 1


def test_a_worker_that_died_loses_its_lease_and_not_the_message(room: Room) -> None:
    room.says("One.")
    now = room.clock.now()
    assert room.deliveries.lease(20, now, now + timedelta(minutes=1))
    room.works()
    assert room.client.heard == []
    room.clock.moves(timedelta(minutes=1))
    room.works()
    assert room.client.texts() == ["One."]


def test_a_channel_without_an_address_parks(room: Room) -> None:
    room.worker._carriers = {}
    room.says("One.")
    room.works()
    assert room.deliveries.parked() == 1


@pytest.mark.parametrize("status", [200, 204, 404, 500])
def test_only_a_success_counts_as_arrived(outbound: Outbound, status: int) -> None:
    with stranger(lambda call: call.answers(b"", status)) as client:
        carry = posting(outbound.to(Endpoint(client.url)))
        if status < 300:
            carry({"recipient_id": "u1", "text": "æ"}, "7-1")
        else:
            with pytest.raises(NotDeliveredError, match=str(status)):
                carry({"recipient_id": "u1", "text": "æ"}, "7-1")
    [call] = client.calls
    assert call.json() == {"recipient_id": "u1", "text": "æ"}
    assert (call.headers["content-type"], call.headers["idempotency-key"]) == ("application/json", "7-1")


def test_a_client_that_has_moved_is_not_followed(outbound: Outbound) -> None:
    with (
        stranger(lambda call: call.answers({})) as elsewhere,
        stranger(lambda call: call.answers({}, 302, Location=elsewhere.url)) as client,
    ):
        with pytest.raises(NotDeliveredError, match="redirects"):
            posting(outbound.to(Endpoint(client.url)))({"text": "hi"}, "1-1")
        assert elsewhere.calls == []


def test_a_client_that_never_ends_its_answer_is_given_up(outbound: Outbound) -> None:
    def drip(call: Call) -> None:
        call.sends(b"HTTP/1.1 200 OK\r\n\r\n")
        call.drips(b".")

    with stranger(drip) as client:
        with pytest.raises(NotDeliveredError, match=r"no answer within 0\.2 s"):
            posting(outbound.to(Endpoint(client.url)), within=timedelta(seconds=0.2))({"text": "hi"}, "1-1")
        assert client.left.wait(20)


def test_nobody_at_the_address_is_a_failure_that_keeps_the_addresss_secrets(outbound: Outbound) -> None:
    carry = posting(outbound.to(Endpoint("http://maya:secret@127.0.0.1:9/callback?key=hidden")))
    with pytest.raises(NotDeliveredError, match=r"http://127\.0\.0\.1:9/callback: no connection") as failed:
        carry({"text": "hi"}, "1-1")
    assert "secret" not in str(failed.value) and "hidden" not in str(failed.value)
