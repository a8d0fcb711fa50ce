"""Every channel on somebody else's server with its platform; a new one is one line here."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import cast

import pytest

from tests.contract.channels.room import Room
from tests.platforms import FakePlatform

CHANNELS = ("telegram", "whatsapp", "twilio", "slack", "chatwoot", "api")


@pytest.fixture(params=CHANNELS)
def name(request: pytest.FixtureRequest) -> str:
    return cast(str, request.param)


@pytest.fixture
def platform(name: str) -> Iterator[FakePlatform]:
    """The platform, as it is before anybody has written to us."""
    started = cast(FakePlatform, import_module(f"tests.platforms.{name}").start())
    yield started
    started.close()


@pytest.fixture
def room(name: str, platform: FakePlatform, tmp_path: Path) -> Iterator[Room]:
    """The customers' room with that channel."""
    opened = Room(tmp_path / "data", name, platform)
    yield opened
    opened.close()
