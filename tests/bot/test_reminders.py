"""Reminders: an action asks for one, and the bot comes back at that moment, once, if it is still wanted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

import bot
from bot.acting import Actions
from bot.channels.rasa_socketio import RasaSocketIoChannel
from bot.conversation import ConversationId, Draft, Event
from bot.dialogue import load_assistant
from bot.outside import Outside
from bot.policies import learn
from bot.reminders import Reminders
from bot.saying import Voice
from bot.store import JsonObject, Outcome, Store
from bot.store.erasing import ErasureStore
from bot.store.reminders import ReminderStore
from bot.trackers import Trackers
from bot.turn import Room, begun
from bot.turns import TurnPool
from bot.understanding.understanding import Understanding
from config.database import Database, open_database
from tests.conftest import Where
from tests.fakes import FakeClock, FirstChoice

pytestmark = pytest.mark.engines

MAYA = ConversationId("maya")
FILES = {
    "domain.yml": """
version: "3.1"
intents: [EXTERNAL_water]
entities: [plant]
slots:
  plant: {type: text, mappings: [{type: from_entity, entity: plant}]}
responses:
  utter_water: [{text: "Your {plant} is thirsty."}]
""",
    "data/rules.yml": """
version: "3.1"
rules:
- rule: thirsty
  steps: [{intent: EXTERNAL_water}, {action: utter_water}]
""",
    "config.yml": "language: en\npipeline: []\npolicies: [{name: RulePolicy}]\n",
}


class House:
    """An assistant that waters plants, with Maya's conversation."""

    def __init__(self, folder: Path, database: Database) -> None:
        for name, text in FILES.items():
            (folder / name).parent.mkdir(exist_ok=True, parents=True)
            (folder / name).write_text(text, encoding="utf-8")
        assistant, channel = load_assistant(folder), RasaSocketIoChannel()
        self.clock, self.database = FakeClock(), database
        self.store = Store(database, self.clock, [])
        self.actions = Actions([], assistant.domain.written, within=timedelta(seconds=5), threads=1)
        room = Room(
            store=self.store,
            trackers=Trackers(self.store, lambda conversation: begun(assistant, conversation)),
            assistant=assistant,
            memory=learn(assistant),
            understanding=cast(Understanding, None),
            actions=self.actions,
            voice=Voice(assistant, ("en",), FirstChoice()),
            clock=self.clock,
            within=timedelta(seconds=5),
            sure=0.3,
            ambiguity=0.0,
            care=None,
            nlg=None,
            output=lambda name: name,
            pushes=lambda name: True,
            contact=lambda *_: None,
        )
        dialogue = Outside(lambda: room)
        self.turns = TurnPool(lambda conversation: None, threads=1, changed=lambda conversation: None)
        self.due = ReminderStore(database)
        self.reminders = Reminders(self.due, self.store, self.turns, dialogue, self.clock)
        self.store.begin(MAYA, channel=channel.name, address=MAYA, language="en")
        conversation = self.store.get(MAYA)
        self.store.write(MAYA, dialogue.begin(conversation, dialogue.tracker(MAYA, [])))

    def happens(self, *events: JsonObject) -> None:
        self.store.write(MAYA, Outcome(events=tuple({"timestamp": 1.0, **each} for each in events)))

    def passes(self, minutes: float) -> list[str]:
        """What the bot says once so much time has passed."""
        before = self.store.get(MAYA).last
        self.clock.moves(timedelta(minutes=minutes))
        while self.reminders.work():
            pass
        return [message.text for message in self.store.messages(MAYA, before)]

    def close(self) -> None:
        self.turns.close()
        self.actions.close()


@pytest.fixture
def house(tmp_path: Path, where: Where) -> Iterator[House]:
    with open_database(where("bot"), Path(bot.__path__[0]) / "migrations") as database:
        opened = House(tmp_path / "assistant", database)
        yield opened
        opened.close()


def asked(house: House, minutes: float = 10, plant: str = "fern", **more: object) -> JsonObject:
    return {
        "event": "reminder",
        "intent": "EXTERNAL_water",
        "entities": [{"entity": "plant", "value": plant}],
        "date_time": (house.clock.now() + timedelta(minutes=minutes)).isoformat(),
        "name": plant,
        "kill_on_user_msg": True,
        **more,
    }


HEARD: JsonObject = {"event": "user", "text": "hello", "parse_data": {"intent": {"name": "greet"}}}


