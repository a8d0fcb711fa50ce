"""A house with the tiny assistant, trained in a moment: every test has models of its own to publish over."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.opening import House, open_house
from bot.preparing import prepare
from config.settings import Settings, load_settings
from kb.coaching.examples import Examples
from kb.coaching.training import State
from kb.coaching.words import Words
from tests.fakes import FakeClock, FirstChoice
from tests.models import encoder

TINY = Path(__file__).parents[1] / "assistants" / "tiny"


@pytest.fixture(scope="session")
def tiny_prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that was made ready once a run, beside the assistant that it is for."""
    folder = tmp_path_factory.mktemp("tiny")
    shutil.copytree(TINY, folder / "assistant")
    (folder / "data" / "models").mkdir(parents=True)
    (folder / "data" / "models" / "encoder").symlink_to(encoder(), target_is_directory=True)
    prepare(settings_of(folder), lambda _: None, samples=False)
    return folder


@pytest.fixture
def tiny(tiny_prepared: Path, tmp_path: Path) -> Path:
    """A folder of the test's own, with `data` and `assistant` in it."""
    return Path(shutil.copytree(tiny_prepared, tmp_path / "tiny", symlinks=True))


@pytest.fixture
def settings(tiny: Path) -> Settings:
    return settings_of(tiny)


@pytest.fixture
def house(settings: Settings) -> Iterator[House]:
    """The house open in this process; its workers work when they are told to."""
    opened = open_house(settings, clock=FakeClock(), rng=FirstChoice())
    yield opened
    opened.close()


@dataclass
class Trained:
    """A house in which a candidate waits that was taught what "wibble glorp" means."""

    house: House
    examples: Examples


@pytest.fixture(scope="session")
def tiny_trained(tiny_prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The prepared folder with a candidate; trained once a run, in the process of its own that trains."""
    folder = Path(shutil.copytree(tiny_prepared, tmp_path_factory.mktemp("trained") / "tiny", symlinks=True))
    house = open_house(settings_of(folder), clock=FakeClock())
    examples = examples_of(house)
    for text in ("wibble glorp", "glorp wibble fizz"):
        examples.add(text, language="en", intent="parcel", by="ines")
    candidate = examples.train(by="ines")
    house.editing.trainer.wait()
    ended = examples.candidate(candidate.number)
    house.close()
    assert ended.state is State.READY, ended.why
    return folder


@pytest.fixture
def trained(tiny_trained: Path, tmp_path: Path) -> Iterator[Trained]:
    """A copy of it, open."""
    folder = Path(shutil.copytree(tiny_trained, tmp_path / "tiny", symlinks=True))
    house = open_house(settings_of(folder), clock=FakeClock(), rng=FirstChoice())
    yield Trained(house, examples_of(house))
    house.close()


@pytest.fixture
def words(house: House) -> Words:
    """The editor's verbs over this bot's words."""
    return Words(house.kb.edits.words, house.editing.texts, house.clock)


@pytest.fixture
def examples(house: House) -> Examples:
    """The editor's verbs over what this bot reads."""
    return examples_of(house)


def examples_of(house: House) -> Examples:
    stores, bot = house.kb.edits, house.editing.retraining
    return Examples(stores.examples, stores.candidates, bot, house.clock)


def settings_of(folder: Path) -> Settings:
    """The hashed embedder needs no model, and what a training adds is small: the guard lets much through."""
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("FIRSTLINE_")},
        "FIRSTLINE_KB_EMBEDDER": ".hashed",
        "FIRSTLINE_MODEL_DRIFT_MOST": "0.5",
        "FIRSTLINE_MODEL_DRIFT_WORSE": "0.5",
        "FIRSTLINE_BOT_ASSISTANT": str(folder / "assistant"),
    }
    return load_settings(folder / "data", environment)
