"""Turns a second of the dialogue alone: NLU bypassed, actions that do nothing, on a real assistant."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from bot.acting import Acted
from bot.cast import Cast
from bot.dialogue.loading import load_assistant
from bot.play import play
from bot.policies import learn
from bot.saying import Voice
from bot.tracker import initial_slots, list_slots, replay
from tests.benchmarks.machine import machine

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ROUNDS = 30


def policy_turns(folder: Path, recording: Path) -> tuple[float, float]:
    """Turns a second of one core over the recorded conversations, and the core seconds that learning took."""
    assistant = load_assistant(folder)
    began = time.process_time()
    memory = learn(assistant)
    learnt = time.process_time() - began
    cast = Cast(
        assistant=assistant,
        memory=memory,
        act=lambda name, tracker: Acted((), ()),
        voice=Voice(assistant, ("en",), Random(1)),
        output="collector",
        now=lambda: AT,
    )
    conversations = [
        [
            {
                "event": "user",
                "timestamp": AT.timestamp(),
                "text": turn["parse"]["text"],
                "parse_data": turn["parse"],
            }
            for turn in each["turns"]
        ]
        for each in json.loads(recording.read_text())["conversations"]
    ]
    initial, lists = initial_slots(assistant.domain), list_slots(assistant.domain)
    turns = 0
    began = time.process_time()
    for _ in range(ROUNDS):
        for conversation in conversations:
            tracker = replay("bench", initial, (), lists=lists)
            for said in conversation:
                tracker = play(cast, tracker, said).tracker
                turns += 1
    return turns / (time.process_time() - began), learnt


def main() -> None:
    """Print the figure for helpdesk-assistant, where its files are."""
    from tests.datasets import BESIDE

    print(machine())
    folder = BESIDE / "rasa" / "helpdesk-assistant"
    a_second, learnt = policy_turns(folder, folder / "ORACLE-live.json")
    print(
        f"policy turns, helpdesk-assistant: {a_second:,.0f} a second a core, learnt in {learnt * 1000:.0f} ms"
    )


if __name__ == "__main__":
    main()
