from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.dialogue import Assistant, AssistantError, load_assistant
from tests.bot.rasa_projects import complaint, loaded

SCRATCH = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
NAMES = ("domain", "data/nlu", "data/stories", "config", "endpoints", "credentials")
WORDS = [
    *("intents", "entities", "slots", "forms", "responses", "actions", "nlu", "rules", "stories", "version"),
    *("intent", "examples", "steps", "story", "rule", "mappings", "required_slots", "type", "text", "name"),
    *("policies", "pipeline", "url", "session_config", "RulePolicy", "from_entity", "or", "checkpoint", "<<"),
]
ODD = [
    "[x](y)",
    '[x]{"entity"}',
    "- [a](b",
    "${NOT_SET_ANYWHERE}",
    "{",
    "\\ud83d",
    "&a",
    "*a",
    "!!x",
    "1e999",
    "...",
]
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.sampled_from(WORDS + ODD), st.text()
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
    max_leaves=25,
)


def outcome(folder: Path) -> Assistant | AssistantError:
    try:
        return load_assistant(folder)
    except AssistantError as error:
        assert all(each.file and each.line >= 1 and each.message for each in error.problems)
        return error


@SCRATCH
@given(content=st.binary(max_size=300), name=st.sampled_from(NAMES))
def test_any_bytes_give_an_assistant_or_an_error_with_its_place(
    tmp_path: Path, content: bytes, name: str
) -> None:
    (tmp_path / "data").mkdir(exist_ok=True)
    (tmp_path / "domain.yml").write_text("intents: [greet]\n", encoding="utf-8")
    path = tmp_path / f"{name}.yml"
    path.write_bytes(content)
    outcome(tmp_path)
    path.unlink()


@SCRATCH
@given(text=st.text(alphabet="abc:-[]{}&*!|>'\"%@`#,? \n\t<", max_size=120), name=st.sampled_from(NAMES))
def test_any_punctuation_gives_an_assistant_or_an_error(tmp_path: Path, text: str, name: str) -> None:
    (tmp_path / "data").mkdir(exist_ok=True)
    path = tmp_path / f"{name}.yml"
    path.write_text(text, encoding="utf-8")
    outcome(tmp_path)
    path.unlink()


@SCRATCH
@given(value=st.dictionaries(st.sampled_from(WORDS), VALUES, max_size=5), name=st.sampled_from(NAMES))
def test_any_shape_under_rasas_keys_gives_an_assistant_or_an_error(
    tmp_path: Path, value: dict[str, object], name: str
) -> None:
    (tmp_path / "data").mkdir(exist_ok=True)
    (tmp_path / "domain.yml").write_text("intents: [greet]\n", encoding="utf-8")
    path = tmp_path / f"{name}.yml"
    path.write_text(flow(value), encoding="utf-8", errors="replace")
    outcome(tmp_path)
    path.unlink()


def flow(value: object) -> str:
    """The value as YAML in one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {flow(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return (
        {None: "null", True: "true", False: "false"}.get(value, str(value))
        if not isinstance(value, float)
        else str(value)
    )


@pytest.mark.parametrize("depth", [101, 3_000])
def test_nesting_beyond_measure_is_refused(tmp_path: Path, depth: int) -> None:
    assert "nested too deeply; flatten it" in complaint(
        tmp_path, domain="intents: " + "[" * depth + "]" * depth
    )


@pytest.mark.parametrize(
    "domain",
    [
        "intents: !!set {greet}\n",
        "intents: !!binary aGk=\n",
        "intents: [&a greet, *b]\n",
        "? [a, b]\n: c\n",
        "intents:\n\t- greet\n",
        "intents: [greet]\n---\nintents: [greet]\n",
        "%YAML 3.0\n---\nintents: [greet]\n",
        'intents: ["\\U00FFFFFF"]\n',
        "<<: [greet]\n",
        "intents: {",
    ],
)
def test_odd_yaml_is_refused_with_its_place(tmp_path: Path, domain: str) -> None:
    assert complaint(tmp_path, domain=domain).startswith("own/domain.yml:")


def test_numbers_beyond_measure_are_texts(tmp_path: Path) -> None:
    digits = "9" * 5_000
    custom = f"{{a: {digits}, b: 1e999, c: .nan, d: 2020-01-31}}"
    text = f"intents: [greet]\nresponses:\n  utter_x: [{{custom: {custom}}}]\n"
    variant = loaded(tmp_path, domain=text).domain.responses["utter_x"][0]
    assert variant.custom == {"a": digits, "b": "1e999", "c": ".nan", "d": "2020-01-31"}


def test_a_long_line_of_brackets_takes_no_time(tmp_path: Path) -> None:
    nlu = f"nlu:\n- intent: greet\n  examples: |\n    - {'[' * 9_000}\n    - {'[x]' * 3_000}\n"
    assert len(loaded(tmp_path, domain="intents: [greet]\n", data__nlu=nlu).nlu.examples) == 2
