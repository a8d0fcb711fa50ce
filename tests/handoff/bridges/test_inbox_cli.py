"""`firstline bridge inbox` and `event`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from config.settings import Settings
from handoff.bridges.errors import PeerRefusedError
from handoff.bridges.inbox_cli import inbox_commands
from handoff.opening import Handoff
from tests.fakes import FakeClock
from tests.handoff.bridges.scripted import Mirrored, incoming, mirrored


@pytest.fixture
def house(room: Handoff, settings: Settings, clock: FakeClock) -> Iterator[Mirrored]:
    opened = mirrored(room, settings, clock)
    yield opened
    opened.mirror.close()


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(inbox_commands, [*words, "--data", str(folder)], env={"COLUMNS": "200"})


def test_without_a_helpdesk_it_says_so(room: Handoff, tmp_path: Path) -> None:
    done = run(tmp_path, "inbox")
    assert done.exit_code == 1 and "firstline bridge list" in done.output


def test_what_came_in_is_listed_with_what_became_of_it(house: Mirrored, tmp_path: Path) -> None:
    assert run(tmp_path, "inbox").output.strip() == "Nothing has come in."
    house.hears(incoming("msg:1", "Hello."), incoming("msg:2", "", author_kind="bot"))
    house.inbox.keep_unreadable(b"<html>", "it is not JSON", house.clock.now())
    lines = run(tmp_path, "inbox").output.splitlines()
    assert [line.split()[-1] for line in lines[1:]] == ["JSON", "own", "done"]
    parked = json.loads(run(tmp_path, "inbox", "--parked", "--json").output)
    assert [each["why"] for each in parked] == ["it is not JSON"]


def test_what_can_not_be_read_is_shown_as_it_came(house: Mirrored, tmp_path: Path) -> None:
    house.inbox.keep_unreadable(b"<html>", "it is not JSON", house.clock.now())
    (kept,) = house.inbox.recent()
    assert "<html>" in run(tmp_path, "event", kept.event_id).output
    refused = run(tmp_path, "event", kept.event_id, "--again")
    assert refused.exit_code == 1 and "have the helpdesk send it again" in refused.output


def test_what_is_parked_is_applied_after_all(house: Mirrored, tmp_path: Path) -> None:
    house.peer.whole["msg:1"] = PeerRefusedError("the token has expired")
    house.hears(incoming("msg:1", thin=True))
    assert house.told() == []
    house.peer.whole["msg:1"] = incoming("msg:1", "Hello.")
    assert "applied while the server runs" in run(tmp_path, "event", "msg:1", "--again").output
    house.works()
    assert ("reply", "Kari", "Hello.") in house.told()
    again = run(tmp_path, "event", "msg:1", "--again")
    assert again.exit_code == 1 and "it is done" in again.output


def test_what_never_came_is_said(house: Mirrored, tmp_path: Path) -> None:
    done = run(tmp_path, "event", "msg:9")
    assert done.exit_code == 1 and "firstline bridge inbox" in done.output
