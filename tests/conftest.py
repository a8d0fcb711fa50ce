"""A house for the tests: a real model, a real index and real databases in a folder of the test's own."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bot.dialogue.assistant import Assistant
from bot.dialogue.loading import load_assistant
from bot.opening import SHIPPED, House, open_house
from bot.preparing import prepare
from config.database import Schema
from config.outbound import Outbound
from config.settings import load_settings
from tests.blank import furnish
from tests.browser import ChromiumMissingError, chromium, do_without
from tests.driver import Driver
from tests.fakes import FakeClock, FirstChoice
from tests.models import encoder
from tests.postgres import FOLDER, Postgres, PostgresMissingError, empty, furnished, running
from tests.server import Server, serving
from tests.stage import staffed

Where = Callable[[str], Path | Schema]
"""A room's database, by the room's name."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what is marked `engines` on SQLite and, with the slow ones, on PostgreSQL."""
    marked = metafunc.definition.get_closest_marker("engines") is not None
    if marked and "database_url" in metafunc.fixturenames:
        metafunc.parametrize(
            "database_url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True
        )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that start servers and browsers first, then the long ones: two workers end at the same time."""
    size = Counter(item.path for item in items)
    heavy = {item.path for item in items if "stories" in item.path.parts or _starts_something(item)}
    items.sort(key=lambda item: (item.path not in heavy, -size[item.path], str(item.path)))


def _starts_something(item: pytest.Item) -> bool:
    return not {"browser", "server", "opened", "shared"}.isdisjoint(getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The machine's PostgreSQL for tests; without one the test is skipped, and fails where CI=true."""
    try:
        with running(FOLDER / "postgres", durable=False) as server:
            yield server
    except PostgresMissingError as error:
        do_without(str(error))


@pytest.fixture(scope="session")
def furnished_database(postgres: Postgres) -> Iterator[str]:
    """The address of a database with every room's tables and nothing in them; tests take turns."""
    with furnished(postgres) as url:
        yield url


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """`[server] database_url` of the test: empty for SQLite, else the address of a PostgreSQL database."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield ""
        return
    url: str = request.getfixturevalue("furnished_database")
    yield url
    empty(url)


@pytest.fixture
def environment(database_url: str) -> dict[str, str]:
    """What settings are read with in this test."""
    return {"FIRSTLINE_SERVER_DATABASE_URL": database_url} if database_url else {}


@pytest.fixture
def where(database_url: str, tmp_path: Path) -> Where:
    """Where a room's tables are in this test."""
    return lambda room: Schema(database_url, room) if database_url else tmp_path / "data" / f"{room}.db"


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder made ready; the exported encoder is the machine's, as it never changes."""
    own = tmp_path_factory.getbasetemp()
    run = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    made = run / "made-ready"
    with (run / "made-ready.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one worker trains, and the others take a copy
        if not made.exists():
            data = tmp_path_factory.mktemp("making") / "data"
            (data / "models").mkdir(parents=True)
            (data / "models" / "encoder").symlink_to(encoder(), target_is_directory=True)
            prepare(load_settings(data, {}), lambda _: None)
            data.rename(made)
    return shutil.copytree(made, tmp_path_factory.mktemp("prepared") / "data", symlinks=True)


@pytest.fixture
def data(prepared: Path, tmp_path: Path) -> Path:
    """A data folder of the test's own: models shared, everything that is written copied."""
    return own_copy(prepared, tmp_path / "data")


@pytest.fixture
def outbound() -> Iterator[Outbound]:
    """What sends to other people's servers."""
    opened = Outbound()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; without one the test is skipped, and fails where CI=true."""
    try:
        with chromium() as opened:
            yield opened
    except ChromiumMissingError as error:
        do_without(str(error))


@pytest.fixture(scope="module")
def server(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real server with the staff of the scenes, shared by the tests of a module."""
    with serving(staffed(own_copy(prepared, tmp_path_factory.mktemp("served") / "data"))) as running:
        yield running


def own_copy(prepared: Path, own: Path) -> Path:
    """A copy of a prepared data folder that shares its models."""
    shutil.copytree(prepared, own, ignore=shutil.ignore_patterns("models", "*.lock"))
    (own / "models").symlink_to(prepared / "models", target_is_directory=True)
    return furnish(own)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def shipped() -> Assistant:
    """The assistant that ships, read once: its YAML takes longer than all else that a house opens."""
    return load_assistant(SHIPPED, examples=False)


@pytest.fixture
def opened(data: Path, clock: FakeClock, shipped: Assistant) -> Iterator[House]:
    """The whole house open in this process; its workers work when they are told to."""
    house = open_house(load_settings(data, {}), clock=clock, rng=FirstChoice(), base=shipped)
    yield house
    house.close()


@pytest.fixture(scope="module")
def shared(prepared: Path, shipped: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house for the tests of a module, each of which talks in a conversation of its own."""
    data = own_copy(prepared, tmp_path_factory.mktemp("shared") / "data")
    house = open_house(load_settings(data, {}), clock=FakeClock(), rng=FirstChoice(), base=shipped)
    yield house
    house.close()


@pytest.fixture
def house(opened: House) -> Driver:
    """The house as the stories speak to it."""
    return Driver(opened)
