"""A plug's own table: where it is written, what it must hold, and that its secrets are told to nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import pytest

from config.plug_settings import A_URL, NOT_EMPTY, PlugTable, SettingsError, between
from config.settings import load_settings


@dataclass(frozen=True, slots=True)
class Desk:
    url: Annotated[str, A_URL]
    token: Annotated[str, NOT_EMPTY] = field(repr=False)
    queue: str = "General"
    threads: Annotated[int, between(1, 9)] = 3
    skills: tuple[str, ...] = ()
    teams: Mapping[str, str] = field(default_factory=dict)
    quiet: bool = False


FILE = """\
[handoff]
bridge = ".desk"

[bridges.desk]
url = "https://desk.example"
token = "a-secret-token"
threads = 4
teams = { billing = "Invoices" }
"""


def table(folder: Path, text: str, env: dict[str, str] | None = None, name: str = "desk") -> PlugTable:
    (folder / "firstline.toml").write_text(text, encoding="utf-8")
    return load_settings(folder, env or {}).plugs.given("bridges", name)


def test_a_table_becomes_the_plugs_own_value(tmp_path: Path) -> None:
    desk = table(tmp_path, FILE).read(Desk)
    assert desk == Desk("https://desk.example", "a-secret-token", "General", 4, (), {"billing": "Invoices"})


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    env = {
        "FIRSTLINE_BRIDGES_DESK_TOKEN": "another-token",
        "FIRSTLINE_BRIDGES_DESK_SKILLS": "nb, en",
        "FIRSTLINE_BRIDGES_DESK_TEAMS": "billing=Bills, orders=Parcels",
        "FIRSTLINE_BRIDGES_DESK_QUIET": "true",
    }
    desk = table(tmp_path, FILE, env).read(Desk)
    assert (desk.token, desk.skills, desk.quiet) == ("another-token", ("nb", "en"), True)
    assert desk.teams == {"billing": "Bills", "orders": "Parcels"}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('url = "desk"', 'firstline.toml: line 2: [bridges.desk] url = "desk": must be an address'),
        ('url = "https://me:pass@desk.example"', "without a user"),
        ('url = "https://desk.example"\nthreads = 0', "line 3: [bridges.desk] threads = 0: must be between"),
        ('url = "https://desk.example"\ntoken = 5', "[bridges.desk] token: must be text in quotes"),
        (
            'url = "https://desk.example"',
            "[bridges.desk] token: is missing; write it there, or into FIRST",
        ),
        ('url = "https://desk.example"\nteams = [1]', "must be a table of texts such as"),
        ('urk = "https://desk.example"', "[bridges.desk] urk: no such key; did you mean url?"),
    ],
)
def test_what_is_wrong_names_the_line_and_the_way_out(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        table(tmp_path, f"[bridges.desk]\n{line}\n").read(Desk)
    assert message in str(caught.value)


def test_a_wrong_variable_is_named(tmp_path: Path) -> None:
    for env, message in (
        (
            {"FIRSTLINE_BRIDGES_DESK_THREADS": "many"},
            'DESK_THREADS = "many": must be a whole number',
        ),
        ({"FIRSTLINE_BRIDGES_DESK_TOKN": "x"}, "FIRSTLINE_BRIDGES_DESK_TOKN: no such setting"),
        ({"FIRSTLINE_BRIDGES_DESK_TEAMS": "billing"}, "must be a table of texts"),
    ):
        with pytest.raises(SettingsError) as caught:
            table(tmp_path, FILE, env).read(Desk)
        assert message in str(caught.value) and "environment" in str(caught.value)


def test_a_table_under_another_name_is_pointed_at(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"There is no table \[bridges.desk\]; did you mean desks"):
        table(tmp_path, '[bridges.desks]\nurl = "https://desk.example"').read(Desk)


def test_no_secret_is_ever_shown(tmp_path: Path) -> None:
    said = [repr(table(tmp_path, FILE)), repr(table(tmp_path, FILE).read(Desk))]
    said.append(repr(load_settings(tmp_path, {"FIRSTLINE_BRIDGES_DESK_TOKEN": "a-secret-token"})))
    for text in ('tokn = "a-secret-token"', 'token = ["a-secret-token"]'):
        with pytest.raises(SettingsError) as caught:
            table(tmp_path, f'[bridges.desk]\nurl = "https://desk.example"\n{text}').read(Desk)
        said.append(str(caught.value))
    for variable in ("FIRSTLINE_MAIL_PASSWRD", "FIRSTLINE_BRIDGES_DESK_TOKN"):
        with pytest.raises(SettingsError) as caught:
            table(tmp_path, FILE, {variable: "a-secret-token"}).read(Desk)
        said.append(str(caught.value))
    assert not [text for text in said if "a-secret" in text]


def test_where_a_key_is_set_can_be_told(tmp_path: Path) -> None:
    assert table(tmp_path, FILE).where("token") == "[bridges.desk] token (firstline.toml, line 6)"
    assert table(tmp_path, FILE).where("queue") == "[bridges.desk] queue (firstline.toml, line 4)"
    env = {"FIRSTLINE_BRIDGES_DESK_TOKEN": "x"}
    assert table(tmp_path, FILE, env).where("token") == "FIRSTLINE_BRIDGES_DESK_TOKEN (environment)"
    assert str(table(tmp_path, FILE).error("url", "is not the desk's")) == (
        "firstline.toml: line 5: [bridges.desk] url: is not the desk's"
    )


@pytest.mark.parametrize("written", ["bridges = 5", "[bridges]\ndesk = 5"])
def test_what_is_no_table_is_refused(tmp_path: Path, written: str) -> None:
    with pytest.raises(SettingsError, match="must be a table"):
        table(tmp_path, written).read(Desk)
