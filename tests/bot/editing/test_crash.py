"""kill -9 between the promise, the files and the note: the old model or the new one, never less."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.opening import House, open_house
from config.failpoints import ENVIRONMENT
from kb.opening import open_edits
from tests.bot.editing.conftest import examples_of, settings_of
from tests.fakes import FakeClock

PUBLISH = """
import sys
from pathlib import Path
from bot.opening import open_house
from tests.bot.editing.conftest import examples_of, settings_of

house = open_house(settings_of(Path(sys.argv[1])))
examples = examples_of(house)
examples.publish(examples.open().number, accept=True, by="ines")
house.workers.drain()
"""
SPEAK = """
import sys
from pathlib import Path
from bot.opening import open_house
from kb.coaching.wordings import Variant
from kb.coaching.words import Words
from tests.bot.editing.conftest import settings_of

house = open_house(settings_of(Path(sys.argv[1])))
words = Words(house.kb.edits.words, house.editing.texts, house.clock)
words.save("utter_greet", "en", [Variant(0, "Welcome.")], version=0, by="ines")
words.publish(0, "", by="ines")
"""


@pytest.fixture
def folder(tiny_trained: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_trained, tmp_path / "tiny", symlinks=True))


def killed(script: str, folder: Path, failpoint: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder)],
        env=os.environ | {ENVIRONMENT: failpoint, "PYTHONPATH": "."},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 137, done.stderr


def reopened(folder: Path) -> House:
    return open_house(settings_of(folder), clock=FakeClock())


@pytest.mark.parametrize(
    "failpoint", [pytest.param("kb.model.promised", marks=pytest.mark.slow), "bot.model.written"]
)
def test_a_promised_model_is_served_after_the_crash(folder: Path, failpoint: str) -> None:
    killed(PUBLISH, folder, failpoint)
    house = reopened(folder)
    assert house.understanding.read("where is my parcel").intents[0].name == "parcel"
    house.workers.drain()
    assert house.understanding.read("wibble glorp").intents[0].name == "parcel"
    assert house.degraded() == () and examples_of(house).publications(1)[0].applied_at is not None
    house.close()


def test_published_words_are_said_after_the_crash(folder: Path) -> None:
    killed(SPEAK, folder, "kb.words.published")
    stores = open_edits(settings_of(folder))
    assert stores.words.live_number() == 1 and stores.words.drafts() == {}
    stores.close()
    house = reopened(folder)
    assert house.room.voice.words("utter_greet", {"language": "en"}) == "Welcome."
    house.close()
