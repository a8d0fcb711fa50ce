"""The agents' room over a folder of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import Settings, load_settings
from handoff.desk import Agent
from handoff.opening import Handoff, open_handoff
from tests.blank import furnish
from tests.fakes import FakeClock
from tests.handoff.conversations import MONDAY

INES = Agent("ines@nettly.example", "Ines")
LEO = Agent("leo@nettly.example", "Leo")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(MONDAY)


@pytest.fixture
def settings(tmp_path: Path, environment: dict[str, str]) -> Settings:
    return load_settings(tmp_path if environment else furnish(tmp_path, ["handoff"]), environment)


@pytest.fixture
def room(settings: Settings, clock: FakeClock) -> Iterator[Handoff]:
    opened = open_handoff(settings, clock)
    yield opened
    opened.close()
