"""The index while a base grows: segments, merging, trials, and searches that go on meanwhile."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from config.settings import Settings
from kb import indexing
from kb.article import ArticleId, Draft, Published
from kb.embedders.hashed import HashedEmbedder
from kb.indexes.faiss import FaissIndexes
from kb.indexing import Indexer
from kb.knowledge import Answer
from kb.opening import Kb, open_kb
from kb.retrieval import building, upkeep
from kb.retrieval.segments import texts_of
from kb.retrieval.snapshot import Snapshot
from tests.fakes import FakeClock
from tests.kb.bases import ARTICLES, publish, reopened, titles


def note(number: int, text: str = "") -> Draft:
    return Draft(f"Note {number}", text or f"Text of number {number}.", id=ArticleId(f"note-{number}"))


def grown(room: Kb, count: int) -> None:
    """Publish so many notes, one generation each."""
    for number in range(count):
        publish(room, note(number))


def files(settings: Settings) -> dict[str, int]:
    """The inodes of the generation's segment files."""
    (folder,) = (path for path in (settings.data / "index").iterdir() if path.name.isdigit())
    return {file.name: file.stat().st_ino for file in folder.iterdir() if file.name != "manifest.json"}


def same_answers(one: Snapshot, other: Snapshot, questions: Sequence[str]) -> None:
    """Whether both find the same articles with the same scores, whatever their segments."""
    assert one.index is not None and other.index is not None
    order = [other.numbers[entry.article] for entry in one.entries]
    assert len(order) == len(other.entries)
    for question in questions:
        query = HashedEmbedder().encode([question])
        np.testing.assert_allclose(
            one.index.search(query, 20)[0], other.index.search(query, 20)[0], atol=1e-6
        )
        words, others = one.lexical.scores(question), other.lexical.scores(question)
        np.testing.assert_allclose(words.bm25, others.bm25[order], atol=1e-6)
        np.testing.assert_allclose(words.coverage, others.coverage[order], atol=1e-6)


QUESTIONS = ("connect lamp to hub", "where is my money", "text of number 3", "note 5")


def test_publishing_writes_a_segment_and_links_the_others(stocked: Kb, settings: Settings) -> None:
    before = files(settings)
    publish(stocked, note(1))
    after = files(settings)
    assert before.items() < after.items()
    assert [len(part.segment.entries) for part in stocked.indexer.snapshot.parts] == [len(ARTICLES), 1]


def test_a_generation_grown_step_by_step_answers_like_one_built_at_once(stocked: Kb) -> None:
    grown(stocked, 6)
    publish(stocked, replace(ARTICLES[1], body="Money comes back within two days."))
    stocked.editorial.archive(ArticleId("note-4"), by="ed")
    stocked.indexer.work()
    before = stocked.indexer.snapshot
    assert len(before.parts) > 5
    stocked.indexer.rebuild()
    assert len(stocked.indexer.snapshot.parts) == 1
    same_answers(before, stocked.indexer.snapshot, QUESTIONS)


def test_columns_tell_of_every_entry(stocked: Kb) -> None:
    grown(stocked, 2)
    publish(stocked, Draft("Merk", "En norsk tekst.", language="nb", labels=("x",), id=ArticleId("nb")))
    snapshot = stocked.indexer.snapshot
    assert snapshot.public.tolist() == [entry.public for entry in snapshot.entries]
    assert [snapshot.language_codes[at] for at in snapshot.languages] == [
        entry.language for entry in snapshot.entries
    ]
    assert dict(snapshot.numbers) == {entry.article: at for at, entry in enumerate(snapshot.entries)}
    assert snapshot.labels["x"].tolist() == [snapshot.numbers[ArticleId("nb")]]
    assert snapshot.spoken("nb").tolist() == [entry.language == "nb" for entry in snapshot.entries]
    assert not snapshot.spoken("de").any() and not snapshot.labelled("y").any()
    texts = texts_of(snapshot.entries)
    assert len(texts) == len(snapshot.views.articles)
    assert all(
        (snapshot.views.articles[snapshot.views.of(at)] == at).all() for at in range(len(snapshot.entries))
    )


