from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.dialogue import load_assistant
from bot.dialogue.assistant import Annotation, Assistant, DomainEntity, Example
from bot.understanding import Understanding, open_understanding
from bot.understanding.entity_training import learn_entities
from bot.understanding.keywords import KeywordClassifier
from bot.understanding.selector_training import learn_selectors
from bot.understanding.training import train
from bot.understanding.understanding import ENTITIES, SELECTORS, gist
from kb.embedders import Floats2d
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


ODD = (
    *("", " ", "\x00", "!?." * 99, "[](){}\\", "/", "/parcel{", "\u202e\u200d\ufeff", "\ud83d"),
    *("שלום, איפה החבילה שלי?", "🦔" * 2_000, "a" * 8_000, "1" * 8_000, "a.b@" * 2_000, "kr 1 " * 1_600),
    "my parcel, and where " * 400,
)


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_any_text_can_be_read(understanding: Understanding, text: str) -> None:
    reading = understanding.read(text)
    assert 0.0 <= reading.certainty <= 1.0
    reading.text.encode()


def test_of_a_long_message_the_beginning_and_the_end_are_read(understanding: Understanding) -> None:
    story = "and then it rained for a while " * 100
    for text in (f"where is my parcel {story}", f"{story} where is my parcel"):
        assert "where is my parcel" in gist(text) and len(gist(text)) <= 480
    assert gist("short") == "short" and len(gist("x" * 9_000)) <= 481


def test_a_reading_says_which_examples_and_words_it_rests_on(understanding: Understanding) -> None:
    evidence = understanding.read("where is my parcel please").evidence
    assert evidence.examples[0] == ("where is my parcel TS-123", pytest.approx(evidence.examples[0][1]))
    assert "parcel" in [word for word, _ in evidence.words]
    weights = [weight for _, weight in evidence.words]
    assert weights == sorted(weights, reverse=True) and all(weight > 0.0 for weight in weights)


def test_a_relative_date_is_counted_from_the_clock_that_was_handed_in(tiny: Assistant, trained: Path) -> None:
    now = datetime(2026, 3, 1, 9, tzinfo=UTC)
    understanding = open_understanding(trained, HashedEmbedder(), tiny, now=lambda: now)
    assert [each.value for each in understanding.read("it came yesterday").entities] == ["2026-02-28"]


def test_the_answer_of_a_retrieval_intent_is_picked(tiny: Assistant, trained: Path, tmp_path: Path) -> None:
    shutil.copytree(trained, tmp_path / "intents")
    learn_selectors(tiny, HashedEmbedder(), tmp_path / SELECTORS)
    understanding = open_understanding(tmp_path / "intents", HashedEmbedder(), tiny)
    assert understanding.degraded is None
    assert understanding.read("when do you open").selected["default"][0][0] == "faq/opening"


def test_what_was_learnt_of_annotations_is_served(tiny: Assistant, trained: Path, tmp_path: Path) -> None:
    marks = [(f"send it to {city}", city) for city in ("Oslo", "Rome", "Lima")]
    examples = tuple(
        Example("parcel", text, "en", (Annotation(11, len(text), city, "city", city),))
        for text, city in marks
    )
    cities = replace(
        tiny,
        nlu=replace(tiny.nlu, examples=(*tiny.nlu.examples, *examples)),
        domain=replace(tiny.domain, entities={**tiny.domain.entities, "city": DomainEntity("city")}),
    )
    shutil.copytree(trained, tmp_path / "intents")
    report = learn_entities(cities, tmp_path / ENTITIES)
    assert report.entities == ("city",) and report.annotations == 3
    (entity,) = (
        open_understanding(tmp_path / "intents", HashedEmbedder(), cities).read("send it to Bergen").entities
    )
    assert (entity.name, entity.value, entity.source) == ("city", "Bergen", "learnt")


def test_damaged_entities_are_told_and_done_without(tiny: Assistant, trained: Path, tmp_path: Path) -> None:
    shutil.copytree(trained, tmp_path / "intents")
    (tmp_path / ENTITIES).mkdir()
    (tmp_path / ENTITIES / "manifest.json").write_text("{")
    understanding = open_understanding(tmp_path / "intents", HashedEmbedder(), tiny)
    assert understanding.degraded is not None and "entities by rule only" in understanding.degraded
    assert understanding.read("where is TS-77").entities[0].value == "TS-77"


def test_two_wishes_are_read_and_encoded_at_once(tiny: Assistant, trained: Path) -> None:
    calls: list[list[str]] = []

    class Counting(HashedEmbedder):
        def encode(self, texts: Sequence[str]) -> Floats2d:
            calls.append(list(texts))
            return super().encode(texts)

    understanding = open_understanding(trained, Counting(), tiny)
    understanding.read("where is my parcel and when do you open")
    understanding.read("where is my parcel")
    assert [len(texts) for texts in calls] == [3, 1]


@pytest.mark.parametrize(
    ("text", "probability", "values"),
    [
        ("/parcel", 1.0, []),
        ("  /parcel@0.9  ", 0.9, []),
        ("/parcel@7", 1.0, []),
        ("/parcel@1.2.3", 0.0, []),
        ('/parcel@0.9{"order_number":["a","b"]}', 0.9, ["a", "b"]),
        ('/parcel{"order_number": 5}', 1.0, [5]),
        ('/parcel{"order_number": null} and more', 1.0, [None]),
        ("/parcel{broken}", 1.0, []),
        ('/parcel{"planet": "Mars"}', 1.0, []),
        ("/faq", 1.0, []),
    ],
)
def test_a_literal_is_taken_as_rasa_takes_it(
    understanding: Understanding, text: str, probability: float, values: list[object]
) -> None:
    reading = understanding.read(text)
    assert reading.literal and reading.intents[0].probability == probability
    assert [each.value for each in reading.entities] == values
    assert reading.selected == {}


def test_the_entities_of_a_literal_stand_where_the_json_stands(understanding: Understanding) -> None:
    text = '/parcel{"order_number":"TS-9"}'
    (entity,) = understanding.read(text).entities
    assert text[entity.start : entity.end] == '{"order_number":"TS-9"}'


def test_an_answer_can_t_be_asked_for_by_its_key(understanding: Understanding) -> None:
    assert not understanding.read("/faq/opening").literal


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
