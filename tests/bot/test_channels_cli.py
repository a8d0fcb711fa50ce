"""`firstline channel`: what there is, how it is set up, whether it works."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.channels.opening import PACKAGE
from bot.cli import app
from config.plugins import built_in
from tests.contract.channels.room import settings_of
from tests.platforms.twilio import TwilioPlatform

GUIDED = ("telegram", "whatsapp", "twilio", "slack", "api")


def run(data: Path, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["channel", *words, "--data", str(data)])
    return done.exit_code, done.output


def test_every_channel_is_listed_and_which_are_on(tmp_path: Path) -> None:
    (tmp_path / "firstline.toml").write_text('[bot]\nchannels = [".telegram"]\n')
    code, said = run(tmp_path, "list", "--json")
    listed = {each["name"]: each["on"] for each in json.loads(said)}
    assert code == 0 and set(listed) == {name[1:] for name in built_in(PACKAGE)}
    assert set(GUIDED) <= set(listed) and [name for name, on in listed.items() if on] == ["telegram"]
    assert "telegram" in run(tmp_path, "list")[1]


@pytest.mark.parametrize("name", GUIDED)
def test_a_guide_is_one_screen_and_needs_no_settings(tmp_path: Path, name: str) -> None:
    code, said = run(tmp_path, "guide", name)
    assert code == 0 and len(said.splitlines()) <= 45
    assert f"/channels/{name}" in said and "{" + "webhook_url}" not in said
    assert f"firstline channel check {name}" in said
    assert all(len(line) <= 110 for line in said.splitlines())


def test_a_check_says_what_is_well_and_what_to_mend(tmp_path: Path) -> None:
    twilio = TwilioPlatform()
    (tmp_path / "firstline.toml").write_text(settings_of("twilio", twilio.settings), encoding="utf-8")
    code, said = run(tmp_path, "check", "twilio")
    assert code == 0 and "✓ account: the account Nettly is active" in said
    twilio.door.refuse(1, 401)
    code, said = run(tmp_path, "check", "twilio")
    assert code == 1 and "✗ account" in said and "→ see" in said and "auth-token-of-the-fake" not in said
    twilio.close()


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("", "[channels.telegram] token"),
        ('[channels.telegram]\ntoken = "secret"\n', "@BotFather"),
        ('[channels.telegram]\ntoken = "1:a"\nmode = "pull"\n', 'line 3: [channels.telegram] mode = "pull"'),
        ('[channels.telegramm]\ntoken = "1:a"\n', "did you mean telegramm?"),
    ],
)
def test_wrong_settings_name_the_line_and_the_mend(tmp_path: Path, table: str, says: str) -> None:
    (tmp_path / "firstline.toml").write_text(table)
    code, said = run(tmp_path, "check", "telegram")
    assert code == 1 and says in said and '"secret"' not in said


@pytest.mark.parametrize(
    "words", [("check", "web"), ("guide", "web"), ("check", "pigeon"), ("guide", "pigeon")]
)
def test_what_has_nothing_to_set_up_says_so(tmp_path: Path, words: tuple[str, str]) -> None:
    code, said = run(tmp_path, *words)
    assert code == 1 and said.strip() and "Traceback" not in said
