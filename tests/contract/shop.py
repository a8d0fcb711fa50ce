"""Actions of a shop, good and bad, to be run in this process and behind rasa-sdk's own HTTP server.

`python -m tests.contract.shop --port N` is that server.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import ActionExecuted, FollowupAction, SlotSet
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection

Domain = dict[str, Any]
Run = Callable[[CollectingDispatcher, Tracker, Domain], Any]


def says(dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> Any:
    dispatcher.utter_message(text="Hei, æøå 🦔")
    dispatcher.utter_message(response="utter_city", city="Oslo", count=2)
    dispatcher.utter_message(
        text="Which?",
        buttons=[{"title": "Oslo", "payload": '/inform{"city":"Oslo"}'}],
        json_message={"card": [1, None, {"k": "v"}]},
        elements=[{"title": "e"}],
        image="https://shop.example/a.png",
        attachment="a",
    )
    return [FollowupAction("action_listen")]


def sets(dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> Any:
    return [
        SlotSet("city", ("Oslo", {"zip": (1, 2)})),
        SlotSet("count", 2.5),
        SlotSet("no_such_slot", "x"),
        ActionExecuted("action_listen"),
    ]


def looks(dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> Any:
    seen = {
        "sender": tracker.sender_id,
        "slots": tracker.slots,
        "message": tracker.latest_message,
        "events": tracker.events,
        "paused": tracker.is_paused(),
        "followup": tracker.followup_action,
        "loop": tracker.active_loop,
        "action": tracker.latest_action_name,
        "channel": tracker.get_latest_input_channel(),
        "cities": list(tracker.get_latest_entity_values("city")),
        "domain": domain,
    }
    return [SlotSet("city", seen)]


async def waits(dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> Any:
    await asyncio.sleep(0)
    return [SlotSet("city", "Bergen")]


async def hangs(dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> Any:
    await asyncio.Event().wait()


def changes(dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> Any:
    tracker.slots["city"] = "changed"
    tracker.slots["rejected"].append("changed")
    tracker.latest_message["text"] = "changed"
    tracker.latest_message["entities"].append({"entity": "changed"})
    tracker.events.append({"event": "changed"})
    return []


def rejects(dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> Any:
    raise ActionExecutionRejection("city_form", "no city in that")


def raises(dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> Any:
    raise LookupError("the shop's database is away")


def gives(what: object) -> Run:
    return lambda dispatcher, tracker, domain: what


ACTIONS: dict[str, Run] = {
    "action_says": says,
    "action_sets": sets,
    "action_looks": looks,
    "action_waits": waits,
    "action_hangs": hangs,
    "action_changes": changes,
    "action_rejects": rejects,
    "action_raises": raises,
    "action_gives_none": gives(None),
    "action_gives_nothing": gives([]),
    "action_gives_no_event": gives(
        [{"name": "city"}, "slot", {"event": "slot", "name": "city", "value": "Oslo"}]
    ),
    "action_gives_an_unknown_event": gives([{"event": "explode"}]),
    "action_gives_half_an_event": gives([{"event": "slot", "value": 1}]),
    "action_gives_a_timedelta": gives([SlotSet("city", timedelta(1))]),
}


def shop() -> ActionExecutor:
    """The SDK's executor with these actions."""
    executor = ActionExecutor()
    for name, run in ACTIONS.items():
        executor.register_function(name, run)
    return executor


if __name__ == "__main__":
    from rasa_sdk import endpoint

    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    print("Action endpoint is up and running", flush=True)
    app = endpoint.create_app(shop())
    app.run("127.0.0.1", parser.parse_args().port, single_process=True, access_log=False, motd=False)
