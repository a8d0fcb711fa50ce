"""What every classifier must do with whatever a customer writes."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest

from bot.dialogue import load_assistant
from bot.dialogue.assistant import Assistant
from bot.understanding import Classifier, embedding, keywords
from bot.understanding.training import train
from bot.understanding.tuned import TunedClassifier, TunedModel
from kb.embedders.hashed import HashedEmbedder

Open: TypeAlias = Callable[[Path, Assistant, str | None], Classifier]

TINY = Path(__file__).parents[1] / "bot" / "assistants" / "tiny"
ENCODER = HashedEmbedder()
TEXTS = ["", "hello", "where is my parcel TS-1?", "takk", "x" * 5_000, "🦔", "\x00", "don't", "ÆØÅ" * 30]
NONSENSE = "qvzx jkwp bzrt"
# More than the ten that a ranking may name.
TOWNS = ("oslo", "bergen", "hamar", "bodo", "molde", "narvik", "skien", "arendal", "larvik", "horten", "moss")
WIDE = "nlu:\n" + "".join(
    f"- intent: to_{town}\n  examples: |\n    - a ticket to {town}\n    - take me to {town}, please\n"
    for town in TOWNS
)


def tuned(folder: Path, assistant: Assistant, encoder: str | None) -> Classifier:
    """The trained classifier beside an encoder whose prototypes are the means of the examples."""
    intents = tuple(sorted({each.intent for each in assistant.nlu.examples}))
    vectors = ENCODER.encode([each.text for each in assistant.nlu.examples])
    meant = np.array([intents.index(each.intent) for each in assistant.nlu.examples])
    means = np.stack([vectors[meant == number].mean(axis=0) for number in range(len(intents))])
    prototypes = (means / np.linalg.norm(means, axis=1, keepdims=True)).astype(np.float32)
    model = TunedModel(intents, prototypes, 5.0, 0.5, ENCODER.model_id, ENCODER.model_id, "")
    return TunedClassifier(embedding.PLUG(folder, assistant, encoder), model, ENCODER)


CLASSIFIERS: dict[str, Open] = {"embedding": embedding.PLUG, "keywords": keywords.PLUG, "tuned": tuned}


@pytest.fixture(scope="module")
def assistant() -> Assistant:
    return load_assistant(TINY)


@pytest.fixture(scope="module")
def folder(assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Path:
    trained = tmp_path_factory.mktemp("models") / "intents"
    train(assistant, ENCODER, trained)
    return trained


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> tuple[Assistant, Path]:
    """An assistant of many intents, and the folder that it was trained into."""
    own = tmp_path_factory.mktemp("wide")
    (own / "domain.yml").write_text(f"intents: [{', '.join(f'to_{town}' for town in TOWNS)}]\n")
    (own / "config.yml").write_text("language: en\n")
    (own / "nlu.yml").write_text(WIDE)
    loaded = load_assistant(own)
    train(loaded, ENCODER, own / "models" / "intents")
    return loaded, own / "models" / "intents"


@pytest.fixture(params=CLASSIFIERS)
def plug(request: pytest.FixtureRequest) -> Open:
    return CLASSIFIERS[request.param]


@pytest.fixture
def classifier(plug: Open, assistant: Assistant, folder: Path) -> Classifier:
    return plug(folder, assistant, ENCODER.model_id)


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
@pytest.mark.parametrize("encoded", [True, False], ids=["vector", "no-vector"])
def test_probabilities_are_ranked_and_within_bounds(classifier: Classifier, text: str, encoded: bool) -> None:
    vector = ENCODER.encode([text])[0] if encoded else None
    ranking = classifier.classify(text, vector, "en")
    probabilities = [each.probability for each in ranking.intents]
    assert probabilities == sorted(probabilities, reverse=True)
    assert all(0.0 <= each <= 1.0 for each in (*probabilities, ranking.known))
    assert sum(probabilities) == pytest.approx(1.0)  # there are fewer intents than a ranking may name


def test_of_many_intents_the_ten_likeliest_are_named_once_each(
    plug: Open, wide: tuple[Assistant, Path]
) -> None:
    many, trained = wide
    classifier = plug(trained, many, ENCODER.model_id)
    for text in ("a ticket to narvik", NONSENSE):
        ranking = classifier.classify(text, ENCODER.encode([text])[0], "en")
        assert len({each.name for each in ranking.intents}) == len(ranking.intents) == 10
        assert sum(each.probability for each in ranking.intents) <= 1.0 + 1e-6
    named = classifier.classify("a ticket to narvik", ENCODER.encode(["a ticket to narvik"])[0], "en")
    assert named.intents[0].name == "to_narvik"


@pytest.mark.parametrize("encoded", [True, False], ids=["vector", "no-vector"])
def test_it_knows_its_own_examples(classifier: Classifier, assistant: Assistant, encoded: bool) -> None:
    vectors = ENCODER.encode([each.text for each in assistant.nlu.examples])
    right = sum(
        classifier.classify(each.text, vector if encoded else None, each.language).intents[0].name
        == each.intent
        for each, vector in zip(assistant.nlu.examples, vectors, strict=True)
    )
    assert right >= 0.95 * len(vectors)


@pytest.mark.parametrize("encoded", [True, False], ids=["vector", "no-vector"])
def test_its_own_examples_are_more_in_scope_than_nonsense(
    classifier: Classifier, assistant: Assistant, encoded: bool
) -> None:
    def known(text: str) -> float:
        return classifier.classify(text, ENCODER.encode([text])[0] if encoded else None, "en").known

    nonsense = known(NONSENSE)
    examples = [known(each.text) for each in assistant.nlu.examples if each.language == "en"]
    assert float(np.median(examples)) > nonsense


def test_it_names_only_intents_that_have_examples(classifier: Classifier, assistant: Assistant) -> None:
    shown = {each.intent for each in assistant.nlu.examples}
    for vector in (None, ENCODER.encode(["hello"])[0]):
        named = {each.name for each in classifier.classify("hello", vector, "en").intents}
        assert named and named <= shown


def test_the_same_text_gives_the_same_ranking_from_any_thread(classifier: Classifier) -> None:
    def asked(vector: np.ndarray | None) -> object:
        return classifier.classify("where is it", vector, "en")

    for vector in (None, ENCODER.encode(["where is it"])[0]):
        once = asked(vector)
        with ThreadPoolExecutor(4) as threads:
            assert list(threads.map(asked, [vector] * 32)) == [once] * 32


def test_it_leaves_the_vector_as_it_is(classifier: Classifier) -> None:
    vector = ENCODER.encode(["where is it"])[0]
    before = vector.copy()
    vector.setflags(write=False)
    classifier.classify("where is it", vector, "en")
    assert np.array_equal(vector, before)


def test_it_says_what_its_guess_rests_on(classifier: Classifier) -> None:
    text = "where is my parcel"
    ranking = classifier.classify(text, ENCODER.encode([text])[0], "en")
    assert ranking.because
    assert ranking.evidence.examples[0][0].startswith(text)


def test_a_language_it_has_not_seen_is_no_error(classifier: Classifier) -> None:
    assert classifier.classify("wo ist mein Paket", ENCODER.encode(["wo"])[0], "de").intents


def test_it_is_well(classifier: Classifier) -> None:
    assert classifier.degraded is None
