"""A customer who asks to be forgotten: no byte of theirs is left in what the room keeps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kb.article import ArticleId
from kb.coaching.examples import Examples
from kb.coaching.training import Change, Guess, Report, State
from kb.knowledge import Answer
from kb.learned.outcomes import Tally
from kb.opening import Kb
from tests.fakes import MONDAY_MORNING, FakeClock
from tests.kb.bot_fakes import ReadMessages
from tests.kb.learnt import ED, NOTHING, lesson

CANARY = "zwitscherling"
HERS = "c-zwitscherling-7"
ASKED = f"My {CANARY} box, can I send my parcel back?"
PAINT = f"Can I spray paint the {CANARY} camera?"


def talks(room: Kb) -> None:
    """All that a conversation leaves behind: questions, a gap, a case's lesson, an example, a report."""
    outcomes = room.learning.outcomes
    examples = Examples(room.edits.examples, room.edits.candidates, ReadMessages(), FakeClock())
    found = room.knowledge.answer(ASKED, language="en")
    assert isinstance(found, Answer)
    outcomes.asked(ASKED, language="en", found=found, conversation=HERS, message=2)
    outcomes.reacted(HERS, "return", helped=True)
    outcomes.asked(PAINT, language="en", found=NOTHING, conversation=HERS, message=4)
    outcomes.handed_over(HERS, "no_answer", case=1001)
    taught = lesson(1001, f"Your {CANARY} camera takes water-based paint on its housing.", question=PAINT)
    room.learning.proposals.take(replace(taught, conversation=HERS))
    room.learning.work()
    room.learning.gaps.ask_again(room.learning.gaps.list()[0].id, by=ED)
    for message, intent in ((2, "lamp"), (4, "parcel")):
        examples.correct(HERS, message, text=f"the {CANARY} lamp", language="en", intent=intent, by=ED)
    examples.skip(HERS, 6, by=ED)
    begun = examples.train(by=ED)
    change = Change(f"the {CANARY} says nope", "en", Guess("parcel", 0.6), Guess("lamp", 0.9), HERS)
    report = Report(12, 3, 1.5, 0.8, 0.82, 0.05, 0.04, 10, 1, (), 40, (change,), (change,), ())
    room.edits.candidates.end(begun.number, State.READY, by=ED, at=MONDAY_MORNING, report=report)


def bytes_of(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


def vectors_of(room: Kb) -> tuple[bytes, ...]:
    assert room.embedder is not None
    return tuple(row.astype("<f4").tobytes() for row in room.embedder.encode([ASKED, PAINT]))


def test_no_byte_of_a_forgotten_customer_is_left(stocked: Kb, tmp_path: Path) -> None:
    talks(stocked)
    stocked.indexer.rebuild()  # calibrates on what customers said
    stocked.blast.of((), frozenset({ArticleId("refund")}))  # asks the latest questions again
    folder, rows = tmp_path, vectors_of(stocked)
    before = bytes_of(folder)
    assert all(each in before for each in (CANARY.encode(), HERS.encode(), *rows))
    assert stocked.forget(HERS) == 3
    after = bytes_of(folder)
    assert [each for each in (CANARY.encode(), HERS.encode(), *rows) if each in after] == []
    assert stocked.learning.outcomes.figures("return").ever == Tally(shown=1, helped=1)


@pytest.mark.engines
def test_the_words_of_others_are_kept(stocked: Kb) -> None:
    talks(stocked)
    stocked.learning.outcomes.asked("somebody else", language="en", found=NOTHING, conversation="c-2")
    stocked.forget(HERS)
    assert [each.question for each in stocked.learning.outcomes.latest()] == ["somebody else"]
    assert stocked.knowledge.answer("How do I send my parcel back?", language="en")
    assert stocked.forget(HERS) == 0