def test_small_segments_become_one_and_answer_the_same(stocked: Kb, settings: Settings) -> None:
    grown(stocked, 9)
    before = stocked.indexer.snapshot
    assert stocked.indexer.tend() and not stocked.indexer.tend()
    after = stocked.indexer.snapshot
    assert [len(part.segment.entries) for part in after.parts] == [len(ARTICLES), 9]
    assert after.generation == before.generation + 1 == stocked.store.last_generation()[0]
    same_answers(before, after, QUESTIONS)
    again = reopened(stocked, settings)
    same_answers(before, again.indexer.snapshot, QUESTIONS)
    assert not again.indexer.work()
    again.close()


def test_a_base_with_much_outside_it_is_built_anew(stocked: Kb, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "_OUTSIDE_LEAST", 4)
    grown(stocked, 3)
    before = stocked.indexer.snapshot
    assert stocked.indexer.tend()
    assert len(stocked.indexer.snapshot.parts) == 1
    same_answers(before, stocked.indexer.snapshot, QUESTIONS)


def test_what_dies_while_segments_are_merged_stays_dead(stocked: Kb) -> None:
    grown(stocked, 9)

    class Interrupted(FaissIndexes):
        """Archives an article while the merged segment's index is built."""

        def build(self, vectors):  # type: ignore[no-untyped-def]
            if len(vectors) > 10 and ArticleId("note-4") in stocked.indexer.snapshot.numbers:
                stocked.editorial.archive(ArticleId("note-4"), by="ed")
                stocked.indexer.work()
            return super().build(vectors)

    stocked.indexer._builder._indexes = Interrupted()
    assert stocked.indexer.tend()
    snapshot = stocked.indexer.snapshot
    assert len(snapshot.parts) == 2
    assert ArticleId("note-4") not in snapshot.numbers and ArticleId("note-5") in snapshot.numbers
    assert "Note 4" not in titles(stocked, "note 4")


def test_a_large_base_keeps_its_calibration_until_it_is_tended(
    stocked: Kb, monkeypatch: pytest.MonkeyPatch
) -> None:
    fitted = stocked.indexer.snapshot.calibration
    monkeypatch.setattr(building, "FITTED_AT_ONCE", 3)
    monkeypatch.setattr(upkeep, "FITTED_AT_ONCE", 3)
    publish(stocked, note(1, "Something else entirely, about lamps."))
    assert stocked.indexer.snapshot.calibration == fitted
    assert stocked.indexer.snapshot.drift == 1
    assert stocked.indexer.tend() and not stocked.indexer.tend()
    assert stocked.indexer.snapshot.calibration.answerable > fitted.answerable
    assert stocked.indexer.snapshot.drift == 0


def test_a_trial_shows_what_publishing_would_do_and_does_nothing(stocked: Kb, settings: Settings) -> None:
    before, on_disk = stocked.indexer.snapshot, files(settings)
    article = stocked.store.article(ArticleId("pair"))
    revision = stocked.store.revision(ArticleId("pair"), 1)
    changed = Published(article, replace(revision, number=2, title="Join a lamp to the bridge"))
    trial = stocked.indexer.trial([changed], frozenset({ArticleId("refund")}))
    assert stocked.indexer.snapshot is before and files(settings) == on_disk
    assert trial.entries[trial.numbers[ArticleId("pair")]].title == "Join a lamp to the bridge"
    assert ArticleId("refund") not in trial.numbers and ArticleId("refund") in before.numbers
    assert len(trial.entries) == len(before.entries) - 1
    assert trial.calibration == before.calibration


def test_a_trial_goes_by_words_where_the_base_does(stocked: Kb, tmp_path: Path) -> None:
    words = Indexer(
        stocked.store, FaissIndexes(), tmp_path / "other", FakeClock(), embedder=None, degraded="-", words=120
    )
    article, revision = stocked.store.article(ArticleId("pair")), stocked.store.revision(ArticleId("pair"), 1)
    trial = words.trial([Published(article, replace(revision, body="Quartz."))])
    assert trial.index is None
    assert trial.lexical.scores("quartz").known == 1


def test_without_a_model_small_segments_become_one_too(stocked: Kb, tmp_path: Path) -> None:
    words = Indexer(
        stocked.store, FaissIndexes(), tmp_path / "other", FakeClock(), embedder=None, degraded="-", words=120
    )
    for number in range(9):
        stocked.editorial.take_in([note(number)], by="ed", publish=True)
        assert words.work()
    assert len(words.snapshot.parts) == 10
    assert words.tend() and not words.tend()
    assert len(words.snapshot.parts) == 2 and len(words.snapshot.entries) == len(ARTICLES) + 9


