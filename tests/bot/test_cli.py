"""The command line: what programs read, what people read, and how it ends when something is wrong."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from typer.testing import CliRunner, Result

import handoff
from bot import cli
from bot.opening import SHIPPED
from config.clock import SystemClock
from config.settings import load_settings
from handoff.opening import open_handoff

SCHEMA = json.loads((Path(handoff.__file__).parent / "case-summary.schema.json").read_text(encoding="utf-8"))
MESSAGES = "text\nhow long do i have to send something back?\nlet me speak to a person\nthank you\n"
Main = Callable[..., tuple[int, str, str]]


def run(*words: object, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(cli.app, [str(word) for word in words], env=env)


@pytest.fixture
def main(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Main:
    """The console script: its exit status and what it printed, output and complaints apart."""

    def script(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["firstline", *(str(word) for word in words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return script


def problems(result: Result) -> list[dict[str, Any]]:
    """What `check --json` found wrong; its shape is a promise."""
    found = json.loads(result.stdout)
    assert set(found) - {"databases"} == {"ok", "problems", "oddities"}
    assert found["ok"] is (not found["problems"])
    for each in (*found["problems"], *found["oddities"]):
        assert set(each) == {"file", "line", "key", "message"}
    assert result.exit_code == (1 if found["problems"] else 0)
    listed: list[dict[str, Any]] = found["problems"]
    return listed


def checked(data: Path, env: dict[str, str] | None = None) -> dict[str, Any]:
    """The one problem of a data folder."""
    [problem] = problems(run("check", "--json", "--data", data, env=env))
    return problem


@pytest.fixture
def messages(tmp_path: Path) -> Path:
    path = tmp_path / "messages.csv"
    path.write_text(MESSAGES, encoding="utf-8")
    return path


@pytest.fixture
def assistant(data: Path, tmp_path: Path) -> Path:
    """A copy of the shipped assistant that the data folder's settings name."""
    folder = tmp_path / "own"
    shutil.copytree(SHIPPED, folder)
    (data / "firstline.toml").write_text(f'[bot]\nassistant = "{folder}"\n', encoding="utf-8")
    return folder


def test_help_lists_the_commands() -> None:
    shown = run("--help").stdout
    for command in ("serve", "chat", "train", "replay", "check", "kb", "handoff", "staff"):
        assert command in shown


def test_a_bare_call_shows_the_help() -> None:
    assert "serve" in run().output


