"""What running an action does, wherever it runs: in this process, or on rasa-sdk's server over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.acting import Actions
from bot.acting.server import ActionServer
from bot.dialogue.assistant import Endpoint
from bot.errors import ActionFailedError, ActionRejectedError
from bot.tracker import Tracker, replay
from config.outbound import Outbound
from tests.acting import Doing
from tests.action_server import action_server
from tests.contract.shop import ACTIONS

DOMAIN = {"version": "3.1", "slots": {"city": {"type": "any"}}, "responses": {}}
SLOTS = {"city": None, "count": 1.0, "rejected": ["a"]}
HEARD = {
    "event": "user",
    "timestamp": 5.5,
    "text": "to Oslo",
    "input_channel": "rest",
    "message_id": "m1",
    "metadata": {"page": "/"},
    "parse_data": {
        "text": "to Oslo",
        "intent": {"name": "inform", "confidence": 0.9},
        "entities": [{"entity": "city", "value": "Oslo", "start": 3, "end": 7}],
        "intent_ranking": [{"name": "inform", "confidence": 0.9}],
    },
}
LONG, SHORT = timedelta(seconds=60), timedelta(seconds=0.5)
KINDS = ["in this process", "over HTTP"]


@pytest.fixture(scope="module")
def shop_address() -> Iterator[str]:
    with action_server("tests.contract.shop", env={}) as address:
        yield f"{address}/webhook"


@pytest.fixture(scope="module")
def outbound() -> Iterator[Outbound]:
    opened = Outbound()
    yield opened
    opened.close()


def opened(kind: str, address: str, outbound: Outbound, within: timedelta) -> Actions:
    if kind == KINDS[0]:
        doing = [Doing(name, run) for name, run in ACTIONS.items()]
        return Actions(doing, DOMAIN, within=within, threads=2)
    server = ActionServer(outbound.to(Endpoint(address)), DOMAIN, within=within)
    return Actions([], DOMAIN, within=within, threads=2, server=server, served=frozenset(ACTIONS))


@pytest.fixture(scope="module", params=KINDS)
def actions(request: pytest.FixtureRequest, shop_address: str, outbound: Outbound) -> Iterator[Actions]:
    running = opened(request.param, shop_address, outbound, LONG)
    yield running
    running.close()


@pytest.fixture(scope="module")
def both(shop_address: str, outbound: Outbound) -> Iterator[list[Actions]]:
    running = [opened(kind, shop_address, outbound, LONG) for kind in KINDS]
    yield running
    for each in running:
        each.close()


@pytest.fixture
def tracker() -> Tracker:
    return replay(
        "maya", SLOTS, [HEARD, {"event": "slot", "timestamp": 6.0, "name": "city", "value": "Oslo"}]
    )


GOOD = [name for name in ACTIONS if name.split("_")[1] in ("says", "sets", "looks", "waits", "changes")]
NOTHING = ["action_gives_none", "action_gives_nothing"]


@pytest.mark.parametrize("name", [*GOOD, *NOTHING, "action_gives_no_event"])
def test_both_kinds_give_the_same(both: list[Actions], tracker: Tracker, name: str) -> None:
    here, there = (each.run(name, tracker) for each in both)
    assert here == there


@pytest.mark.parametrize(
    "name", ["action_gives_an_unknown_event", "action_gives_half_an_event", "action_rejects"]
)
def test_both_kinds_refuse_with_the_same_words(both: list[Actions], tracker: Tracker, name: str) -> None:
    said: list[tuple[str, str]] = []
    for each in both:
        with pytest.raises((ActionFailedError, ActionRejectedError)) as raised:
            each.run(name, tracker)
        said.append((type(raised.value).__name__, str(raised.value)))
    assert said[0] == said[1]


def test_an_action_sees_the_whole_tracker_and_the_domain(actions: Actions, tracker: Tracker) -> None:
    [event] = actions.run("action_looks", tracker).events
    seen, told = event["value"], json.loads(json.dumps(tracker.to_json()))
    assert (seen["slots"], seen["message"], seen["events"]) == (
        told["slots"],
        told["latest_message"],
        told["events"],
    )
    assert (seen["sender"], seen["channel"], seen["cities"]) == ("maya", "rest", ["Oslo"])
    assert seen["domain"] == DOMAIN


def test_what_is_said_keeps_its_order_and_everything_it_carries(actions: Actions, tracker: Tracker) -> None:
    acted = actions.run("action_says", tracker)
    hello, city, which = acted.responses
    assert hello["text"] == "Hei, æøå 🦔"
    assert (city["response"], city["city"], city["count"]) == ("utter_city", "Oslo", 2)
    assert which["buttons"][0]["payload"] == '/inform{"city":"Oslo"}'
    assert (which["custom"], which["elements"]) == ({"card": [1, None, {"k": "v"}]}, [{"title": "e"}])
    assert (which["image"], which["attachment"]) == ("https://shop.example/a.png", "a")
    assert [event["event"] for event in acted.events] == ["followup"]


def test_events_are_in_rasas_full_form(actions: Actions, tracker: Tracker) -> None:
    city, _, _, listen = actions.run("action_sets", tracker).events
    assert city == {"event": "slot", "timestamp": None, "name": "city", "value": ["Oslo", {"zip": [1, 2]}]}
    assert listen["hide_rule_turn"] is False and listen["policy"] is None


def test_an_action_may_be_a_coroutine(actions: Actions, tracker: Tracker) -> None:
    assert actions.run("action_waits", tracker).events[0]["value"] == "Bergen"


@pytest.mark.parametrize("name", NOTHING)
def test_an_action_may_do_nothing(actions: Actions, tracker: Tracker, name: str) -> None:
    acted = actions.run(name, tracker)
    assert (acted.events, acted.responses) == ((), ())


def test_an_action_can_not_change_the_tracker_it_is_given(actions: Actions, tracker: Tracker) -> None:
    before = json.dumps(tracker.to_json())
    actions.run("action_changes", tracker)
    assert json.dumps(tracker.to_json()) == before


def test_a_rejection_names_who_rejects(actions: Actions, tracker: Tracker) -> None:
    with pytest.raises(ActionRejectedError) as raised:
        actions.run("action_rejects", tracker)
    assert (raised.value.action, raised.value.why) == ("city_form", "no city in that")


def test_an_action_that_raises_has_failed_with_its_words(actions: Actions, tracker: Tracker) -> None:
    with pytest.raises(ActionFailedError, match="the shop's database is away") as raised:
        actions.run("action_raises", tracker)
    assert raised.value.action == "action_raises"


@pytest.mark.parametrize(
    "name", ["action_gives_an_unknown_event", "action_gives_half_an_event", "action_gives_a_timedelta"]
)
def test_an_action_that_gives_back_nonsense_has_failed(actions: Actions, tracker: Tracker, name: str) -> None:
    with pytest.raises(ActionFailedError):
        actions.run(name, tracker)


def test_an_action_that_nobody_has_has_failed(actions: Actions, tracker: Tracker) -> None:
    assert "action_nope" not in actions
    with pytest.raises(ActionFailedError, match="check"):
        actions.run("action_nope", tracker)


@pytest.mark.parametrize("kind", KINDS)
def test_an_action_that_hangs_has_failed_in_time_and_holds_nobody_up(
    kind: str, shop_address: str, outbound: Outbound, tracker: Tracker
) -> None:
    hasty = opened(kind, shop_address, outbound, SHORT)
    patient = opened(kind, shop_address, outbound, LONG)
    try:
        with pytest.raises(ActionFailedError, match=r"no answer within 0\.5 s"):
            hasty.run("action_hangs", tracker)
        assert patient.run("action_waits", tracker).events
    finally:
        hasty.close()
        patient.close()
