"""The example of another side: sixty lines that a company can start from, as they are printed."""

from __future__ import annotations

import re
import runpy
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from flask import Flask

from handoff.bridges.examples.receiver import create_app
from handoff.bridges.signing import Signatures
from handoff.case import CaseStatus
from tests.contract.bridges.house import INES, House
from tests.peers.serving import Serving
from tests.peers.webhook import OTHER, SECRET, WebhookPeer

SOURCE = Path(__file__).parents[3] / "handoff" / "bridges" / "examples" / "receiver.py"


class Example(WebhookPeer):
    """The example's address instead of the fake's."""

    def at(self, url: str) -> None:
        self.settings = {"url": url, "secret": SECRET}


class Both:
    """Our house and the example, each with the other's address, by the real clock: signatures are of now."""

    def __init__(self, folder: Path, ending: ExitStack) -> None:
        ours = Flask(__name__)
        way_in = Serving(ours)
        ending.callback(way_in.close)
        example = Serving(create_app(f"http://127.0.0.1:{way_in.port}/bridges/webhook", SECRET))
        ending.callback(example.close)
        peer = Example()
        ending.callback(peer.close)
        self.page = f"http://127.0.0.1:{example.port}/"
        peer.at(f"{self.page}firstline")
        self.house = House(folder, "webhook", peer, datetime.now(UTC))
        ending.callback(self.house.close)
        assert self.house.door is not None
        ours.wsgi_app = self.house.door.wsgi_app  # type: ignore[method-assign]

    def reads(self) -> str:
        return requests.get(self.page, timeout=10).text

    def does(self, type: str, text: str = "") -> None:
        """An agent presses a button on the page."""
        case = re.search(r'name="case" value="([^"]+)"', self.reads())
        assert case is not None
        form = {"case": case[1], "name": "Omar", "text": text, "type": type}
        assert requests.post(self.page, data=form, timeout=10).status_code == 200
        self.house.works()


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Both]:
    with ExitStack() as ending:
        yield Both(tmp_path / "data", ending)


def test_it_is_sixty_lines() -> None:
    assert len(SOURCE.read_text(encoding="utf-8").splitlines()) <= 60


def test_it_needs_nothing_of_ours() -> None:
    assert callable(runpy.run_path(str(SOURCE))["create_app"])
    assert not re.search(r"^from (handoff|config|bot|kb|actions)", SOURCE.read_text(encoding="utf-8"), re.M)


def test_a_case_is_answered_noted_and_resolved_there(both: Both) -> None:
    house = both.house
    case = house.escalates("c: My <hub> is dead, order 10427. A person please!")
    house.works()
    house.writes(case, "are you there?")
    house.works()
    assert "WANTS" in both.reads() and "My &lt;hub&gt; is dead" in both.reads()
    assert "are you there?" in both.reads()
    both.does("agent.noted", "a nurse, be quick")
    both.does("agent.replied", "A new one is on its way.")
    assert house.heard(case) == ["A new one is on its way."]
    assert house.told("reply")[0].author_name == "Omar"
    assert "a nurse, be quick" in [entry.text for entry in house.thread(case) if entry.kind == "note"]
    both.does("case.status")
    assert house.now(case).status is CaseStatus.RESOLVED
    house.handoff.desk.reopen(case.number, INES)
    house.works()
    assert "(open)" in both.reads()
    house.handoff.forget(case.conversation_id)
    house.works()
    assert "nurse" not in both.reads()


def test_its_check_passes_but_for_our_own_address(both: Both) -> None:
    assert both.house.mirror is not None
    assert [step.ok for step in both.house.mirror.bridge.check()] == [True, True, False]


def test_it_takes_nothing_that_others_sign(both: Both) -> None:
    body = b'{"type": "ping", "data": {}}'
    for secret, at in ((OTHER, datetime.now(UTC)), (SECRET, datetime(2026, 1, 1, tzinfo=UTC))):
        headers = {**Signatures((secret,)).headers("m-1", at, body), "Content-Type": "application/json"}
        got = requests.post(f"{both.page}firstline", body, headers=headers, timeout=10)
        assert got.status_code == 401
    assert requests.post(f"{both.page}firstline", body, timeout=10).status_code == 401


def test_a_repeated_webhook_changes_nothing(both: Both) -> None:
    case = both.house.escalates()
    both.house.writes(case, "once")
    both.house.peer.door.lose_next_answer()
    both.house.works()
    assert both.reads().count("<pre>once</pre>") == 1
