from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.dialogue import load_assistant
from bot.dialogue.assistant import Assistant
from bot.understanding import Understanding, open_understanding
from bot.understanding.keywords import KeywordClassifier
from bot.understanding.training import train
from kb.embedders.hashed import HashedEmbedder

TINY = Path(__file__).parent / "assistants" / "tiny"


@pytest.fixture(scope="module")
def tiny() -> Assistant:
    return load_assistant(TINY)


@pytest.fixture(scope="module")
def trained(tiny: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("intents")
    train(tiny, HashedEmbedder(), folder)
    return folder


@pytest.fixture(scope="module")
def understanding(tiny: Assistant, trained: Path) -> Understanding:
    return open_understanding(trained, HashedEmbedder(), tiny)


def test_a_message_is_read_whole(understanding: Understanding) -> None:
    reading = understanding.read("where is my parcel TS-77, it has my TINY MUG in it", language="en")
    assert reading.intents[0].name == "parcel"
    assert [(each.name, each.value) for each in reading.entities] == [
        ("order_number", "TS-77"),
        ("product", "Tiny Mug"),
    ]
    assert reading.language == "en"
    assert reading.mood.label == "calm"
    assert "close to “" in reading.because
    assert reading.vector is not None and reading.vector.shape == (256,)


def test_entities_stand_where_their_words_stand(understanding: Understanding) -> None:
    text = "the pot of tea from TS-1"
    for entity in understanding.read(text).entities:
        assert text[entity.start : entity.end] == entity.text


def test_probabilities_are_ranked_and_add_up(understanding: Understanding) -> None:
    probabilities = [each.probability for each in understanding.read("my parcel").intents]
    assert probabilities == sorted(probabilities, reverse=True)
    assert 0.99 < sum(probabilities) <= 1.0 + 1e-6


def test_a_message_without_a_language_of_its_own_keeps_the_conversation_s(
    understanding: Understanding,
) -> None:
    for text in ("TS-123", "Tiny Mug", "ok", "👍", ""):
        assert understanding.read(text, language="nb").language == "nb"
        assert understanding.read(text, language="en").language == "en"


def test_a_message_plainly_in_another_language_changes_it(understanding: Understanding) -> None:
    assert understanding.read("hvor er pakken min", language="en").language == "nb"
    assert understanding.read("where is my parcel", language="nb").language == "en"


def test_a_quick_reply_is_taken_at_its_word(understanding: Understanding) -> None:
    reading = understanding.read('/parcel{"order_number": "TS-9", "planet": "Mars"}', language="nb")
    assert reading.literal and reading.certainty == 1.0
    assert reading.language == "nb"
    assert [(each.name, each.value) for each in reading.entities] == [("order_number", "TS-9")]


def test_asking_for_a_person_by_quick_reply_is_asking(understanding: Understanding) -> None:
    assert understanding.read("/human_handoff").wants_person == 1.0


def test_an_unknown_literal_is_an_ordinary_text(understanding: Understanding) -> None:
    assert not understanding.read("/nonsense").literal


def test_whoever_needs_no_human_is_not_read_as_asking_for_one(understanding: Understanding) -> None:
    reading = understanding.read("I don't need a human")
    assert reading.wants_person < 0.1
    assert "human_handoff" not in [each.name for each in reading.intents]


def test_any_text_can_be_read(understanding: Understanding) -> None:
    for text in ("", " ", "\x00", "🦔" * 50, "a" * 8_000, "שלום", "[](){}\\", "1" * 400):
        assert 0.0 <= understanding.read(text).certainty <= 1.0


def test_the_same_text_is_read_the_same_from_any_thread(understanding: Understanding) -> None:
    texts = [f"where is my parcel TS-{number % 5}" for number in range(60)]
    with ThreadPoolExecutor(8) as pool:
        readings = list(pool.map(understanding.read, texts))
    assert readings == [understanding.read(text) for text in texts]


def test_without_a_model_keywords_serve_and_say_what_to_run(tiny: Assistant, tmp_path: Path) -> None:
    understanding = open_understanding(tmp_path, HashedEmbedder(), tiny)
    assert understanding.degraded is not None
    assert "keywords" in understanding.degraded and "run `firstline train`" in understanding.degraded
    assert understanding.read("where is my parcel").intents[0].name == "parcel"


def test_keywords_serve_an_assistant_that_was_loaded_without_examples(tmp_path: Path) -> None:
    lean = load_assistant(TINY, examples=False)
    assert open_understanding(tmp_path, None, lean).read("thanks a lot").intents[0].name == "thank"


def test_without_an_encoder_the_words_decide(tiny: Assistant, trained: Path) -> None:
    reading = open_understanding(trained, None, tiny).read("where is my parcel")
    assert reading.intents[0].name == "parcel"
    assert reading.vector is None


def test_a_model_of_another_encoder_is_not_used(tiny: Assistant, trained: Path) -> None:
    degraded = open_understanding(trained, HashedEmbedder(128), tiny).degraded
    assert degraded is not None and "trained on the encoder hashed-256, and hashed-128 is served" in degraded


def test_changed_examples_are_noticed_and_the_old_model_serves_on(trained: Path, tiny: Assistant) -> None:
    from dataclasses import replace

    changed = replace(tiny, fingerprint="other")
    understanding = open_understanding(trained, HashedEmbedder(), changed)
    assert understanding.degraded is not None and "have changed since training" in understanding.degraded
    assert understanding.read("where is my parcel").because.startswith("close to")


def test_several_classifiers_are_heard_alike(tiny: Assistant, trained: Path) -> None:
    from bot.understanding import embedding, keywords

    both = open_understanding(
        trained,
        HashedEmbedder(),
        tiny,
        classifiers=[embedding.open_classifier, keywords.open_classifier],
    )
    assert both.read("where is my parcel").intents[0].name == "parcel"


def test_an_assistant_without_examples_understands_nothing(tiny: Assistant) -> None:
    from dataclasses import replace

    from bot.dialogue.assistant import Nlu

    ranking = KeywordClassifier(replace(tiny, nlu=Nlu())).classify("hello", None, "en")
    assert ranking.intents == () and ranking.known == 0.0


def test_serving_imports_neither_torch_nor_scikit_learn(trained: Path) -> None:
    program = f"""
import sys
from pathlib import Path
from bot.dialogue import load_assistant
from bot.understanding import open_understanding
from kb.embedders.hashed import HashedEmbedder
assistant = load_assistant(Path({str(TINY)!r}), examples=False)
open_understanding(Path({str(trained)!r}), HashedEmbedder(), assistant).read("where is my parcel")
print([name for name in ("torch", "sklearn", "scipy") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
