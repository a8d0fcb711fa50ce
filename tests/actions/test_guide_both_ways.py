"""A walk through an article's steps, its actions run in this process and again on a stock action server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.acting import Actions
from bot.acting.server import ActionServer
from bot.dialogue.assistant import Endpoint
from bot.folding import Json
from bot.opening import House, open_house
from config.outbound import Outbound
from config.settings import load_settings
from tests.action_server import STOCK, action_server
from tests.actions.played import Customer, learnt
from tests.conftest import own_copy
from tests.driver import Driver
from tests.fakes import FakeClock
from tests.furnishing import never_closed

STEPS = "Mind the cat.\n\n1. Open the **flap**.\n2. Press the pin.\n3. Wait a minute.\n\nIt may hum."
WALK = '/inform{"guide":"reset-the-feeder#0"}'


@dataclass(frozen=True)
class Tap:
    """A button."""

    payload: str


@dataclass(frozen=True)
class Word:
    """What the customer writes, and what it is taken for."""

    text: str
    intent: str


TALKS = {
    "done to the end": (
        Tap(WALK),
        Word("done", "affirm"),
        Tap('/inform{"guide":"back"}'),
        Tap('/inform{"guide":"done"}'),
        Word("ok next", "nlu_fallback"),
        Word("ferdig", "nlu_fallback"),
        Word("yes it works", "helped"),
    ),
    "left, and taken up again": (
        Tap(WALK),
        Word("done", "affirm"),
        Word("stop", "stop"),
        Word("hello", "greet"),
        Word("yes please", "affirm"),
        Word("it works now", "helped"),
        Tap('/inform{"guide":"go_on"}'),
    ),
    "nothing helps, then a person": (
        Tap(WALK),
        Tap('/inform{"guide":"failed"}'),
        Word("hm, a red thing", "nlu_fallback"),
        Word("that didn't work", "did_not_help"),
        Tap('/inform{"guide":"failed"}'),
    ),
    "steps that nobody has": (Tap('/inform{"guide":"no-such-article#0"}'),),
}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the article and its index, and no models: the readings are given."""
    data = tmp_path_factory.mktemp("written") / "data"
    (data / "models").mkdir(parents=True)
    house = open_house(load_settings(data, {}), clock=FakeClock())
    Driver(house).publishes("Reset the feeder", STEPS)
    house.close()
    return data


@pytest.fixture(scope="module")
def house(written: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    data = never_closed(own_copy(written, tmp_path_factory.mktemp("here") / "data"))
    opened = open_house(load_settings(data, {}), clock=FakeClock())
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def there(written: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Actions]:
    """The same actions on a stock server over a data folder of its own."""
    data = never_closed(own_copy(written, tmp_path_factory.mktemp("there") / "data"))
    outbound = Outbound()
    domain = learnt().assistant.domain.written
    with action_server(*STOCK, env={"FIRSTLINE_HOME": str(data), "SANIC_HOST": "127.0.0.1"}) as address:
        within = timedelta(seconds=60)
        server = ActionServer(outbound.to(Endpoint(f"{address}/webhook")), domain, within=within)
        yield Actions([], domain, within=within, threads=1, server=server)
        outbound.close()


def talk(kari: Customer, steps: tuple[Tap | Word, ...]) -> tuple[list[Json], list[list[str]]]:
    """Every event of the conversation, and what the customer was told after each of their messages."""
    told: list[list[str]] = []
    for step in steps:
        kari.taps(step.payload) if isinstance(step, Tap) else kari.says(step.text, step.intent)
        told.append(kari.said)
    events = [{**event, "message_id": None} for event in kari.tracker.events]
    return events, told


@pytest.mark.parametrize("language", ["en", "nb"])
@pytest.mark.parametrize("name", TALKS)
def test_a_walk_gives_the_same_events_both_ways(
    house: House, there: Actions, name: str, language: str
) -> None:
    sender = f"{language}-{name}"
    near, far = (
        Customer(house, language=language, sender=sender),
        Customer(house, language=language, sender=sender, actions=there),
    )
    try:
        events, told = talk(near, TALKS[name])
        assert (events, told) == talk(far, TALKS[name])
    finally:
        near.actions.close()
    assert all(told)
    heard = [event["value"] for event in events if event.get("name") == "guide_heard" and event["value"]]
    assert bool(heard) is (name != "steps that nobody has")
