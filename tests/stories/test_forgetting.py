"""A customer asks to be forgotten: no byte of theirs is left anywhere, and what was counted still is."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.dialogue.assistant import Assistant
from bot.errors import ForgottenError
from bot.opening import House, open_house
from config.settings import load_settings
from kb.opening import seed
from tests.driver import Driver
from tests.fakes import FakeClock, FirstChoice
from tests.lived import CANARY, EMAIL, NAME, lives_through, places

UNREACHABLE = {
    "FIRSTLINE_MAIL_HOST": "127.0.0.1",
    "FIRSTLINE_MAIL_PORT": "1",
    "FIRSTLINE_MAIL_SENDER": "support@nettly.example",
}


@pytest.fixture
def lived(
    prepared: Path, tmp_path: Path, environment: dict[str, str], shipped: Assistant
) -> Iterator[Driver]:
    """A house with models of its own, and mail that waits to be sent."""
    data = tmp_path / "data"
    shutil.copytree(prepared, data, symlinks=True, ignore=shutil.ignore_patterns("*.lock"))
    settings = load_settings(data, {**UNREACHABLE, **environment})
    house = open_house(settings, clock=FakeClock(), rng=FirstChoice(), base=shipped)
    if environment:  # PostgreSQL begins without articles
        seed(house.kb)
    house.workers.drain()
    yield Driver(house)
    house.close()


def counted(rooms: House) -> tuple[object, ...]:
    """What reports are made of."""
    since = rooms.clock.now() - timedelta(days=1)
    return (
        rooms.kb.learning.outcomes.tallies(),
        rooms.handoff.desk.day(since),
        rooms.handoff.aids.figures.of("ines@nettly.example", since),
    )


def test_no_byte_of_a_forgotten_customer_is_left_and_what_was_counted_is(lived: Driver) -> None:
    rooms, maya = lived.opened, lives_through(lived)
    secrets = (CANARY, maya.conversation, EMAIL, NAME)
    before, figures = places(rooms, *secrets), counted(rooms)
    for place in ("bot", "kb", "handoff"):
        assert sum(count for name, count in before.items() if place in name) > 5, before
    assert sum("intents" in name for name in before) == 2, before

    rooms.privacy.forget_me(rooms.store.get(maya.conversation))
    with pytest.raises(ForgottenError):
        rooms.chat.opened_by(maya.conversation, maya.token)
    rooms.workers.drain()

    assert places(rooms, *secrets) == {}
    assert counted(rooms) == figures
    (erasure,) = rooms.privacy.latest()
    assert (erasure.state, erasure.by, erasure.conversation, erasure.words) == ("done", "customer", None, ())
    assert erasure.proof is not None and erasure.proof["found"] == {}
    assert rooms.handoff.audit.verify().broken_at is None
    with rooms.handoff.database.read() as tx:
        forgotten = sa.text("SELECT case_number, actor FROM audit WHERE verb = 'forgotten'")
        assert tx.execute(forgotten).all() == [(1001, "customer")]
    assert Driver(rooms).customer().says("How long do I have to return something?")


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_no_value_in_any_table_of_postgresql_is_left_either(lived: Driver) -> None:
    assert lived.opened.settings.server.database_url
    test_no_byte_of_a_forgotten_customer_is_left_and_what_was_counted_is(lived)


def test_words_that_an_editor_has_written_down_are_told_of(lived: Driver) -> None:
    rooms, maya = lived.opened, lived.customer()
    said = f"My {CANARY} is purple on the inside, which it should not be at all"
    maya.says(said)
    lived.publishes(f"Purple {CANARY}", f"A customer wrote: {said}. That is how they are made.")
    rooms.privacy.forget(maya.conversation, by="ada@nettly.example")
    rooms.workers.drain()
    (erasure,) = rooms.privacy.latest()
    assert erasure.proof is not None and "kb.db" in str(erasure.proof["found"])
