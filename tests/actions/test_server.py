"""Our actions under rasa-sdk's own executor, as a stock Rasa calls them: in a process without our bot."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from config.clock import SystemClock
from config.settings import load_settings
from handoff.case import Case
from handoff.opening import open_handoff
from tests.actions.trackers import bot, did, user
from tests.furnishing import never_closed

ROOT = Path(__file__).parents[2]
SERVES = """
import asyncio, json, logging, sys
from rasa_sdk.executor import ActionExecutor

logging.disable(logging.INFO)
executor = ActionExecutor()
executor.register_package("actions")
print(json.dumps(sorted(executor.actions)))
for line in sys.stdin:
    result = asyncio.run(executor.run(json.loads(line)))
    print(json.dumps({"events": result.events, "responses": result.responses}))
"""


def call(action: str, *events: dict[str, Any], **slots: object) -> dict[str, Any]:
    """A webhook's body as Rasa 3.6 sends it: no numbers in the metadata, all slots, the whole domain."""
    said = [event for event in events if event["event"] == "user"][-1]
    latest = {**said["parse_data"], "message_id": "6f1", "metadata": {}}
    return {
        "next_action": action,
        "sender_id": "u1",
        "tracker": {
            "sender_id": "u1",
            "slots": {"language": None, "handoff": None, "handoff_reason": None, "misses": 0, **slots},
            "latest_message": latest,
            "latest_event_time": said["timestamp"],
            "followup_action": None,
            "paused": False,
            "events": list(events),
            "latest_input_channel": "rest",
            "active_loop": {},
            "latest_action": {"action_name": "action_listen"},
            "latest_action_name": "action_listen",
        },
        "domain": {"config": {"store_entities_as_slots": True}, "intents": [], "slots": {}, "responses": {}},
        "version": "3.6.21",
    }


def served(data: Path, *calls: dict[str, Any]) -> list[Any]:
    """The names of the actions, then what each call gives back."""
    done = subprocess.run(
        [sys.executable, "-c", SERVES],
        cwd=ROOT,
        env={**os.environ, "FIRSTLINE_HOME": str(data)},
        input="".join(json.dumps(each) + "\n" for each in calls),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def cases(data: Path) -> tuple[Case, ...]:
    handoff = open_handoff(load_settings(data, {}), SystemClock())
    try:
        return handoff.desk.queue("all")
    finally:
        handoff.close()


ASKED = (
    did("action_session_start"),
    did("session_started"),
    user("my order NT-10427 is broken", "complaint"),
    bot("I'm sorry.", "utter_about_complaint"),
    user("let me speak to a person", "human_handoff"),
)


def test_a_stock_action_server_finds_our_actions_and_opens_one_case(data: Path) -> None:
    never_closed(data)  # or a way to answer is asked for, too, at some hours
    body = call("action_escalate", *ASKED)
    names, first, again = served(data, body, body)
    assert names == [
        "action_accept_person",
        "action_answer",
        "action_ask_guide_reaction",
        "action_correct",
        "action_escalate",
        "action_feedback",
        "action_guide",
        "action_guide_end",
        "action_leave_form",
        "action_order_status",
        "action_return_request",
        "validate_guide_form",
        "validate_order_status_form",
        "validate_return_form",
    ]
    assert [event["event"] for event in first["events"]] == ["slot", "pause", "action"]
    assert again["events"][0]["value"] == first["events"][0]["value"]
    [case] = cases(data)
    assert (case.handoff_id, case.reason) == ("u1-1", "asked_for_person")
    assert first["responses"][0]["case"] == case.number


def test_a_stock_action_server_answers_from_the_articles(data: Path) -> None:
    asked = user("how long do i have to send something back?", "return_item")
    _, answered = served(data, call("action_answer", asked, last_article=None, rejected=None))
    [answer, question] = answered["responses"]
    assert answer["custom"]["answer"]["url"].startswith("/help/en/")
    assert question["response"] == "utter_did_this_help"


def test_without_models_a_stock_action_server_answers_by_words(tmp_path: Path) -> None:
    asked = user("how long do i have to send something back?", "return_item")
    _, answered = served(tmp_path / "new", call("action_answer", asked))
    assert [each["response"] for each in answered["responses"]] == ["utter_no_answer"]
