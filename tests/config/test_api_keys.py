from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from config.api_keys import PREFIX
from config.cli import staff
from config.identity import Identity, Role
from config.staff import KeyExistsError, NoKeyError, NoStaffError
from tests.fakes import FakeClock

pytestmark = pytest.mark.engines

INES = "ines@nettly.example"


@pytest.fixture(autouse=True)
def ines(identity: Identity) -> None:
    identity.add(INES, "Ines", [Role.AGENT], "correct horse battery")


def test_a_key_itself_is_not_kept(identity: Identity, kept: Callable[[], bytes]) -> None:
    key = identity.keys.add(INES, "reports")
    stored = kept()
    assert key.startswith(PREFIX)
    assert b"reports" in stored and key.encode() not in stored


def test_a_name_is_taken_once(identity: Identity) -> None:
    identity.keys.add(INES, "reports")
    with pytest.raises(KeyExistsError, match="reports"):
        identity.keys.add(INES, "reports")


def test_what_is_not_there_is_said(identity: Identity) -> None:
    with pytest.raises(NoKeyError, match="key list"):
        identity.keys.revoke(INES, "reports")
    with pytest.raises(NoStaffError):
        identity.keys.add("nobody@nettly.example", "reports")


def test_a_list_shows_when_a_key_was_used(identity: Identity, clock: FakeClock) -> None:
    key = identity.keys.add(INES, "reports")
    assert identity.keys.list(INES)[0].used_at is None
    clock.moves(timedelta(hours=2))
    identity.keys.owner(key)
    assert identity.keys.list(INES)[0].used_at == clock.now()


def test_keys_are_audited_without_the_key(identity: Identity) -> None:
    key = identity.keys.add(INES, "reports", by="ada")
    identity.keys.revoke(INES, "reports", by="ada")
    lines = [(row.verb, row.actor) for row in identity.audited()]
    assert lines[-2:] == [("add_key", "ada"), ("revoke_key", "ada")]
    assert key not in str(identity.audited())


def test_the_command_line_makes_lists_and_revokes(tmp_path: Path) -> None:
    data = ["--data", str(tmp_path)]
    run = CliRunner()
    made = run.invoke(
        staff, ["add", INES, "--role", "editor", "--password-stdin", *data], input="correct horse battery\n"
    )
    assert made.exit_code == 0, made.output
    key = run.invoke(staff, ["key", "add", INES, "importer", *data])
    assert key.stdout.startswith(PREFIX)
    assert "importer" in run.invoke(staff, ["key", "list", INES, *data]).stdout
    assert "opens nothing" in run.invoke(staff, ["key", "revoke", INES, "importer", *data]).stdout
    again = run.invoke(staff, ["key", "revoke", INES, "importer", *data])
    assert again.exit_code == 1