@pytest.mark.parametrize(
    "words",
    [("sevre",), ("serve", "--prot", "1"), ("serve", "--port", "http"), ("replay",), ("check", "extra")],
)
def test_wrong_usage_exits_with_2(words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == 2


def test_the_data_folder_may_come_from_the_environment(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    found = problems(run("check", "--json", env={"FIRSTLINE_HOME": str(gone)}))
    assert found[0]["file"] == str(gone)


def test_a_replay_reports_the_keys_that_programs_read(data: Path, messages: Path) -> None:
    done = run("replay", messages, "--json", "--data", data)
    counts = json.loads(done.stdout)
    keys = "n answered asked_back declined escalated small_talk errors p50_ms p95_ms judged"
    assert list(counts) == keys.split()
    assert (counts["n"], counts["answered"], counts["escalated"], counts["small_talk"]) == (3, 1, 1, 1)
    assert counts["p50_ms"] > 0


def test_a_replay_writes_a_summary_for_each_case(data: Path, messages: Path, tmp_path: Path) -> None:
    out = tmp_path / "out" / "cases"
    run("replay", messages, "--json", "--data", data, "--out", out)
    [file] = out.iterdir()
    summary = json.loads(file.read_text(encoding="utf-8"))
    assert file.stem == summary["handoff_id"]
    errors = Draft202012Validator(SCHEMA, format_checker=FormatChecker()).iter_errors(summary)
    assert [error.message for error in errors] == []


def test_a_replay_leaves_the_live_queue_alone(data: Path, messages: Path) -> None:
    before = (data / "bot.db").read_bytes()
    run("replay", messages, "--data", data)
    room = open_handoff(load_settings(data, {}), SystemClock())
    try:
        assert room.desk.queue("all", include_resolved=True) == ()
    finally:
        room.close()
    assert (data / "bot.db").read_bytes() == before


def test_a_replay_reads_well(data: Path, messages: Path) -> None:
    shown = run("replay", messages, "--data", data).stdout
    assert "3 messages" in shown and "small talk" in shown and "33.3%" in shown and "p95" in shown


def test_a_replay_goes_by_the_folders_settings(data: Path, messages: Path) -> None:
    (data / "firstline.toml").write_text("[kb]\nsure = 1.0\n", encoding="utf-8")
    assert json.loads(run("replay", messages, "--json", "--data", data).stdout)["answered"] == 0


def test_a_file_that_cannot_be_replayed_is_one_line(main: Main, data: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"text": "a"}\n{\n', encoding="utf-8")
    status, out, err = main("replay", broken, "--data", data)
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert err.startswith(f"firstline: {broken}:2: ")


def test_a_setting_that_cannot_be_is_one_line_as_it_is_written(main: Main, tmp_path: Path) -> None:
    (tmp_path / "firstline.toml").write_text("[bot]\nsure = 60\n", encoding="utf-8")
    assert main("serve", "--data", tmp_path) == (
        1,
        "",
        "firstline: firstline.toml: [bot] sure = 60: must be between 0 and 1\n",
    )


def test_a_folder_that_cannot_be_written_is_one_line(main: Main, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    status, _, err = main("train", "--data", tmp_path / "file" / "data")
    assert (status, err.count("\n")) == (1, 1)


def test_a_mistake_of_ours_is_no_one_liner(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(cli, "app", broken)
    with pytest.raises(ZeroDivisionError):
        cli.main()


def test_a_prepared_folder_is_found_well(data: Path) -> None:
    assert problems(run("check", "--json", "--data", data)) == []
    well = run("check", "--data", data)
    assert well.exit_code == 0 and "all is well" in well.stderr


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    problem = checked(tmp_path / "gone")
    assert "`firstline train`" in problem["message"] and not (tmp_path / "gone").exists()


@pytest.mark.parametrize(
    ("text", "line", "key", "message"),
    [
        ("\n[bot]\nmisses = 3\nsure = 60\n", 4, "bot.sure", "60: must be between 0 and 1"),
        ("[kb]\nsure = 0.5\n[bot]\n  sure = 60\n", 4, "bot.sure", "must be between 0 and 1"),
        ("[bot]\n# sure = 1\nsuer = 0.5\n", 3, "bot.suer", "did you mean sure?"),
        ("[kb]\n[bott]\n", 2, "bott", "did you mean bot?"),
        ("bot = 5\n", 1, "bot", "must be a table"),
        ('[bot]\nlanguages = "en"\n', 2, "bot.languages", "must be a list of texts"),
        ("[bot]\nsure = \n", 2, "", "not valid TOML"),
    ],
)
def test_a_broken_setting_is_found_by_file_line_and_key(
    tmp_path: Path, text: str, line: int, key: str, message: str
) -> None:
    (tmp_path / "firstline.toml").write_text(text, encoding="utf-8")
    problem = checked(tmp_path)
    assert (problem["file"], problem["line"], problem["key"]) == (
        str(tmp_path / "firstline.toml"),
        line,
        key,
    )
    assert message in problem["message"]


def test_a_broken_variable_is_found_by_its_name(tmp_path: Path) -> None:
    problem = checked(tmp_path, {"FIRSTLINE_BOT_SURE": "much"})
    assert (problem["file"], problem["line"], problem["key"]) == ("environment", 0, "FIRSTLINE_BOT_SURE")


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        ('[hours.long]\nzone = "Europe/Olso"\n', 2, "hours.long.zone"),
        (
            '[teams.vip]\ntitle = { en = "VIP" }\nhours = "long"\nreasons = ["angry"]\n',
            4,
            "teams.vip.reasons",
        ),
        ('[teams.vip]\nhours = "long"\n', 1, "teams.vip.title"),
    ],
)
def test_a_broken_team_is_found_by_file_line_and_key(tmp_path: Path, text: str, line: int, key: str) -> None:
    (tmp_path / "teams.toml").write_text(text, encoding="utf-8")
    problem = checked(tmp_path)
    assert (problem["file"], problem["line"], problem["key"]) == (str(tmp_path / "teams.toml"), line, key)


@pytest.fixture
def written(assistant: Path) -> Callable[[str], int]:
    """Writes one more variant of utter_goodbye into the assistant's domain, and tells its line."""
    domain = assistant / "domain.yml"
    before, name, after = domain.read_text(encoding="utf-8").partition("  utter_goodbye:\n")

    def write(variant: str) -> int:
        domain.write_text(f"{before}{name}  - {variant}\n{after}", encoding="utf-8")
        return before.count("\n") + 2

    return write


def test_a_broken_domain_is_found_by_file_line_and_key(data: Path, written: Callable[[str], int]) -> None:
    line = written("text: {Bye: now}")
    problem = checked(data)
    assert (problem["file"], problem["line"]) == ("own/domain.yml", line)
    assert problem["key"].startswith("responses.utter_goodbye") and "must be text" in problem["message"]


def test_what_rasa_passes_over_is_told_and_does_not_stop_anything(
    data: Path, written: Callable[[str], int]
) -> None:
    line = written("txet: Bye.")
    told = run("check", "--json", "--data", data)
    assert problems(told) == []
    unread, silent = json.loads(told.stdout)["oddities"]
    assert (unread["file"], unread["line"]) == (silent["file"], silent["line"]) == ("own/domain.yml", line)
    assert unread["key"].startswith("responses.utter_goodbye")
    assert "'txet'" in unread["message"] and "'text'" in unread["message"]
    assert "says nothing" in silent["message"]
    assert f"odd, but it runs: own/domain.yml:{line}" in run("check", "--data", data).stderr


def test_what_is_not_yaml_is_found_by_its_line(data: Path, assistant: Path) -> None:
    (assistant / "rules.yml").write_text('version: "3.1"\nrules:\n- rule: "open\n', encoding="utf-8")
    problem = checked(data)
    assert problem["file"] == "own/rules.yml" and problem["line"] >= 3


def test_every_problem_of_an_assistant_is_listed(data: Path, assistant: Path) -> None:
    (assistant / "more.yml").write_text(
        "rules:\n- rule: a\n  steps: [{intent: geret}, {action: utter_greet}]\n"
        "- rule: b\n  steps: [{intent: greet}, {action: utter_geret}]\n",
        encoding="utf-8",
    )
    found = problems(run("check", "--json", "--data", data))
    assert ["geret" in each["message"] for each in found] == [True, True]


def test_a_damaged_database_is_named(data: Path) -> None:
    (data / "bot.db").write_bytes(b"this is not a database" * 500)
    problem = checked(data)
    assert str(data / "bot.db") in problem["message"] and "backup" in problem["message"]


def test_a_missing_model_says_what_to_run(data: Path) -> None:
    (data / "models").unlink()
    found = problems(run("check", "--json", "--data", data))
    assert found and all("`firstline train`" in each["message"] for each in found)


def test_a_problem_is_a_line_for_people(tmp_path: Path) -> None:
    (tmp_path / "firstline.toml").write_text("[bot]\nsure = 60\n", encoding="utf-8")
    place = tmp_path / "firstline.toml"
    assert run("check", "--data", tmp_path).stderr == (f"{place}:2: bot.sure: 60: must be between 0 and 1\n")


@pytest.mark.slow
def test_training_reports_itself_to_programs(data: Path) -> None:
    models = (data / "models").resolve()
    (data / "models").unlink()
    (data / "models").mkdir()
    (data / "models" / "encoder").symlink_to((models / "encoder").resolve(), target_is_directory=True)
    done = json.loads(run("train", "--json", "--data", data).stdout)
    assert done["training"]["intents"] >= 18 and done["articles"] >= 24 and done["seeded"] == 0
    assert problems(run("check", "--json", "--data", data)) == []
