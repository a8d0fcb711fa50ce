from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from config.cli import staff

PASSWORD = "correct horse battery\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def run(data: Path, *words: str, typed: str = "") -> Result:
    return CliRunner().invoke(staff, [*words, "--data", str(data)], input=typed)


def add(data: Path, email: str = "ines@nettly.example") -> Result:
    words = ("add", email, "--name", "Ines", "--role", "agent", "--role", "editor", "--password-stdin")
    return run(data, *words, typed=PASSWORD)


def listed(data: Path) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads(run(data, "list", "--json").stdout)
    return rows


def test_an_account_is_made_with_its_roles(data: Path) -> None:
    made = add(data)
    assert (made.exit_code, made.stdout) == (0, "ines@nettly.example can sign in as agent, editor.\n")
    (ines,) = listed(data)
    assert ines == {
        "email": "ines@nettly.example",
        "name": "Ines",
        "roles": ["agent", "editor"],
        "active": True,
        "invited": False,
    }


def test_nobody_yet_says_how_to_begin(data: Path) -> None:
    assert "firstline staff add" in run(data, "list").stdout


def test_an_account_can_be_disabled_and_opened_again(data: Path) -> None:
    add(data)
    run(data, "disable", "ines@nettly.example")
    assert "(disabled)" in run(data, "list").stdout
    run(data, "enable", "ines@nettly.example")
    assert "(disabled)" not in run(data, "list").stdout


def test_a_password_can_be_given_anew(data: Path) -> None:
    add(data)
    changed = run(data, "password", "ines@nettly.example", "--password-stdin", typed="another long one\n")
    assert changed.exit_code == 0


@pytest.mark.parametrize(
    ("words", "typed", "message"),
    [
        (("add", "ines", "--role", "agent", "--password-stdin"), PASSWORD, "is not an e-mail address"),
        (("add", "i@x.example", "--role", "agent", "--password-stdin"), "short\n", "10 to 256 characters"),
        (("disable", "nobody@nettly.example"), "", "no account 'nobody@nettly.example'"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    data: Path, words: tuple[str, ...], typed: str, message: str
) -> None:
    refused = run(data, *words, typed=typed)
    assert refused.exit_code == 1
    assert message in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_a_password_is_asked_for_twice_on_a_terminal(data: Path) -> None:
    asked = run(data, "add", "i@x.example", "--role", "agent", typed=PASSWORD * 2)
    assert asked.exit_code == 0
    assert PASSWORD.strip() not in asked.stdout
