from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner, Result

from bot.cli import app
from tests.bot.rasa_projects import project

DOMAIN = "intents: [greet, leave]\nresponses:\n  utter_hi: [{text: Hi}]\n  utter_bye: [{text: Bye}]\n"
RULES = """
rules:
- rule: hello
  steps: [{intent: greet}, {action: utter_hi}]
- rule: goodbye
  steps: [{intent: leave}, {action: utter_bye}]
"""
RIGHT = "stories:\n- story: right\n  steps: [{intent: greet}, {action: utter_hi}]\n"
WRONG = "- story: wrong [b]\n  steps: [{user: see you, intent: leave}, {action: utter_hi}]\n"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def rasa_project(folder: Path, tests: str) -> str:
    return str(project(folder, domain=DOMAIN, data__rules=RULES, tests__test_it=tests))


def test_passing_conversations_end_with_status_zero(tmp_path: Path) -> None:
    done = run("test", rasa_project(tmp_path, RIGHT), "--gold")
    assert done.exit_code == 0
    assert "passed  right  own/tests/test_it.yml:2" in done.stdout
    assert "1 of 1 conversations passed; 2 of 2 steps right" in done.stdout


def test_a_failing_conversation_shows_expected_and_predicted(tmp_path: Path) -> None:
    done = run("test", rasa_project(tmp_path, RIGHT + WRONG), "--gold")
    assert done.exit_code == 1
    assert "failed  wrong [b]" in done.stdout
    assert "action after “see you”: expected utter_hi, predicted utter_bye" in done.stdout
    assert "1 of 2 conversations passed" in done.stdout


def test_the_results_may_be_json(tmp_path: Path) -> None:
    told = json.loads(run("test", rasa_project(tmp_path, RIGHT + WRONG), "--gold", "--json").stdout)
    assert (told["passed"], told["failed"], told["compared"]) == (1, 1, 4)
    assert told["stories"][1]["misses"][0]["predicted"] == "utter_bye"


def test_a_project_without_tests_is_told_where_they_go(tmp_path: Path) -> None:
    done = run("test", str(project(tmp_path, domain=DOMAIN)), "--gold")
    assert done.exit_code == 2
    assert "tests/test_stories.yml" in done.output


def test_a_project_is_reported_on(tmp_path: Path) -> None:
    folder = rasa_project(tmp_path, RIGHT)
    done = run("import-rasa", folder)
    assert done.exit_code == 0
    assert f"{folder} runs on Firstline" in done.stdout
    assert "2 intents, 2 responses, 2 rules, 1 test conversations" in done.stdout
    assert f"  firstline serve --assistant {folder}" in done.stdout


def test_a_project_that_can_not_run_ends_with_status_one(tmp_path: Path) -> None:
    folder = str(project(tmp_path, domain="intents: {}\n"))
    done = run("import-rasa", folder)
    assert done.exit_code == 1
    assert "can't run yet" in done.stdout and "own/domain.yml:1: intents: must be a list" in done.stdout
    told = json.loads(run("import-rasa", folder, "--json").stdout)
    assert told["runs"] is False and told["problems"][0]["line"] == 1
