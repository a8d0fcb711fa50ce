"""What is read beside the intent, on real messages: floors, not goals."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.dialogue.assistant import Annotation, Example
from bot.understanding.asking import read_asking
from bot.understanding.embedding import EmbeddingClassifier
from bot.understanding.entity_training import fit_tagger
from bot.understanding.language import LanguageReader
from bot.understanding.person import PersonDetector
from bot.understanding.person_training import learn as learn_asking
from bot.understanding.person_training import lessons, shipped
from bot.understanding.shapes import SHAPES, Said
from bot.understanding.tagging import Hint, Tagger
from bot.understanding.training import learn
from bot.understanding.wishes import clauses, wishes
from bot.understanding.words import Words, read_words
from kb.embedders import encode_deep
from kb.embedders.onnx import OnnxEmbedder
from tests.datasets import dataset
from tests.models import encoder

pytestmark = pytest.mark.slow

LANGUAGES = ("en", "nb")
FOLDS = 20
# The labels of the bank's messages that ask for something, and those that are manners.
ASKS = frozenset(
    (
        *(
            "cancel_close_leave_freeze",
            "change",
            "make_open_apply_setup_get_activate",
            "request_info",
            "how",
            "why",
        ),
        *(
            "when",
            "how_much",
            "how_long",
            "wrong_notworking_notshowing",
            "lost_stolen",
            "transfer_payment_deposit",
        ),
        *("withdrawal", "balance", "handoff", "limits", "fees_interests", "refund"),
    )
)
MANNERS = frozenset(("greet", "thank", "affirm", "deny", "end_call"))


def utterances(domain: str) -> list[list[dict[str, object]]]:
    folder = dataset("nlupp") / "data" / domain
    return [json.loads((folder / f"fold{fold}.json").read_text("utf-8")) for fold in range(FOLDS)]


def labels(utterance: Mapping[str, object]) -> frozenset[str]:
    found = utterance.get("intents", [])
    return frozenset(found) if isinstance(found, list) else frozenset()


def texts(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return [row["text"] for row in csv.DictReader(file)]


@pytest.fixture(scope="module")
def words() -> Mapping[str, Words]:
    return read_words(LANGUAGES)


@pytest.mark.parametrize(("domain", "floor"), [("banking", 0.9), ("hotels", 0.88)])
def test_requests_for_a_person_are_heard_by_their_words(
    words: Mapping[str, Words], domain: str, floor: float
) -> None:
    """Not learnt from. Two that refuse carry the label, too, and count as missed. Measured: 0.92 and 0.91."""
    detector = PersonDetector(words.values())
    right = wrong = 0
    for utterance in (each for fold in utterances(domain) for each in fold):
        heard = (detector.look(str(utterance["text"])).probability or 0.0) > 0.5
        asked = "handoff" in labels(utterance)
        right, wrong = right + 2 * (heard and asked), wrong + (heard != asked)
    assert right / (right + wrong) >= floor


def own(name: str) -> list[dict[str, str]]:
    with (Path(__file__).parent / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("language", LANGUAGES)
def test_requests_in_words_that_were_not_learnt_from_are_heard(
    words: Mapping[str, Words], language: str
) -> None:
    """Our own messages; the other half of them is in person.<language>.toml. Measured: 0.94 in each."""
    detector = PersonDetector(words.values())
    right = wrong = 0
    for message in own("person_requests.csv"):
        if message["language"] == language:
            heard = (detector.look(message["text"]).probability or 0.0) > 0.5
            asked = message["wants"] == "yes"
            right, wrong = right + 2 * (heard and asked), wrong + (heard != asked)
    assert right / (right + wrong) >= 0.87


def test_refusals_past_mentions_and_look_alikes_are_left_alone(words: Mapping[str, Words]) -> None:
    detector = PersonDetector(words.values())
    told = own("person_refusals.csv")
    taken = [each["text"] for each in told if (detector.look(each["text"]).probability or 0.0) > 0.5]
    assert len(told) == 100
    assert len(taken) <= 5, taken


def test_questions_to_a_bank_are_seldom_taken_for_such_a_request(words: Mapping[str, Words]) -> None:
    detector = PersonDetector(words.values())
    asked = texts(dataset("banking77") / "train.csv")
    # About half of those that are taken for one do ask whom to speak with, or for help from somebody.
    assert sum((detector.look(text).probability or 0.0) > 0.5 for text in asked) <= 0.0035 * len(asked)


def test_english_is_known_for_english_in_a_norwegian_conversation(words: Mapping[str, Words]) -> None:
    reader = LanguageReader(LANGUAGES, words)
    said = texts(dataset("clinc150") / "test.csv")
    assert sum(reader.read(text, "nb") == "en" for text in said) >= 0.98 * len(said)
    assert sum(reader.read(text, "en") == "en" for text in said) >= 0.99 * len(said)


def hints(text: str, language: str) -> Sequence[Hint]:
    said = Said(text, language, date(2022, 3, 15))
    names = {shape: name for name, shape in SHAPES.items()}
    return [Hint(name, each.start, each.end) for shape, name in names.items() for each in shape(said)]


def annotated(utterance: Mapping[str, object]) -> Example:
    slots = utterance.get("slots", {})
    assert isinstance(slots, dict)
    marks = (Annotation(*each["span"], each["text"], name, each["text"]) for name, each in slots.items())
    return Example("any", str(utterance["text"]), "en", tuple(sorted(marks, key=lambda mark: mark.start)))


def test_entities_are_learnt_from_annotations() -> None:
    folds = [[annotated(each) for each in fold] for fold in utterances("banking")]
    train, test = [each for fold in folds[4:] for each in fold], [each for fold in folds[:4] for each in fold]
    tagger = Tagger(fit_tagger(train, sorted({m.entity for each in train for m in each.annotations}), hints))
    right = wrong = 0
    for example in test:
        meant = {(mark.start, mark.end, mark.entity) for mark in example.annotations}
        found = {
            (each.start, each.end, each.marks[0].entity)
            for each in tagger.tag(example.text, hints(example.text, "en"))
        }
        right, wrong = right + 2 * len(meant & found), wrong + len(meant ^ found)
    assert right / (right + wrong) >= 0.66


def test_two_wishes_are_seldom_read_into_one() -> None:
    embedder = OnnxEmbedder(encoder())
    bank = [each for fold in utterances("banking") for each in fold]
    one = [(each, found) for each in bank if len(found := labels(each) & (ASKS | MANNERS)) == 1]
    train, kept_back = [each for at, each in enumerate(one) if at % 4], [each for each, _ in one[::4]]
    model = learn(
        [Example(next(iter(found)), str(each["text"]), "en") for each, found in train], embedder
    ).model
    classifier = EmbeddingClassifier(replace(model, fingerprint=""), "")
    several = [each for each in bank if len(labels(each) & ASKS) > 1]
    right = wrong = 0
    for utterance in (*several, *kept_back):
        found = clauses(str(utterance["text"]))
        vectors = encode_deep(embedder, [each.text for each in found])
        rankings = [classifier.classify(e.text, v, "en") for e, v in zip(found, vectors, strict=True)]
        if wishes(found, rankings, ()):
            right, wrong = right + (len(labels(utterance) & ASKS) > 1), wrong + (utterance in kept_back)
    assert right >= 10
    assert right / (right + wrong) >= 0.9


def test_the_ear_that_ships_is_the_one_that_its_examples_make() -> None:
    given = [*(each for language in LANGUAGES for each in lessons(language)), *shipped()]
    made, held = learn_asking(given), read_asking()
    for message in own("person_requests.csv"):
        assert made.probability(message["text"], None) == pytest.approx(
            held.probability(message["text"], None), abs=0.03
        )
