"""Misread messages become examples; trainings are looked at, published, discarded, rolled back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import load_settings
from kb.coaching.examples import Examples
from kb.coaching.training import Candidate, Change, Guess, Objection, Report, State
from kb.errors import (
    CandidateBusyError,
    ExampleInvalidError,
    GuardedError,
    NoCandidateError,
    NoExampleError,
    NotPublishableError,
)
from kb.opening import open_edits
from kb.store.editing import EditStores
from tests.fakes import MONDAY_MORNING, FakeClock
from tests.kb.bot_fakes import MISREAD, ReadMessages

pytestmark = pytest.mark.engines

CHANGE = Change("my lamp says nope", "en", Guess("parcel", 0.6), Guess("lamp", 0.9), "c1")


@pytest.fixture
def stores(tmp_path: Path, environment: dict[str, str]) -> Iterator[EditStores]:
    opened = open_edits(load_settings(tmp_path, environment))
    yield opened
    opened.close()


@pytest.fixture
def bot() -> ReadMessages:
    return ReadMessages()


@pytest.fixture
def examples(stores: EditStores, bot: ReadMessages) -> Examples:
    return Examples(stores.examples, stores.candidates, bot, FakeClock())


def correct(examples: Examples, intent: str = "lamp") -> int:
    return examples.correct("c1", 3, text=MISREAD.text, language="en", intent=intent, by="ines").id


def report(*objections: Objection) -> Report:
    return Report(
        examples=12,
        intents=3,
        seconds=1.5,
        accuracy_before=0.8,
        accuracy=0.82,
        ece_before=0.05,
        ece=0.04,
        shared=10,
        changed=1,
        objections=objections,
        messages=40,
        changes=(CHANGE,),
        taught=(),
        left_out=(),
    )


def trained(examples: Examples, stores: EditStores, *objections: Objection) -> Candidate:
    """A training that has come to its end."""
    begun = examples.train(by="ines")
    told = report(*objections)
    return stores.candidates.end(begun.number, State.READY, by="firstline", at=MONDAY_MORNING, report=told)


def test_a_corrected_message_becomes_an_example_and_leaves_the_list(examples: Examples) -> None:
    assert examples.misread(10) == (MISREAD,)
    correct(examples)
    (kept,) = examples.examples()
    assert (kept.text, kept.intent, kept.by) == (MISREAD.text, "lamp", "ines")
    assert (kept.conversation, kept.message) == ("c1", 3)
    assert examples.misread(10) == ()


def test_a_skipped_message_teaches_nothing(examples: Examples) -> None:
    examples.skip("c1", 3, by="ines")
    assert examples.misread(10) == () and examples.examples() == ()


def test_a_second_correction_takes_the_place_of_the_first(examples: Examples) -> None:
    correct(examples, "parcel")
    correct(examples, "lamp")
    assert [each.intent for each in examples.examples()] == ["lamp"]


def test_a_sentence_means_one_thing(examples: Examples) -> None:
    examples.add("it is dark", language="en", intent="lamp", by="ines")
    examples.add("it is  dark", language="en", intent="out_of_scope", by="omar")
    assert [each.intent for each in examples.examples()] == ["out_of_scope"]


@pytest.mark.parametrize(
    ("text", "language", "intent", "problem"),
    [
        (" \n", "en", "lamp", "empty"),
        ("x" * 1001, "en", "lamp", "long"),
        ("valo ei syty", "fi", "lamp", "language"),
        ("it is dark", "en", "weather", "intent"),
    ],
)
def test_what_cannot_be_learnt_from_is_refused(
    examples: Examples, text: str, language: str, intent: str, problem: str
) -> None:
    with pytest.raises(ExampleInvalidError) as refused:
        examples.add(text, language=language, intent=intent, by="ines")
    assert refused.value.problem == problem and examples.examples() == ()


def test_a_retired_example_is_gone_once(examples: Examples) -> None:
    number = correct(examples)
    examples.retire(number, by="ines")
    assert examples.examples() == ()
    with pytest.raises(NoExampleError):
        examples.retire(number, by="ines")


def test_a_training_learns_the_examples_of_its_beginning(
    examples: Examples, stores: EditStores, bot: ReadMessages
) -> None:
    first = correct(examples)
    begun = examples.train(by="ines")
    examples.add("it is dark", language="en", intent="lamp", by="ines")
    assert bot.trained == [begun.number] and begun.examples == 1
    assert stores.candidates.taught(begun.number).numbers == (first,)


def test_one_training_at_a_time(examples: Examples) -> None:
    examples.train(by="ines")
    with pytest.raises(CandidateBusyError, match="is training"):
        examples.train(by="omar")


def test_a_cancelled_training_leaves_room_for_the_next(examples: Examples, bot: ReadMessages) -> None:
    begun = examples.train(by="ines")
    examples.cancel(begun.number, by="ines")
    assert bot.cancelled == [begun.number]
    assert examples.train(by="ines").number > begun.number


def test_a_discarded_model_can_not_be_published(
    examples: Examples, stores: EditStores, bot: ReadMessages
) -> None:
    candidate = trained(examples, stores)
    examples.discard(candidate.number, by="ines")
    assert bot.discarded == [candidate.number]
    with pytest.raises(CandidateBusyError, match="discarded"):
        examples.publish(candidate.number, accept=True, by="ines")
    with pytest.raises(NoCandidateError):
        examples.publish(99, accept=True, by="ines")


def test_publishing_is_a_promise_until_the_bot_keeps_it(examples: Examples, stores: EditStores) -> None:
    number = correct(examples)
    candidate = trained(examples, stores)
    assert examples.waiting()[0][0].id == number
    promise = examples.publish(candidate.number, accept=False, by="ines")
    assert stores.candidates.promised() == promise and examples.live() is None
    stores.candidates.keep(promise.number, at=MONDAY_MORNING)
    assert stores.candidates.promised() is None and examples.live() == candidate.number
    assert examples.waiting() == ((), 0)


def test_the_drift_guard_is_overruled_only_in_so_many_words(examples: Examples, stores: EditStores) -> None:
    objection = Objection("accuracy", 0.9, 0.8, 0.03)
    candidate = trained(examples, stores, objection)
    with pytest.raises(GuardedError):
        examples.publish(candidate.number, accept=False, by="ines")
    assert stores.candidates.promised() is None
    examples.publish(candidate.number, accept=True, by="ines")
    assert stores.candidates.promised() is not None


def test_a_model_that_can_not_be_served_is_not_promised(
    examples: Examples, stores: EditStores, bot: ReadMessages
) -> None:
    candidate = trained(examples, stores)
    bot.unfitting = frozenset((candidate.number,))
    with pytest.raises(NotPublishableError, match="it is damaged"):
        examples.publish(candidate.number, accept=False, by="ines")


def test_an_earlier_model_comes_back_with_what_it_had_learnt(examples: Examples, stores: EditStores) -> None:
    correct(examples)
    first = trained(examples, stores)
    for promise in (
        examples.publish(first.number, accept=False, by="ines"),
        examples.publish(trained(examples, stores).number, accept=False, by="ines"),
        examples.roll_back(first.number, by="ada"),
    ):
        stores.candidates.keep(promise.number, at=MONDAY_MORNING)
    assert examples.live() == first.number
    assert [each.again for each in examples.publications(3)] == [True, False, False]
    assert [each.text for each in stores.candidates.taught(examples.live()).examples] == [MISREAD.text]


def test_a_refused_promise_leaves_the_model_before_it(examples: Examples, stores: EditStores) -> None:
    first, second = trained(examples, stores), None
    stores.candidates.keep(examples.publish(first.number, accept=False, by="ines").number, at=MONDAY_MORNING)
    second = trained(examples, stores)
    promise = examples.publish(second.number, accept=False, by="ines")
    stores.candidates.refuse(promise.number, "the disk is full")
    assert stores.candidates.promised() is None and examples.live() == first.number
    assert examples.publications(1)[0].why == "the disk is full"


def test_a_report_comes_back_as_it_was_written(examples: Examples, stores: EditStores) -> None:
    told = report(Objection("ece", 0.01, 0.2, 0.03))
    candidate = trained(examples, stores, Objection("ece", 0.01, 0.2, 0.03))
    assert examples.candidate(candidate.number).report == told


def test_nothing_of_a_forgotten_customer_is_left(examples: Examples, stores: EditStores) -> None:
    number = correct(examples)
    examples.skip("c1", 5, by="ines")
    candidate = trained(examples, stores)
    stores.forget("c1")
    kept = examples.candidate(candidate.number).report
    assert examples.examples() == () and kept is not None and kept.changes == ()
    assert all("nope" not in str((each.before, each.after)) for each in stores.audit(50))
    assert all("c1" not in each.about for each in stores.audit(50))
    # Which examples a model was trained on stays known, so that it is not taken for another one.
    assert stores.candidates.taught(candidate.number).numbers == (number,)


def test_the_audit_says_who_taught_and_published(examples: Examples, stores: EditStores) -> None:
    correct(examples)
    examples.publish(trained(examples, stores).number, accept=False, by="edda")
    verbs = [(each.actor, each.verb) for each in stores.audit(10)]
    assert ("ines", "add_example") in verbs and verbs[0] == ("edda", "publish_model")