def test_large_vectors_are_checked_in_the_background_while_words_answer(
    stocked: Kb, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "_LARGE", 1)
    again = reopened(stocked, settings)
    assert "checked" in str(again.knowledge.state().degraded)
    assert titles(again, "connect lamp to hub")[0] == "Pair a lamp with the hub"
    assert not again.indexer.tend()
    assert again.indexer.work() and not again.indexer.work()
    state = again.knowledge.state()
    assert (state.degraded, state.generation) == (None, 1)
    again.close()


def test_only_the_damaged_segment_is_rebuilt(stocked: Kb, settings: Settings) -> None:
    grown(stocked, 2)
    sound = files(settings)
    damaged = next(name for name in sound if name.startswith("2-") and name.endswith("vectors.index"))
    (settings.data / "index" / "3" / damaged).write_bytes(b"garbage")
    again = reopened(stocked, settings)
    assert damaged in str(again.knowledge.state().degraded)
    assert again.indexer.work()
    kept = {name: inode for name, inode in sound.items() if not name.startswith("2-")}
    assert kept.items() <= files(settings).items()
    assert again.knowledge.state().degraded is None
    assert titles(again, "note 0")[0] == "Note 0"
    again.close()


def test_the_index_may_be_deleted_while_it_is_served(stocked: Kb, settings: Settings) -> None:
    shutil.rmtree(settings.data / "index")
    (settings.data / "index").mkdir()
    assert titles(stocked, "connect lamp to hub")[0] == "Pair a lamp with the hub"
    publish(stocked, note(1))
    assert titles(stocked, "note 1")[0] == "Note 1"
    again = reopened(stocked, settings)
    assert again.knowledge.state().degraded is None
    assert titles(again, "connect lamp to hub")[0] == "Pair a lamp with the hub"
    again.close()


def test_other_passage_sizes_build_the_index_anew(stocked: Kb, settings: Settings) -> None:
    other = Indexer(
        stocked.store,
        FaissIndexes(),
        settings.data / "index",
        FakeClock(),
        embedder=HashedEmbedder(),
        words=30,
    )
    assert "words=120" in str(other.degraded)
    assert other.work() and not other.work()
    assert (other.snapshot.generation, other.degraded) == (2, None)


def test_two_processes_that_publish_by_turns_agree(stocked: Kb, settings: Settings) -> None:
    second = open_kb(settings, FakeClock())
    for number in range(6):
        publish((stocked, second)[number % 2], note(number))
    stocked.indexer.work()
    second.indexer.work()
    assert stocked.indexer.snapshot.generation == second.indexer.snapshot.generation == 7
    same_answers(stocked.indexer.snapshot, second.indexer.snapshot, QUESTIONS)
    second.close()


def test_searches_during_two_hundred_publishes_are_never_empty_nor_mixed(
    stocked: Kb, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "FITTED_AT_ONCE", 3)  # as a large base does, it is calibrated when tended
    monkeypatch.setattr(upkeep, "FITTED_AT_ONCE", 3)
    stop = threading.Event()

    def ask() -> list[int]:
        generations = []
        while not stop.is_set():
            found = stocked.knowledge.answer("connect lamp to hub", language="en")
            assert isinstance(found, Answer) and found.hit.passage.article == "pair"
            generations.append(found.generation)
            assert stocked.knowledge.search("text of a note")
            stop.wait(0.02)
        return generations

    def tend() -> None:
        while not stop.wait(0.2):
            stocked.indexer.tend()

    with ThreadPoolExecutor(3) as pool:
        askers = [pool.submit(ask) for _ in range(2)]
        tender = pool.submit(tend)
        try:
            for number in range(200):
                stocked.editorial.take_in([note(number)], by="ed", publish=True)
                stocked.indexer.work()
        finally:
            stop.set()
        tender.result()
        for asker in askers:
            seen = asker.result()
            assert seen == sorted(seen) and len(set(seen)) > 5
    snapshot = stocked.indexer.snapshot
    assert len(snapshot.entries) == len(ARTICLES) + 200
    assert snapshot.generation == stocked.store.last_generation()[0]
