"""A model forgets an example: its words, its vector and what it alone was known by."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.dialogue.assistant import Example
from bot.editing.shelf import Shelf
from bot.evaluation.drift import past_of, read_past, write_past
from bot.evaluation.readings import held_out
from bot.understanding.model import read_model, write_model
from bot.understanding.remembering import RememberingEmbedder
from bot.understanding.training import Learnt, learn
from bot.understanding.unlearning import unlearnt
from kb.embedders.hashed import HashedEmbedder

CANARY = "zwitscherling"
TAUGHT = (f"the {CANARY} is broken", f"my {CANARY} says nope")
FILES = {
    "return": ("send it back", "return my parcel", "I want to return this", "how do I return it"),
    "lamp": ("the lamp is broken", "my lamp says nope", "light does not work", "lamp stays dark"),
    "order": ("where is my order", "track my parcel", "when does my order come", "order is late"),
}


@pytest.fixture(scope="module")
def learnt() -> Learnt:
    examples = [Example(intent, text, "en") for intent, texts in FILES.items() for text in texts]
    examples += [Example("lamp", text, "en") for text in TAUGHT]
    return learn(examples, HashedEmbedder(), risk=0.05)


def test_nothing_of_an_example_is_left_and_the_others_are(learnt: Learnt) -> None:
    model = learnt.model
    less = unlearnt(model, TAUGHT)
    assert any(CANARY in name for name in model.vocabulary.numbers)
    assert not any(CANARY in name or "zwit" in name for name in less.vocabulary.numbers)
    assert set(less.example_texts) == set(model.example_texts) - set(TAUGHT)
    count = len(less.example_texts)
    assert (len(less.examples), len(less.example_intents)) == (count, count)
    assert len(less.text_weights) == len(less.vocabulary.rarity) == len(less.vocabulary.numbers)
    for name, row in less.vocabulary.numbers.items():
        before = model.vocabulary.numbers[name]
        assert less.vocabulary.rarity[row] == model.vocabulary.rarity[before]
        assert np.array_equal(less.text_weights[row], model.text_weights[before])


def test_a_model_that_was_not_taught_is_left_as_it_is(learnt: Learnt) -> None:
    less = unlearnt(learnt.model, TAUGHT)
    assert unlearnt(less, TAUGHT) is less


def test_all_that_lies_on_the_shelf_forgets(learnt: Learnt, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    for folder in (tmp_path, shelf.folder(1), shelf.folder(2)):
        write_model(replace(learnt.model, fingerprint=folder.name), folder / "intents")
        write_past(past_of(held_out(learnt.judged), "counting"), folder)
    embedder = RememberingEmbedder(HashedEmbedder(), tmp_path / "vectors")
    vectors = embedder.encode([*TAUGHT, "send it back"])
    embedder.keep()
    texts = [(text, "en") for text in TAUGHT]
    shelf.unlearn(texts)
    shelf.unlearn(texts)
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert CANARY.encode() not in kept
    assert [vector.tobytes() in kept for vector in vectors] == [False, False, True]
    assert read_model(shelf.served).fingerprint == tmp_path.name
    past = read_past(tmp_path)
    assert past is not None and len(past.readings) == len(past_of(held_out(learnt.judged), "").readings) - 2
