"""A knowledge base of the test's own, searched with the hashed embedder: real files, no model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config.identity import Identity, open_identity
from config.pages import Brand
from config.settings import Settings
from config.sign_in import COOKIE
from kb.app import kb_app
from kb.opening import Kb, open_kb
from tests.blank import furnish
from tests.fakes import QUICK, FakeClock
from tests.kb.bases import ARTICLES, hashed, publish
from tests.kb.contract import conforming
from tests.kb.editors import PASSWORD, Editor


@pytest.fixture
def settings(tmp_path: Path, environment: dict[str, str]) -> Settings:
    data = tmp_path / "data"
    return hashed(data if environment else furnish(data, ["kb"]), environment)


@pytest.fixture
def room(settings: Settings, clock: FakeClock) -> Iterator[Kb]:
    """An empty base."""
    settings.data.mkdir(exist_ok=True)
    opened = open_kb(settings, clock)
    yield opened
    opened.close()


@pytest.fixture
def stocked(room: Kb) -> Kb:
    """The base with ARTICLES published and indexed."""
    publish(room, *ARTICLES)
    return room


@pytest.fixture
def identity(tmp_path: Path, environment: dict[str, str], clock: FakeClock) -> Iterator[Identity]:
    if not environment:
        furnish(tmp_path, ["house", "kb"])
    identity = open_identity(hashed(tmp_path, environment).schema("house") or tmp_path, clock, QUICK)
    yield identity
    identity.close()


@pytest.fixture
def base(tmp_path: Path, environment: dict[str, str], clock: FakeClock) -> Iterator[Kb]:
    """An empty base beside the staff who edit it."""
    if not environment:
        furnish(tmp_path, ["house", "kb"])
    kb = open_kb(hashed(tmp_path, environment), clock)
    yield kb
    kb.close()


@pytest.fixture
def app(base: Kb, identity: Identity) -> Flask:
    return conforming(kb_app(base, identity, Brand.load()))


@pytest.fixture
def staff(app: Flask, identity: Identity) -> Callable[[str, str], Editor]:
    """Signs somebody in, by name and role."""

    def sign_in(name: str, role: str) -> Editor:
        email = f"{name.split()[0].lower()}@nettly.example"
        identity.add(email, name, [role], PASSWORD)
        token = identity.sign_in(email, PASSWORD, "127.0.0.1")
        client = app.test_client()
        client.set_cookie(COOKIE, token)
        return Editor(client, identity.csrf(token))

    return sign_in


@pytest.fixture
def ines(staff: Callable[[str, str], Editor]) -> Editor:
    return staff("Ines Dahl", "editor")


@pytest.fixture
def customer(app: Flask) -> FlaskClient:
    return app.test_client()