def test_it_comes_back_when_it_was_asked_to_and_once(house: House) -> None:
    house.happens(asked(house))
    assert house.passes(9) == []
    assert house.passes(2) == ["Your fern is thirsty."]
    assert house.passes(60) == []
    assert "EXTERNAL: EXTERNAL_water" in [event.get("text") for event in house.store.events(MAYA)]


def test_entities_may_be_named_values_and_a_time_may_have_no_zone(house: House) -> None:
    at = datetime.fromisoformat(str(asked(house)["date_time"])).replace(tzinfo=None).isoformat()
    house.happens(asked(house, date_time=at, entities={"plant": "palm"}))
    assert house.passes(11) == ["Your palm is thirsty."]


def test_what_the_customer_says_meanwhile_ends_it_if_it_is_to(house: House) -> None:
    house.happens(asked(house), asked(house, plant="cactus", kill_on_user_msg=False), HEARD)
    assert house.passes(11) == ["Your cactus is thirsty."]
    assert house.due.due(house.clock.now(), 9) == ()


def test_of_one_name_there_is_the_last(house: House) -> None:
    house.happens(asked(house), asked(house, 30))
    assert house.passes(11) == []
    assert house.passes(20) == ["Your fern is thirsty."]


@pytest.mark.parametrize(
    ("cancelled", "left"),
    [
        ({}, []),
        ({"name": "fern"}, ["Your palm is thirsty."]),
        (
            {"intent": "EXTERNAL_water", "entities": [{"entity": "plant", "value": "palm"}]},
            ["Your fern is thirsty."],
        ),
        ({"intent": "EXTERNAL_dry"}, ["Your fern is thirsty.", "Your palm is thirsty."]),
    ],
)
def test_it_can_be_cancelled(house: House, cancelled: JsonObject, left: list[str]) -> None:
    once = {"kill_on_user_msg": False}
    house.happens(
        asked(house, **once), asked(house, 11, "palm", **once), {"event": "cancel_reminder", **cancelled}
    )
    assert house.passes(12) == left


@pytest.mark.parametrize("ended", [{"event": "restart"}, {"event": "rewind"}])
def test_what_no_longer_counts_reminds_of_nothing(house: House, ended: JsonObject) -> None:
    house.happens(HEARD, asked(house, kill_on_user_msg=False), ended)
    assert house.passes(11) == []


def test_events_that_are_put_right_have_their_own(house: House) -> None:
    house.happens(asked(house))
    events = [*house.store.events(MAYA)[:-1], {"timestamp": 1.0, **asked(house, plant="palm")}]
    house.store.replace_events(MAYA, events)
    assert house.passes(11) == ["Your palm is thirsty."]


def test_while_a_person_has_the_conversation_the_bot_says_nothing(house: House) -> None:
    house.happens(asked(house), {"event": "pause"})
    house.store.write(MAYA, Outcome(event=Event.ESCALATED))
    assert house.passes(11) == []
    assert house.due.due(house.clock.now(), 9) == ()


def test_one_that_breaks_is_over_and_the_next_is_not(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.happens(asked(house, plant="fern"), asked(house, 11, "palm", kill_on_user_msg=False))
    (due,) = house.due.due(house.clock.now() + timedelta(minutes=10), 9)
    whole, calls = Store.write, iter([True, False])

    def breaking(store: Store, conversation: ConversationId, outcome: Outcome, **how: object) -> object:
        if next(calls, False):
            raise ValueError("a response broke")
        return whole(store, conversation, outcome, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(Store, "write", breaking)
    assert due.name == "fern" and house.passes(12) == ["Your palm is thirsty."]


def test_one_that_was_asked_for_anew_meanwhile_is_kept(house: House) -> None:
    house.happens(asked(house))
    (old,) = house.due.due(house.clock.now() + timedelta(minutes=10), 9)
    house.happens(asked(house, 20))
    house.store.write(MAYA, Outcome(drafts=(Draft("bot", "Old news."),), reminds=old))
    assert house.passes(21) == ["Your fern is thirsty."]


def test_a_forgotten_customer_is_reminded_of_nothing(house: House) -> None:
    house.happens(asked(house))
    ErasureStore(house.database, house.clock).ask(MAYA, by="maya", words=[])
    house.clock.moves(timedelta(hours=1))
    assert not house.reminders.work()
