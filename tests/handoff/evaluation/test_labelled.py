from __future__ import annotations

import json
from pathlib import Path

import pytest

from handoff.evaluation.labelled import FactLabel, LabelledFileError, read_labelled

WHOLE = {
    "id": "a",
    "lang": "nb",
    "messages": [
        {"author": "customer", "text": "ordre 55", "at": "2026-06-15T10:00:00+02:00"},
        {"author": "bot", "text": "Takk"},
    ],
    "facts": [{"name": "order", "value": 55, "message": 1, "superseded": True}],
    "ask": [1],
    "reason": "no_answer",
    "wants_person": True,
    "mood": "calm",
}


def written(folder: Path, *rows: object) -> Path:
    path = folder / "told.jsonl"
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows))
    return path


def test_a_line_is_a_conversation_with_its_labels(tmp_path: Path) -> None:
    (told,) = read_labelled(written(tmp_path, WHOLE))
    assert told.facts == (FactLabel("order", "55", 1, superseded=True),)
    assert (told.ask, told.reason, told.wants_person, told.language) == (
        frozenset({1}),
        "no_answer",
        True,
        "nb",
    )
    assert [line.at.isoformat() for line in told.lines] == [
        "2026-06-15T10:00:00+02:00",
        "2026-06-15T10:00:30+02:00",
    ]


def test_labels_may_be_absent(tmp_path: Path) -> None:
    (told,) = read_labelled(written(tmp_path, {"id": 1, "messages": [{"author": "customer", "text": "hi"}]}))
    assert (told.facts, told.ask, told.wants_person, told.reason, told.mood) == (None, None, None, None, None)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": ""}, "'id' is missing"),
        ({"messages": []}, "'messages' is empty"),
        ({"messages": [{"author": "cat", "text": "x"}]}, r"messages\[1\].author is 'cat'"),
        ({"messages": [{"author": "bot"}]}, r"messages\[1\].text is missing"),
        ({"messages": [{"author": "bot", "text": "x", "at": "soon"}]}, "moment in ISO 8601"),
        ({"facts": [{"name": "order", "value": "1", "message": 9}]}, "from 1 to 2"),
        ({"facts": [{"value": "1", "message": 1}]}, r"facts\[0\].name is missing"),
        ({"ask": ["x"]}, "ask is 'x'"),
        ({"reason": "bored"}, "'reason' is 'bored'"),
        ({"wants_person": "yes"}, "true or false"),
        ({"facst": []}, "no such key 'facst'"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_line(
    tmp_path: Path, change: dict[str, object], said: str
) -> None:
    with pytest.raises(LabelledFileError, match=rf"told\.jsonl:2: .*{said}"):
        read_labelled(written(tmp_path, {**WHOLE, "id": "first"}, {**WHOLE, **change}))


@pytest.mark.parametrize("row", ["{", "[]"])
def test_what_is_no_object_is_named(tmp_path: Path, row: str) -> None:
    with pytest.raises(LabelledFileError, match=":1:"):
        read_labelled(written(tmp_path, row))


def test_two_conversations_do_not_share_an_id(tmp_path: Path) -> None:
    with pytest.raises(LabelledFileError, match=":2: the id 'a' is that of line 1 too"):
        read_labelled(written(tmp_path, WHOLE, WHOLE))


def test_a_file_that_is_not_there_or_empty_is_named(tmp_path: Path) -> None:
    with pytest.raises(LabelledFileError, match="can't be read"):
        read_labelled(tmp_path / "nothing.jsonl")
    with pytest.raises(LabelledFileError, match="holds no conversations"):
        read_labelled(written(tmp_path, ""))
