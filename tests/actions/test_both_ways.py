"""One conversation, its actions run in this process and again on a stock action server: the same events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.acting import Acted, Actions
from bot.acting.server import ActionServer
from bot.dialogue.assistant import Endpoint
from bot.opening import House, open_house
from bot.tracker import Json, Tracker, replay
from config.outbound import Outbound
from config.settings import load_settings
from tests.action_server import STOCK, action_server
from tests.actions.trackers import NINE, user
from tests.conftest import own_copy
from tests.fakes import FakeClock, FirstChoice
from tests.furnishing import never_closed

FORM = "order_status_form"


@dataclass(frozen=True)
class Step:
    """What the customer says, what it is taken for, and the action that answers; a form's with its slot."""

    text: str
    intent: str
    action: str
    slot: str | None = None


TALKS = {
    "a rejected answer, then a person": (
        Step("how long do i have to send something back?", "return_item", "action_answer"),
        Step("no", "deny", "action_feedback"),
    ),
    "two misses, then a person": (
        Step("glorp the fizzle wibbly", "nlu_fallback", "action_answer"),
        Step("wibble zabble", "nlu_fallback", "action_answer"),
    ),
    "an order's form": (
        Step("where is my order", "order_status", "action_answer"),
        Step("no idea", "inform", f"validate_{FORM}", "order_number"),
        Step("nt 10427", "inform", f"validate_{FORM}", "order_number"),
        Step("maya@mail.example", "inform", f"validate_{FORM}", "order_proof"),
        Step("thanks", "thank", "action_order_status"),
        Step("a person please", "human_handoff", "action_escalate"),
    ),
}


@pytest.fixture(scope="module")
def house(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    data = never_closed(own_copy(prepared, tmp_path_factory.mktemp("here") / "data"))
    opened = open_house(load_settings(data, {}), clock=FakeClock(), rng=FirstChoice())
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def there(prepared: Path, tmp_path_factory: pytest.TempPathFactory, house: House) -> Iterator[Actions]:
    """The same actions on a stock server over a data folder of its own."""
    data = never_closed(own_copy(prepared, tmp_path_factory.mktemp("there") / "data"))
    outbound = Outbound()
    domain = house.assistant.domain.written
    with action_server(*STOCK, env={"FIRSTLINE_HOME": str(data), "SANIC_HOST": "127.0.0.1"}) as address:
        within = timedelta(seconds=60)
        server = ActionServer(outbound.to(Endpoint(f"{address}/webhook")), domain, within=within)
        yield Actions([], domain, within=within, threads=1, server=server)
        outbound.close()


def talk(actions: Actions, steps: tuple[Step, ...], initial: Json, sender: str) -> list[tuple[str, Acted]]:
    """Every action that ran, with what it gave back, each on the tracker that those before it left."""
    tracker = replay(sender, initial, [])
    ran: list[tuple[str, Acted]] = []
    for step in steps:
        tracker = tracker.after([user(step.text, step.intent)])
        if step.slot:
            asks = {"event": "slot", "timestamp": NINE, "name": "requested_slot", "value": step.slot}
            told = {"event": "slot", "timestamp": NINE, "name": step.slot, "value": step.text}
            form = {"event": "action", "timestamp": NINE, "name": FORM}
            tracker = tracker.after([{"event": "active_loop", "name": FORM}, asks, form, told])
        action: str | None = step.action
        while action not in (None, "action_listen"):
            assert action is not None
            acted = actions.run(action, tracker)
            ran.append((action, acted))
            tracker, action = after(tracker, action, acted)
    return ran


def after(tracker: Tracker, action: str, acted: Acted) -> tuple[Tracker, str | None]:
    said = [
        {
            "event": "bot",
            "timestamp": NINE,
            "text": each.get("text") or "…",
            "data": {"custom": each.get("custom")},
            "metadata": {"utter_action": each.get("response")},
        }
        for each in acted.responses
    ]
    tracker = tracker.after([{"event": "action", "timestamp": NINE, "name": action}, *said, *acted.events])
    return tracker, next((str(e["name"]) for e in acted.events if e["event"] == "followup"), None)


@pytest.mark.parametrize("language", ["en", "nb"])
@pytest.mark.parametrize("name", TALKS)
def test_a_conversation_gives_the_same_events_both_ways(
    house: House, there: Actions, name: str, language: str
) -> None:
    initial = {slot.name: slot.initial for slot in house.assistant.domain.slots.values()}
    initial |= {"language": language, "requested_slot": None}
    sender = f"{language}-{name}"
    # One after the other in the same order in each, so that the numbers of the cases are the same, too.
    here = talk(house.room.actions, TALKS[name], initial, sender)
    assert here == talk(there, TALKS[name], initial, sender)
    assert here[-1][0] == "action_escalate"
