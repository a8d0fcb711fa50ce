"""What every classifier must do with whatever a customer writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.dialogue import load_assistant
from bot.dialogue.assistant import Assistant
from bot.understanding import Classifier, embedding, keywords
from bot.understanding.training import train
from kb.embedders.hashed import HashedEmbedder

TINY = Path(__file__).parents[1] / "bot" / "assistants" / "tiny"
CLASSIFIERS = [embedding.PLUG, keywords.PLUG]
TEXTS = ["", "hello", "where is my parcel TS-1?", "takk", "x" * 5_000, "🦔", "\x00", "don't", "ÆØÅ" * 30]


@pytest.fixture(scope="module")
def assistant() -> Assistant:
    return load_assistant(TINY)


@pytest.fixture(scope="module")
def folder(assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Path:
    trained = tmp_path_factory.mktemp("intents")
    train(assistant, HashedEmbedder(), trained)
    return trained


@pytest.fixture(params=CLASSIFIERS, ids=["embedding", "keywords"])
def classifier(request: pytest.FixtureRequest, assistant: Assistant, folder: Path) -> Classifier:
    opened: Classifier = request.param(folder, assistant, "hashed-256")
    return opened


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
@pytest.mark.parametrize("encoded", [True, False], ids=["vector", "no-vector"])
def test_probabilities_are_ranked_and_within_bounds(classifier: Classifier, text: str, encoded: bool) -> None:
    vector = HashedEmbedder().encode([text])[0] if encoded else None
    ranking = classifier.classify(text, vector, "en")
    probabilities = [each.probability for each in ranking.intents]
    assert probabilities == sorted(probabilities, reverse=True)
    assert len(probabilities) <= 10
    assert all(0.0 <= each <= 1.0 for each in (*probabilities, ranking.known))
    assert sum(probabilities) <= 1.0 + 1e-6


def test_it_knows_its_own_examples(classifier: Classifier, assistant: Assistant) -> None:
    vectors = HashedEmbedder().encode([each.text for each in assistant.nlu.examples])
    right = sum(
        classifier.classify(each.text, vector, each.language).intents[0].name == each.intent
        for each, vector in zip(assistant.nlu.examples, vectors, strict=True)
    )
    assert right >= 0.95 * len(vectors)


def test_it_names_only_intents_that_have_examples(classifier: Classifier, assistant: Assistant) -> None:
    shown = {each.intent for each in assistant.nlu.examples}
    assert {each.name for each in classifier.classify("hello", None, "en").intents} <= shown


def test_the_same_text_gives_the_same_ranking(classifier: Classifier) -> None:
    assert classifier.classify("where is it", None, "en") == classifier.classify("where is it", None, "en")


def test_it_says_what_its_guess_rests_on(classifier: Classifier) -> None:
    ranking = classifier.classify(
        "where is my parcel", HashedEmbedder().encode(["where is my parcel"])[0], "en"
    )
    assert ranking.because
    assert ranking.evidence.examples[0][0].startswith("where is my parcel")


def test_a_language_it_has_not_seen_is_no_error(classifier: Classifier) -> None:
    assert classifier.classify("wo ist mein Paket", HashedEmbedder().encode(["wo"])[0], "de").intents


def test_it_is_well(classifier: Classifier) -> None:
    assert classifier.degraded is None
