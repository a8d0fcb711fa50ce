from __future__ import annotations

from kb.everyday import EVERYDAY
from kb.opening import Kb
from kb.rehearsal import QUESTIONS, questions_of


def test_a_base_asks_itself_its_titles_headings_and_questions(stocked: Kb) -> None:
    snapshot = stocked.indexer.snapshot
    asked = {question.text for question in questions_of(snapshot.entries, snapshot.views)}
    assert {"Return something you bought", "Where is my money?", *EVERYDAY} <= asked


def test_a_question_hides_every_view_that_repeats_it(stocked: Kb) -> None:
    snapshot = stocked.indexer.snapshot
    for question in questions_of(snapshot.entries, snapshot.views):
        if question.entry is None:
            continue
        shown = (
            text
            for view, text in enumerate(snapshot.views.texts)
            if snapshot.views.articles[view] == question.entry and view not in question.hidden
        )
        assert question.hidden
        assert not any(question.text.casefold() in text.casefold() for text in shown)


def test_headings_that_say_little_are_not_asked(stocked: Kb) -> None:
    snapshot = stocked.indexer.snapshot
    assert "Pairing" not in {each.text for each in questions_of(snapshot.entries, snapshot.views)}


def test_the_same_questions_are_asked_each_time(stocked: Kb) -> None:
    snapshot = stocked.indexer.snapshot
    first, second = (questions_of(snapshot.entries, snapshot.views) for _ in range(2))
    assert first == second
    assert len(first) <= QUESTIONS + len(EVERYDAY)


def test_no_everyday_question_is_asked_twice() -> None:
    assert len({question.casefold() for question in EVERYDAY}) == len(EVERYDAY)


def test_the_calibration_notes_how_much_it_was_fitted_on(stocked: Kb) -> None:
    calibration = stocked.indexer.snapshot.calibration
    assert calibration.answerable > 5
    assert calibration.unanswerable > len(EVERYDAY) / 2
