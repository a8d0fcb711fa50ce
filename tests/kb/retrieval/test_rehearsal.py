from __future__ import annotations

from dataclasses import dataclass

from kb.article import ArticleId
from kb.embedders.hashed import HashedEmbedder
from kb.opening import Kb
from kb.retrieval.entries import views_of
from kb.retrieval.everyday import EVERYDAY
from kb.retrieval.rehearsal import QUESTIONS, calibrate, questions_of


@dataclass(frozen=True, slots=True)
class Said:
    """What a customer said of an answer."""

    question: str
    article: ArticleId | None
    right: bool
    language: str = "en"


def test_a_base_asks_itself_its_titles_headings_and_questions(stocked: Kb) -> None:
    snapshot = stocked.indexer.snapshot
    asked = {question.text for question in questions_of(snapshot.entries, snapshot.views)}
    assert {"Return something you bought", "Where is my money?", *EVERYDAY} <= asked


def test_a_question_hides_every_view_that_repeats_it(stocked: Kb) -> None:
    snapshot = stocked.indexer.snapshot
    texts = [view.text for entry in snapshot.entries for view in views_of(entry)]
    repeated = [each for each in questions_of(snapshot.entries, snapshot.views) if each.hidden]
    assert repeated
    for question in repeated:
        shown = (
            text
            for view, text in enumerate(texts)
            if snapshot.views.articles[view] == question.entry and view not in question.hidden
        )
        assert not any(question.text.casefold() in text.casefold() for text in shown)


def test_it_asks_in_fewer_words_too_and_hides_nothing_then(stocked: Kb) -> None:
    snapshot = stocked.indexer.snapshot
    asked = questions_of(snapshot.entries, snapshot.views)
    written = {each.text for each in asked if each.hidden}
    short = [each for each in asked if each.entry is not None and not each.hidden]
    assert short
    assert not written & {each.text for each in short}


def test_a_hidden_title_is_not_left_in_what_passages_mean(stocked: Kb) -> None:
    snapshot = stocked.indexer.snapshot
    titles = {entry.title for entry in snapshot.entries}
    asked = questions_of(snapshot.entries, snapshot.views)
    assert all(each.untitled == (each.text in titles) for each in asked if each.hidden)


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


def test_what_customers_said_of_answers_counts(stocked: Kb) -> None:
    snapshot, embed = stocked.indexer.snapshot, HashedEmbedder().encode
    plain = calibrate(snapshot, embed)
    question = "how long does a refund take"
    refund = ArticleId("refund")
    good = calibrate(snapshot, embed, [Said(question, refund, True)] * 50)
    bad = calibrate(snapshot, embed, [Said(question, refund, False)] * 50)
    assert (good.answerable, bad.unanswerable) == (plain.answerable + 50, plain.unanswerable + 50)
    assert bad.line(0.05) > good.line(0.05)


def test_what_is_said_of_articles_that_are_gone_counts_no_more(stocked: Kb) -> None:
    snapshot, embed = stocked.indexer.snapshot, HashedEmbedder().encode
    gone = [Said("anything", ArticleId("gone"), True), Said("anything", None, False)]
    assert calibrate(snapshot, embed, gone) == calibrate(snapshot, embed)
