"""The bot's responses as the studio words them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from bot.dialogue.assistant import Assistant
from bot.dialogue.loading import load_assistant
from bot.editing.texts import Texts
from bot.opening import SHIPPED
from kb.coaching.wordings import BotText, Variant
from tests.bot.editing.conftest import TINY


@pytest.fixture(scope="module")
def shipped() -> dict[str, BotText]:
    return {each.name: each for each in Texts(load_assistant(SHIPPED), ("en", "nb"), lambda: 0).texts()}


@pytest.fixture(scope="module")
def tiny() -> Assistant:
    return load_assistant(TINY)


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("utter_greet", "greeting"),
        ("utter_sorry", "apologies"),
        ("utter_about_invoice", "repeating"),
        ("utter_choose_complaint", "choices"),
        ("utter_ask_order_number", "forms"),
        ("utter_order_number_unclear", "forms"),
        ("utter_no_answer", "answers"),
        ("utter_handoff_upset", "handing_over"),
        ("utter_joined", "waiting"),
    ],
)
def test_every_text_is_in_a_plain_group(shipped: dict[str, BotText], name: str, group: str) -> None:
    assert shipped[name].group == group


def test_no_more_than_one_text_in_ten_has_no_group(shipped: dict[str, BotText]) -> None:
    other = [name for name, text in shipped.items() if text.group == "other"]
    assert len(other) <= len(shipped) / 10, other


def test_every_shipped_text_is_there_in_both_languages(shipped: dict[str, BotText]) -> None:
    assert [name for name, text in shipped.items() if set(text.shipped) != {"en", "nb"}] == []


def test_the_placeholders_are_those_that_ship(shipped: dict[str, BotText]) -> None:
    assert shipped["utter_joined"].may == shipped["utter_joined"].needs == {"agent"}
    assert shipped["utter_greet"].may == frozenset()


def test_the_houses_own_lines_are_listed_where_the_files_have_none(tiny: Assistant) -> None:
    names = [each.name for each in Texts(tiny, ("en", "nb"), lambda: 0).texts()]
    assert "utter_joined" in names and names.count("utter_sorry") == 1


def test_words_that_do_not_fit_are_named(tiny: Assistant) -> None:
    texts = Texts(tiny, ("en", "nb"), lambda: 0)
    words = {"utter_greet": {"en": (Variant(9, "x"),), "nb": (Variant(2, "Hei."),)}}
    assert texts.set_aside(words) == (("utter_greet", "en"),)


def test_what_was_changed_is_a_domain_file_that_can_be_read(tiny: Assistant, tmp_path: Path) -> None:
    words = {"utter_sorry": {"nb": (Variant(0, "Beklager: så dumt."),)}}
    written = Texts(tiny, ("en", "nb"), lambda: 0).as_yaml(words)
    read = YAML(typ="safe").load(io.StringIO(written))
    assert list(read["responses"]) == ["utter_sorry"]
    (tmp_path / "domain.yml").write_text(f"{written}intents: [greet]\n", encoding="utf-8")
    variants = load_assistant(tmp_path).domain.responses["utter_sorry"]
    assert [each.text for each in variants] == ["I am sorry.", "Beklager: så dumt."]
