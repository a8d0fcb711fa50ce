"""Every bridge with its peer; a new one is one line here."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import cast

import pytest

from tests.contract.bridges.house import House
from tests.peers import Peer

_REAL = (pytest.mark.peer, pytest.mark.slow)

# The bridge, the module of its peer under tests/peers. Every run has one of each kind: our own desk, webhooks
# alone, mail, webhooks and looking, looking alone.
BRIDGES = (
    pytest.param(("none", "none"), id="none"),
    pytest.param(("webhook", "webhook"), id="webhook"),
    pytest.param(("email", "email"), id="email"),
    pytest.param(("email", "email_real"), id="email-real", marks=_REAL),
    pytest.param(("chatwoot", "chatwoot"), id="chatwoot"),
    pytest.param(("slack", "slack"), id="slack", marks=pytest.mark.slow),
    pytest.param(("zendesk", "zendesk"), id="zendesk", marks=pytest.mark.slow),
    pytest.param(("zammad", "zammad"), id="zammad", marks=pytest.mark.slow),
    pytest.param(("rt", "rt"), id="rt"),
    pytest.param(("rt", "rt_real"), id="rt-real", marks=_REAL),
    pytest.param(("matrix", "matrix"), id="matrix", marks=pytest.mark.slow),
    pytest.param(("matrix", "matrix_real"), id="matrix-real", marks=_REAL),
    pytest.param(("django_helpdesk", "django_helpdesk"), id="django-helpdesk", marks=_REAL),
)
OUTSIDE = BRIDGES[1:]


@pytest.fixture(params=BRIDGES)
def bridge(request: pytest.FixtureRequest) -> tuple[str, str]:
    return cast(tuple[str, str], request.param)


@pytest.fixture
def peer(bridge: tuple[str, str], tmp_path: Path) -> Iterator[Peer]:
    """The helpdesk, as it is before anybody has asked it anything."""
    started = cast(Peer, import_module(f"tests.peers.{bridge[1]}").start(tmp_path / "peer"))
    yield started
    started.close()


@pytest.fixture
def house(bridge: tuple[str, str], peer: Peer, tmp_path: Path) -> Iterator[House]:
    """Our house with that helpdesk."""
    opened = House(tmp_path / "data", bridge[0], peer)
    yield opened
    opened.close()
