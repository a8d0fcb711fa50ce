from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.dialogue.assistant import Annotation, Example
from bot.dialogue.nlu import ANNOTATION
from bot.understanding.entity_training import fit_tagger
from bot.understanding.errors import PartDamagedError, PartMissingError
from bot.understanding.stored import write_part
from bot.understanding.tagging import Hint, Mark, Tagger, TaggerModel, read_tagger

CITIES = ("Oslo", "Rome", "Lima", "new york", "Kyoto")


def example(written: str) -> Example:
    """An example whose spans are marked as `[words](entity#role)`."""
    text, marks, end = "", [], 0
    for match in ANNOTATION.finditer(written):
        text += written[end : match.start()]
        entity, _, role = str(match["entity"]).partition("#")
        start = len(text)
        text += match["text"]
        marks.append(Annotation(start, len(text), match["text"], entity, match["text"], role or None))
        end = match.end()
    return Example("book", text + written[end:], "en", tuple(marks))


EXAMPLES = [
    *(
        example(f"from [{one}](city#from) to [{other}](city#to)")
        for one in CITIES
        for other in CITIES
        if one != other
    ),
    *(example(f"a table for [{count}](number) tonight") for count in ("2", "four", "12")),
    *map(example, ("hello there", "thanks a lot", "what is the weather", "tell me more")),
]


def nothing(text: str, language: str) -> Sequence[Hint]:
    return ()


@pytest.fixture(scope="module")
def model() -> TaggerModel:
    return fit_tagger(EXAMPLES, ["city", "number"], nothing)


def tagged(model: TaggerModel, text: str) -> list[tuple[str, Mark]]:
    return [(text[each.start : each.end], *each.marks) for each in Tagger(model).tag(text)]


def test_roles_are_told_by_the_words_around(model: TaggerModel) -> None:
    assert tagged(model, "from Rome to Oslo") == [
        ("Rome", Mark("city", "from")),
        ("Oslo", Mark("city", "to")),
    ]
    assert tagged(model, "from Tromsø to new york") == [
        ("Tromsø", Mark("city", "from")),
        ("new york", Mark("city", "to")),
    ]


def test_probabilities_are_probabilities(model: TaggerModel) -> None:
    assert all(0.0 < each.probability <= 1.0 for each in Tagger(model).tag("from Rome to Oslo"))


def test_plain_words_are_no_entities(model: TaggerModel) -> None:
    assert tagged(model, "hello, tell me more") == []


def test_hints_count() -> None:
    def hints(text: str, language: str) -> list[Hint]:
        return [Hint("regex code", at, at + 1) for at, letter in enumerate(text) if letter == "Q"]

    examples = [example(f"{words} [Q](code)") for words in ("see", "my", "with", "and then")]
    plain = [example(f"{words} Z") for words in ("see", "my", "with", "and then")]
    model = fit_tagger([*examples, *plain], ["code"], hints)
    assert [each.start for each in Tagger(model).tag("look Z Q", hints("look Z Q", "en"))] == [7]


def test_an_entity_that_is_shown_once_or_not_listed_is_not_learnt() -> None:
    once = [*EXAMPLES, example("a [red](colour) one")]
    assert fit_tagger(once, ["city", "colour"], nothing).entities == {"city"}


def test_without_annotations_there_is_nothing_to_find() -> None:
    model = fit_tagger([example("hello"), example("bye")], ["city"], nothing)
    assert model.entities == frozenset() and Tagger(model).tag("hello") == ()
    assert model.words == {"hello", "bye"}


@pytest.mark.parametrize("text", ["", "   ", "\x00", "🦔" * 300, "a " * 4_000, "from", "to to to", "]["])
def test_any_text_can_be_tagged(model: TaggerModel, text: str) -> None:
    for each in Tagger(model).tag(text):
        assert 0 <= each.start < each.end <= len(text)


def test_the_same_examples_give_the_same_bytes_and_are_read_again(model: TaggerModel, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_part(fit_tagger(EXAMPLES, ["city", "number"], nothing).stored(), tmp_path / name)
    one, two = ({path.name: path.read_bytes() for path in (tmp_path / n).iterdir()} for n in ("one", "two"))
    assert one == two
    assert {Path(name).suffix for name in one} == {".json", ".safetensors"}
    assert tagged(read_tagger(tmp_path / "one"), "from Rome to Oslo") == tagged(model, "from Rome to Oslo")


def test_a_new_training_leaves_no_old_files(tmp_path: Path) -> None:
    write_part(fit_tagger(EXAMPLES, ["city", "number"], nothing).stored(), tmp_path)
    write_part(fit_tagger(EXAMPLES, ["city"], nothing).stored(), tmp_path)
    assert len(list(tmp_path.iterdir())) == 3
    assert read_tagger(tmp_path).entities == {"city"}


def test_a_missing_model_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(PartMissingError, match="run `firstline train`"):
        read_tagger(tmp_path)


@pytest.mark.parametrize("suffix", [".safetensors", ".json"])
def test_one_changed_byte_is_damage(model: TaggerModel, tmp_path: Path, suffix: str) -> None:
    write_part(model.stored(), tmp_path)
    path = next(tmp_path.glob(f"part-*{suffix}"))
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(PartDamagedError, match="its SHA-256 differs"):
        read_tagger(tmp_path)


@pytest.mark.parametrize(
    "manifest", ["", "{}", "[]", '{"format": 9}', '{"format": 1, "about": {}, "files": {}}']
)
def test_a_damaged_manifest_is_damage(model: TaggerModel, tmp_path: Path, manifest: str) -> None:
    write_part(model.stored(), tmp_path)
    (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(PartDamagedError, match="run `firstline train`"):
        read_tagger(tmp_path)
