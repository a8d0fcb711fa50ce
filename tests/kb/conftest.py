"""A knowledge base of the test's own, searched with the hashed embedder: real files, no model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import Settings
from kb.opening import Kb, open_kb
from tests.fakes import FakeClock
from tests.kb.bases import ARTICLES, hashed, publish


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return hashed(tmp_path / "data")


@pytest.fixture
def room(settings: Settings) -> Iterator[Kb]:
    """An empty base."""
    settings.data.mkdir(exist_ok=True)
    opened = open_kb(settings, FakeClock())
    yield opened
    opened.close()


@pytest.fixture
def stocked(room: Kb) -> Kb:
    """The base with ARTICLES published and indexed."""
    publish(room, *ARTICLES)
    return room
