"""The house without its models: it says so, says what to run, and goes on by words."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app import customers_app
from bot.conversation import Holder
from bot.opening import House, open_house
from config.pages import Brand
from config.settings import load_settings
from tests.driver import Driver
from tests.fakes import FakeClock, FirstChoice

QUESTION = "where can I see how far my order has come?"


@pytest.fixture(scope="module")
def bare(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house whose model folder is gone."""
    data = tmp_path_factory.mktemp("bare") / "data"
    shutil.copytree(prepared, data, ignore=shutil.ignore_patterns("models", "*.lock"))
    house = open_house(load_settings(data, {}), clock=FakeClock(), rng=FirstChoice())
    yield house
    house.close()


def test_ready_says_what_is_missing_and_what_to_run(bare: House) -> None:
    answer = customers_app(bare, Brand.load()).test_client().get("/health/ready")
    assert (answer.status_code, answer.json["status"]) == (200, "degraded")
    intents, search = answer.json["degraded"]
    assert "intents" in intents and "`firstline train`" in intents
    assert "encoder" in search and "`firstline train`" in search


def test_a_question_in_an_articles_words_is_still_answered(bare: House) -> None:
    heard = Driver(bare).customer().says(QUESTION)
    assert any(message.source is not None for message in heard)


def test_a_person_can_still_be_asked_for(bare: House) -> None:
    maya = Driver(bare).customer()
    maya.says("I want to talk to a human about order NT-10427")
    assert maya.holder is Holder.QUEUE


def test_what_is_not_known_for_sure_is_not_guessed(bare: House) -> None:
    heard = Driver(bare).customer().says("glorp the fizzle wibbly")
    assert all(message.source is None for message in heard)


def test_damaged_intents_are_not_used(data: Path) -> None:
    models = (data / "models").resolve()
    (data / "models").unlink()
    shutil.copytree(models, data / "models", symlinks=True)
    heads = next((data / "models" / "intents").glob("*.safetensors"))
    whole = heads.read_bytes()
    heads.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    house = open_house(load_settings(data, {}), clock=FakeClock(), rng=FirstChoice())
    try:
        [reason] = house.degraded()
        assert "intents by keywords only" in reason and "`firstline train`" in reason
        heard = Driver(house).customer().says(QUESTION)
        assert any(message.source is not None for message in heard)
    finally:
        house.close()
