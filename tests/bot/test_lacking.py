"""What a language lacks is said, file by file; the one that ships beside English and Bokmål lacks nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.checking import check
from bot.dialogue.assistant import Assistant
from bot.dialogue.loading import load_assistant
from bot.lacking import lacking

TINY = Path(__file__).parent / "assistants" / "tiny"


@pytest.fixture(scope="module")
def tiny() -> Assistant:
    return load_assistant(TINY)


def test_each_file_tells_what_is_missing_in_it(tiny: Assistant) -> None:
    found = dict(
        lacking(
            tiny,
            "tlh",
            files={"words.toml": True, "mood.toml": False},
            pages=frozenset({"Send", "Menu"}),
            matters=frozenset({"fraud"}),
        )
    )
    assert found["pages.po"] == "lacks 2 texts of the pages: “Menu”, “Send”"
    assert found["handover.toml"] == "lacks 1 matters without words: “fraud”"
    assert found["mood.toml"] == "is not there, so English stands in for it"
    assert found["responses.yml"].startswith(f"lacks {len(tiny.domain.responses)} responses: “utter_")
    assert found["nlu.yml"].endswith(" more") and "words.toml" not in found


def test_danish_lacks_nothing(tmp_path: Path) -> None:
    (tmp_path / "firstline.toml").write_text('[bot]\nlanguages = ["en", "nb", "da"]\n', encoding="utf-8")
    assert [str(each) for each in check(tmp_path).oddities] == []


def test_a_language_without_a_folder_is_named_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "firstline.toml").write_text('[bot]\nlanguages = ["en", "sv"]\n', encoding="utf-8")
    assert "'sv' is not spoken, for" in " ".join(map(str, check(tmp_path).oddities))
