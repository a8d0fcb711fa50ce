"""What handover.toml may say, and what it may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.handover import Limit, load_handover
from config.toml_values import SettingsError

TOPICS = ["fraud", "safety", "legal", "self_harm", "press", "data_protection"]


def written(folder: Path, text: str) -> Path:
    path = folder / "handover.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_topic_and_policy_ships_with_reason_words_and_a_text_in_both_languages() -> None:
    shipped = load_handover()
    assert [each.name for each in shipped.sensitive] == TOPICS
    assert [each.name for each in shipped.policy] == ["refunds", "cancellations", "complaints"]
    for each in shipped.sensitive:
        assert {"en", "nb"} == set(each.because) == set(each.words) == set(each.says)
    assert shipped.policy[0].above == Limit(1000, "NOK")


def test_the_numbers_to_call_are_the_operators_own(tmp_path: Path) -> None:
    theirs = '[numbers.en]\nemergency = "999"\nfire = "999"\nlistening = "116 000"\n'
    [care] = [each for each in load_handover(written(tmp_path, theirs)).sensitive if each.name == "self_harm"]
    assert "call 999" in care.says["en"] and "116 000" in care.says["en"]
    assert "ring 113" in care.says["nb"]


def test_a_section_replaces_the_one_of_its_name_whole(tmp_path: Path) -> None:
    theirs = '[sensitive.fraud]\nbecause = { en = "money" }\nwords.en = ["stolen"]\n'
    fraud, *others = load_handover(written(tmp_path, theirs)).sensitive
    assert (fraud.words, fraud.intents, fraud.says) == ({"en": ("stolen",)}, (), {})
    assert [each.name for each in others] == TOPICS[1:]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[sensitiv.fraud]", "did you mean sensitive"),
        ('[sensitive.x]\nbecause = { nb = "fordi" }', "in English at least"),
        ('[sensitive.x]\nbecause = { en = "so" }\nwords.en = ["("]', "is no regular expression"),
        ('[sensitive.x]\nbecause = { en = "so" }\nwords.en = ["(a)"]', "no groups"),
        ('[sensitive.x]\nbecause = { en = "so" }\nwords.en = ["a*"]', "must match something"),
        ('[sensitive.x]\nbecause = { en = "so" }\nsays.en = "Call {police}."', "no number"),
        ('[sensitive.x]\nbecause = { en = "so" }\nabove = "10 NOK"', "no such key"),
        ('[policy.x]\nbecause = { en = "so" }\nabove = "much"', "1000 NOK"),
    ],
)
def test_what_cannot_be_is_refused_with_the_way_out(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        load_handover(written(tmp_path, text))


def test_a_language_says_the_same_matters_in_its_own_words_and_with_its_own_numbers(tmp_path: Path) -> None:
    danish = tmp_path / "da.toml"
    danish.write_text(
        '[numbers]\nfire = "114"\n'
        '[sensitive.safety]\nbecause = "fare"\nsays = "Ring {fire}."\nwords = ["brand"]\n',
        encoding="utf-8",
    )
    theirs = written(tmp_path, '[sensitive.press]\nbecause = { en = "the press", da = "pressen" }\n')
    matters = {each.name: each for each in load_handover(theirs, {"da": danish}).sensitive}
    safety, fraud = matters["safety"], matters["fraud"]
    assert (safety.says["da"], safety.words["da"], safety.because["da"]) == ("Ring 114.", ("brand",), "fare")
    assert "da" not in fraud.words and matters["press"].because["da"] == "pressen"
    assert safety.words["en"] == load_handover().sensitive[1].words["en"]


def test_a_mistake_in_a_languages_file_is_told_with_its_file(tmp_path: Path) -> None:
    danish = tmp_path / "da.toml"
    danish.write_text('[sensitive.safety]\nwords = ["("]\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"da\.toml.*is no regular expression"):
        load_handover(None, {"da": danish})
