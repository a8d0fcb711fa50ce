from __future__ import annotations

from pathlib import Path

from bot.rasa.importing import Imported, import_rasa
from tests.bot.rasa_projects import project

DOMAIN = """
version: "2.0"
intents: [greet]
entities: [size]
slots:
  size: {type: text}
responses:
  utter_hi: [{text: Hi}]
actions: [action_look, utter_hi, action_restart]
"""
RULES = "rules:\n- rule: r\n  steps: [{intent: greet}, {action: utter_hi}]\n"
CONFIG = """
pipeline:
- name: WhitespaceTokenizer
- name: CountVectorsFeaturizer
- name: DIETClassifier
- name: FallbackClassifier
- name: shop.PriceExtractor
policies:
- name: RulePolicy
- name: TEDPolicy
"""
ENDPOINTS = (
    "action_endpoint: {url: 'http://127.0.0.1:5056/webhook'}\ntracker_store: {type: SQL}\nlock_store:\n"
)


def report(folder: Path, **files: str) -> Imported:
    return import_rasa(project(folder, **{"domain": DOMAIN, "data__rules": RULES, **files}))


def findings(imported: Imported) -> set[tuple[str, str, str]]:
    return {(each.area, each.name, each.state) for each in imported.findings}


def test_each_part_of_a_project_is_accounted_for(tmp_path: Path) -> None:
    imported = report(tmp_path, config=CONFIG, endpoints=ENDPOINTS, credentials="rest:\nslack: {token: x}\n")
    assert imported.runs
    assert findings(imported) == {
        ("policy", "RulePolicy", "as it is"),
        ("policy", "TEDPolicy", "ignored"),
        ("pipeline", "WhitespaceTokenizer, CountVectorsFeaturizer", "replaced"),
        ("pipeline", "DIETClassifier", "replaced"),
        ("pipeline", "FallbackClassifier", "as it is"),
        ("pipeline", "PriceExtractor", "ignored"),
        ("domain", "slots.size", "converted"),
        ("endpoint", "action_endpoint", "as it is"),
        ("endpoint", "tracker_store", "ignored"),
        ("channel", "rest", "as it is"),
        ("channel", "slack", "ignored"),
        ("actions", "action_restart", "as it is"),
    }


def test_its_parts_are_counted(tmp_path: Path) -> None:
    nlu = "nlu:\n- intent: greet\n  examples: |\n    - hi\n    - hello\n"
    imported = report(
        tmp_path, data__nlu=nlu, tests__test_a="stories:\n- story: s\n  steps: [{intent: greet}]\n"
    )
    assert imported.counts == {
        "intents": 1,
        "entities": 1,
        "examples": 2,
        "slots": 1,
        "forms": 0,
        "responses": 1,
        "custom actions": 2,
        "rules": 1,
        "stories": 0,
        "test conversations": 1,
    }
    assert imported.languages == ("en",)


def test_what_to_run_next_is_told(tmp_path: Path) -> None:
    own = tmp_path / "own"
    assert report(tmp_path, endpoints=ENDPOINTS).following == (
        f"firstline train --assistant {own}",
        f"cd {own} && python -m rasa_sdk --actions actions -p 5056",
        f"firstline serve --assistant {own}",
    )


def test_another_data_folder_is_named_in_what_to_run(tmp_path: Path) -> None:
    own = project(tmp_path, domain=DOMAIN)
    first, *_ = import_rasa(own, tmp_path / "kept").following
    assert first == f"firstline train --assistant {own} --data {tmp_path / 'kept'}"


def test_without_custom_actions_no_action_server_is_needed(tmp_path: Path) -> None:
    plain = DOMAIN.replace("actions: [action_look, utter_hi, action_restart]", "")
    assert not any("rasa_sdk" in each for each in report(tmp_path, domain=plain).following)


def test_stories_told_in_texts_are_ignored(tmp_path: Path) -> None:
    told = "stories:\n- story: aloud\n  steps: [{user: hi}, {bot: hello}]\n"
    assert ("stories", "aloud", "ignored") in findings(report(tmp_path, data__stories=told))


def test_a_project_that_can_not_run_says_why_and_where(tmp_path: Path) -> None:
    imported = report(tmp_path, data__broken="nlu: {}\n")
    assert not imported.runs
    assert [(each.file, each.line, each.key) for each in imported.problems] == [
        ("own/data/broken.yml", 1, "nlu")
    ]
    assert imported.to_json()["runs"] is False


def test_rules_that_contradict_each_other_can_not_run(tmp_path: Path) -> None:
    other = RULES.replace("rule: r", "rule: other").replace("utter_hi", "action_look")
    imported = report(tmp_path, data__more=other)
    assert not imported.runs and imported.problems[0].file.startswith("own/data/")


def test_markdown_of_rasa_1_is_named(tmp_path: Path) -> None:
    own = project(tmp_path, domain=DOMAIN, data__rules=RULES)
    (own / "data" / "nlu.md").write_text("## intent:greet\n- hi\n", encoding="utf-8")
    (own / "data" / "README.md").write_text("# Data\n- lies here\n", encoding="utf-8")
    assert ("data", "data/nlu.md", "ignored") in findings(import_rasa(own))


def test_a_project_of_markdown_alone_is_refused_clearly(tmp_path: Path) -> None:
    own = tmp_path / "own"
    (own / "data").mkdir(parents=True)
    (own / "data" / "nlu.md").write_text("## intent:greet\n- hi\n", encoding="utf-8")
    (problem,) = import_rasa(own).problems
    assert str(problem).startswith("own/data/nlu.md:1: the Markdown of Rasa 1 is not read; convert it")
