from __future__ import annotations

from pathlib import Path

import pytest

from bot.dialogue.assistant import Example
from bot.understanding.errors import PartDamagedError
from bot.understanding.selector import Selectors, read_selectors
from bot.understanding.selector_training import fit_selectors
from bot.understanding.stored import write_part
from kb.embedders.hashed import HashedEmbedder

SHOWN = {
    "faq/opening": ("when do you open", "opening hours", "are you open on sunday"),
    "faq/shipping": ("what does shipping cost", "is shipping free", "do you ship abroad"),
    "faq/returns": ("can I send it back", "how do returns work", "return policy"),
    "chat/name": ("what is your name", "who are you"),
    "chat/age": ("how old are you", "your age"),
}
EXAMPLES = [
    Example(key.partition("/")[0], text, "en", response_key=key)
    for key, texts in SHOWN.items()
    for text in texts
]
EMBEDDER = HashedEmbedder()


def fitted(*wanted: str | None) -> Selectors:
    return fit_selectors(EXAMPLES, EMBEDDER, wanted, "print")


@pytest.mark.parametrize("encoded", [True, False], ids=["vector", "no-vector"])
def test_the_answer_is_picked_by_its_examples(encoded: bool) -> None:
    selectors = fitted("faq", "chat", None)
    for key, texts in SHOWN.items():
        for text in texts:
            selected = selectors.select(text, EMBEDDER.encode([text])[0] if encoded else None)
            assert selected[key.partition("/")[0]].ranking[0][0] == key
            assert selected["default"].ranking[0][0] == key


def test_a_selector_ranks_the_keys_of_its_intent_alone() -> None:
    selected = fitted("chat").select("opening hours", EMBEDDER.encode(["opening hours"])[0])
    assert selected.keys() == {"chat"}
    assert {key for key, _ in selected["chat"].ranking} == {"chat/name", "chat/age"}


def test_probabilities_are_ranked_and_add_up() -> None:
    ranking = fitted(None).select("do you ship", EMBEDDER.encode(["do you ship"])[0])["default"].ranking
    probabilities = [probability for _, probability in ranking]
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) == pytest.approx(1.0)


def test_one_key_is_always_the_answer() -> None:
    only = [each for each in EXAMPLES if each.response_key == "chat/name"]
    selectors = fit_selectors(only, EMBEDDER, ("chat",), "")
    assert selectors.select("anything", EMBEDDER.encode(["anything"])[0])["chat"].ranking == (
        ("chat/name", 1.0),
    )


def test_without_retrieval_intents_there_is_no_selector() -> None:
    assert fit_selectors([], EMBEDDER, (None,), "").by_name == {}


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    selectors = fitted("faq", None)
    write_part(selectors.stored(), tmp_path)
    vector = EMBEDDER.encode(["when open"])[0]
    assert read_selectors(tmp_path, EMBEDDER.model_id).select("when open", vector) == selectors.select(
        "when open", vector
    )


def test_selectors_of_another_encoder_are_not_used(tmp_path: Path) -> None:
    write_part(fitted("faq").stored(), tmp_path)
    with pytest.raises(PartDamagedError, match="trained on the encoder hashed-256, and other is served"):
        read_selectors(tmp_path, "other")
