"""A house that is killed while its helpdesk tells it something: the customer hears it once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from config.clock import SystemClock
from config.settings import load_settings
from handoff.opening import open_handoff
from handoff.values import as_object
from tests.blank import furnish
from tests.handoff.bridges.scripted import incoming
from tests.mortal_inbox import KILLED, MortalInbox

WEBHOOK = json.dumps([as_object(incoming("msg:1", "Here is your label."))])


@pytest.mark.parametrize(
    "point",
    [
        "bridge.event.kept",
        "handoff.event.half",
        "handoff.case.changed",
        "handoff.reply.written",
    ],
)
def test_wherever_it_dies_an_answer_is_heard_once(tmp_path: Path, point: str) -> None:
    house = MortalInbox(furnish(tmp_path, ["handoff"]))
    assert house.lives(WEBHOOK, point) == KILLED
    assert house.lives(WEBHOOK) == 0  # nobody answered the first time, so it is sent again
    assert heard(tmp_path) == [("joined", ""), ("reply", "Here is your label.")]


def heard(folder: Path) -> list[tuple[str, str]]:
    """What the customer's side is told: kind and text."""
    room = open_handoff(load_settings(folder, {}), SystemClock())
    told: list[tuple[str, str]] = []
    while leased := room.dispatches.lease():
        told += [(each.kind, each.text) for each in leased]
        for each in leased:
            room.dispatches.done(each.id)
    room.close()
    return told
