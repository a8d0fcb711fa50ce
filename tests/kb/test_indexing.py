from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from config.failpoints import ENVIRONMENT as FAILPOINT
from config.settings import Settings
from kb.article import ArticleId, Draft
from kb.embedders import Floats2d
from kb.embedders.hashed import HashedEmbedder
from kb.indexes.faiss import FaissIndexes
from kb.indexing import Indexer
from kb.knowledge import Answer, KnowledgeState
from kb.opening import Kb, open_kb
from kb.retrieval.segments import texts_of
from tests.fakes import FakeClock
from tests.kb.bases import ARTICLES, hashed, publish, reopened, titles

pytestmark = pytest.mark.engines

LAMP = Draft("Clean the lamp", "Wipe the glass with a dry cloth.", id=ArticleId("clean"))


class CountingEmbedder(HashedEmbedder):
    """Remembers what it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def encode(self, texts: Sequence[str]) -> Floats2d:
        self.texts += texts
        return super().encode(texts)


def indexer(room: Kb, folder: Path, embedder: HashedEmbedder | None) -> Indexer:
    return Indexer(
        room.store, FaissIndexes(), folder, FakeClock(), embedder=embedder, degraded="no model", words=120
    )


def generation(settings: Settings) -> Path:
    """The folder of the one generation on disk."""
    (folder,) = (path for path in (settings.data / "index").iterdir() if path.is_dir())
    return folder


def test_what_is_published_is_found_in_the_next_generation(room: Kb) -> None:
    publish(room, *ARTICLES)
    assert (room.knowledge.state().generation, room.knowledge.state().articles) == (1, len(ARTICLES))
    publish(room, LAMP)
    assert room.knowledge.state().generation == 2
    assert titles(room, "clean the lamp's glass")[0] == "Clean the lamp"


def test_there_is_nothing_to_do_when_nothing_changed(stocked: Kb) -> None:
    assert not stocked.indexer.work()
    assert stocked.knowledge.state().generation == 1


def test_drafts_are_not_found(stocked: Kb) -> None:
    stocked.editorial.take_in([LAMP], by="ed", publish=False)
    stocked.indexer.work()
    assert "Clean the lamp" not in titles(stocked, "clean the lamp")


def test_what_is_archived_is_found_no_more(stocked: Kb) -> None:
    stocked.editorial.archive(ArticleId("pair"), by="ed")
    stocked.indexer.work()
    assert "Pair a lamp with the hub" not in titles(stocked, "connect lamp to hub")


def test_many_changes_make_one_generation(room: Kb) -> None:
    room.editorial.take_in(ARTICLES, by="ed", publish=False)
    room.editorial.publish_many([article.id for article in room.editorial.articles()], by="ed")
    room.editorial.archive(ArticleId("pair"), by="ed")
    assert room.indexer.work() and not room.indexer.work()
    assert (room.knowledge.state().generation, room.knowledge.state().articles) == (1, len(ARTICLES) - 1)


def test_only_new_texts_are_embedded(stocked: Kb, tmp_path: Path) -> None:
    counting = CountingEmbedder()
    # The same weights, as its model_id says: what the first indexer embedded is in the database.
    second = indexer(stocked, tmp_path / "other", counting)
    second.work()
    assert counting.texts == []
    stocked.editorial.take_in([LAMP], by="ed", publish=True)
    second.work()
    (lamp,) = (entry for entry in second.snapshot.entries if entry.article == LAMP.id)
    assert counting.texts[: len(texts_of([lamp]))] == texts_of([lamp])
    assert len(counting.texts) == len(set(counting.texts))


def test_the_next_start_reads_what_the_last_one_built(stocked: Kb, settings: Settings) -> None:
    again = reopened(stocked, settings)
    assert again.knowledge.state().generation == 1
    assert again.knowledge.state().degraded is None
    assert titles(again, "connect lamp to hub")[0] == "Pair a lamp with the hub"
    assert again.indexer.snapshot.calibration == stocked.indexer.snapshot.calibration
    again.close()


def test_deleting_the_index_loses_nothing(stocked: Kb, settings: Settings) -> None:
    shutil.rmtree(settings.data / "index")
    again = reopened(stocked, settings)
    assert "words alone" in str(again.knowledge.state().degraded)
    assert titles(again, "connect lamp to hub")[0] == "Pair a lamp with the hub"
    assert again.indexer.work()
    state = again.knowledge.state()
    assert (state.generation, state.degraded) == (2, None)
    again.close()


@pytest.mark.parametrize(
    "kind", ["vectors.index", "entries.jsonl", "arrays.npz", "names.json", "manifest.json"]
)
def test_one_flipped_byte_is_noticed_and_the_index_built_anew(
    stocked: Kb, settings: Settings, kind: str
) -> None:
    (file,) = generation(settings).glob(f"*{kind}")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    again = reopened(stocked, settings)
    assert file.name in str(again.knowledge.state().degraded)
    assert titles(again, "connect lamp to hub")[0] == "Pair a lamp with the hub"
    again.indexer.work()
    assert again.knowledge.state().degraded is None
    again.close()


def test_half_a_file_is_noticed(stocked: Kb, settings: Settings) -> None:
    (file,) = generation(settings).glob("*.vectors.index")
    file.write_bytes(file.read_bytes()[:100])
    again = reopened(stocked, settings)
    assert again.indexer.snapshot.index is None
    again.close()


def test_another_encoders_index_is_not_used(stocked: Kb, tmp_path: Path, settings: Settings) -> None:
    other = indexer(stocked, settings.data / "index", HashedEmbedder(width=64))
    assert "hashed-64" in str(other.degraded)
    assert other.work()
    assert (other.snapshot.generation, other.degraded) == (2, None)


def test_what_another_process_built_is_read_and_not_built_again(stocked: Kb, settings: Settings) -> None:
    second = open_kb(settings, FakeClock())
    publish(second, LAMP)
    assert stocked.indexer.work()
    assert stocked.knowledge.state().generation == second.knowledge.state().generation == 2
    assert titles(stocked, "clean the lamp")[0] == "Clean the lamp"
    second.close()


def test_a_generation_is_on_disk_as_its_manifest_says(stocked: Kb, settings: Settings) -> None:
    number, sha256 = stocked.store.last_generation()
    assert generation(settings).name == str(number)
    assert len(sha256) == 64
    manifest = json.loads((generation(settings) / "manifest.json").read_bytes())
    (segment,) = manifest["segments"]
    assert {path.name for path in generation(settings).iterdir()} == {"manifest.json", *segment["files"]}


def test_old_generations_and_half_written_ones_are_dropped(stocked: Kb, settings: Settings) -> None:
    (settings.data / "index" / ".7").mkdir()
    publish(stocked, LAMP)
    assert generation(settings).name == "2"


def test_without_a_model_words_find_and_changes_are_kept_for_later(stocked: Kb, tmp_path: Path) -> None:
    stocked.editorial.take_in([LAMP], by="ed", publish=True)
    words = indexer(stocked, tmp_path / "other", None)
    assert words.degraded == "no model"
    assert {entry.title for entry in words.snapshot.entries} >= {"Clean the lamp"}
    assert not words.work()
    assert stocked.store.last_change() > 0


def test_without_a_model_new_articles_are_found_at_once(room: Kb, tmp_path: Path) -> None:
    words = indexer(room, tmp_path / "other", None)
    room.editorial.take_in([LAMP], by="ed", publish=True)
    assert words.work() and not words.work()
    assert [entry.title for entry in words.snapshot.entries] == ["Clean the lamp"]


def test_searches_go_on_while_the_next_generation_is_built(stocked: Kb) -> None:
    stop = threading.Event()

    def ask() -> set[int]:
        generations = set()
        while not stop.is_set():
            found = stocked.knowledge.answer("connect lamp to hub", language="en")
            assert isinstance(found, Answer)
            generations.add(found.generation)
        return generations

    with ThreadPoolExecutor(3) as pool:
        askers = [pool.submit(ask) for _ in range(3)]
        try:
            for number in range(5):
                publish(stocked, Draft(f"Note {number}", f"Text number {number}.", id=ArticleId(str(number))))
        finally:
            stop.set()
        seen = set().union(*(asker.result() for asker in askers))
    assert seen <= set(range(1, 7))
    found = stocked.knowledge.answer("connect lamp to hub", language="en")
    assert isinstance(found, Answer) and found.generation == 6


def test_an_empty_base_is_searched_without_complaint(room: Kb) -> None:
    assert room.knowledge.search("anything") == ()
    room.indexer.work()
    assert room.knowledge.search("anything") == ()
    assert room.knowledge.state().degraded is None


@pytest.mark.parametrize("name", ["kb.change.written", "kb.index.written", "kb.index.swapped"])
def test_killed_at_any_moment_the_next_start_answers_from_what_was_published(
    tmp_path: Path, name: str
) -> None:
    settings = hashed(tmp_path / "killed")
    program = (
        "from tests.kb.bases import *; from tests.fakes import FakeClock; from pathlib import Path;"
        f"publish(open_kb(hashed(Path({str(settings.data)!r})), FakeClock()), *ARTICLES)"
    )
    settings.data.mkdir(exist_ok=True)
    killed = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, FAILPOINT: name}, capture_output=True, check=False
    )
    assert killed.returncode == 137, killed.stderr
    again = open_kb(settings, FakeClock())
    assert titles(again, "connect lamp to hub")[0] == "Pair a lamp with the hub"
    assert again.indexer.work() and not again.indexer.work()
    assert again.knowledge.state() == KnowledgeState(1, len(ARTICLES), 6, None)
    assert generation(settings).name == "1"
    again.close()
