"""120 damaged indexes: whatever happened to a file, nothing of it is ever served and nothing is lost."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from config.settings import Settings
from kb.article import ArticleId, Draft
from kb.embedders.hashed import HashedEmbedder
from kb.errors import IndexDamagedError
from kb.indexes.faiss import FaissIndexes
from kb.indexing import Indexer
from kb.opening import Kb, open_kb
from kb.retrieval.snapshot import Snapshot
from kb.retrieval.stored import StoredEntries
from tests.fakes import FakeClock
from tests.kb.bases import ARTICLES, publish

LAMP = Draft("Clean the lamp", "Wipe the glass with a dry cloth.", id=ArticleId("clean"))
QUESTIONS = ("connect lamp to hub", "where is my money", "clean the glass", "send a parcel back")

Damage = Callable[[bytes, random.Random], bytes]


def flipped(content: bytes, dice: random.Random) -> bytes:
    """One to eight flipped bits."""
    damaged = bytearray(content)
    for place in dice.sample(range(len(damaged)), dice.randint(1, 8)):
        damaged[place] ^= 1 << dice.randrange(8)
    return bytes(damaged)


DAMAGES: dict[str, Damage] = {
    "cut short": lambda content, dice: content[: dice.randrange(len(content))],
    "garbage": lambda content, dice: dice.randbytes(len(content)),
    "flipped": flipped,
    "half written": lambda content, dice: content[: len(content) // 2].ljust(len(content), b"\0"),
    "longer": lambda content, dice: content + dice.randbytes(9),
}
KINDS = ("vectors.index", "entries.jsonl", "arrays.npz", "names.json", "manifest.json")
CASES = [(kind, name, seed) for kind in KINDS for name in DAMAGES for seed in range(4)]
SWAPS = [(kind, "another's", seed) for kind in KINDS for seed in range(4)]


@pytest.fixture
def indexed(stocked: Kb, settings: Settings) -> Iterator[tuple[Kb, Path]]:
    """A base of two segments, and the folder of its generation."""
    publish(stocked, LAMP)
    yield stocked, settings.data / "index" / "2"


def answers(snapshot: Snapshot) -> list[tuple[list[str], list[float], list[float]]]:
    """What the generation says of each question, article by article."""
    found = []
    for question in QUESTIONS:
        scores = snapshot.lexical.scores(question)
        near: list[float] = []
        if snapshot.index is not None:
            near = snapshot.index.search(HashedEmbedder().encode([question]), 5)[0][0].tolist()
        found.append(([entry.title for entry in snapshot.entries], scores.bm25.tolist(), near))
    return found


def test_there_are_120_cases() -> None:
    assert len(CASES) + len(SWAPS) == 120


def test_no_damaged_file_is_ever_served(indexed: tuple[Kb, Path], tmp_path: Path) -> None:
    room, folder = indexed
    sound = answers(room.indexer.snapshot)
    words = Indexer(
        room.store, FaissIndexes(), tmp_path / "w", FakeClock(), embedder=None, degraded="-", words=120
    )
    by_words = {str(sorted(zip(*each[:2], strict=True))) for each in answers(words.snapshot)}
    for kind, name, seed in CASES + SWAPS:
        dice = random.Random(f"{kind} {name} {seed}")
        copy = tmp_path / "copy"
        shutil.copytree(folder.parent, copy)
        files = sorted((copy / "2").glob(f"*{kind}"))
        file = files[seed % len(files)]
        content = file.read_bytes()
        if name in DAMAGES:
            file.write_bytes(DAMAGES[name](content, dice))
        else:
            others = [each for each in sorted((copy / "2").iterdir()) if each.read_bytes() != content]
            file.write_bytes(dice.choice(others).read_bytes())
        opened = Indexer(room.store, FaissIndexes(), copy, FakeClock(), embedder=HashedEmbedder(), words=120)
        case = f"{kind} {name} {seed}"
        assert opened.degraded and opened.snapshot.index is None, case
        told = {str(sorted(zip(*each[:2], strict=True))) for each in answers(opened.snapshot)}
        assert told == by_words, case
        shutil.rmtree(copy)
    assert answers(room.indexer.snapshot) == sound


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_index_is_rebuilt_from_the_database(
    indexed: tuple[Kb, Path], settings: Settings, kind: str
) -> None:
    room, folder = indexed
    file = min(folder.glob(f"*{kind}"))
    file.write_bytes(flipped(file.read_bytes(), random.Random(kind)))
    sound = room.indexer.snapshot
    room.close()
    again = open_kb(settings, FakeClock())
    assert again.indexer.work() and not again.indexer.work()
    assert again.knowledge.state().degraded is None
    rebuilt = again.indexer.snapshot
    assert {entry.article for entry in rebuilt.entries} == {entry.article for entry in sound.entries}
    assert rebuilt.index is not None and sound.index is not None
    for question in QUESTIONS:
        query = HashedEmbedder().encode([question])
        np.testing.assert_allclose(rebuilt.index.search(query, 9)[0], sound.index.search(query, 9)[0])
    again.close()


@pytest.mark.parametrize("what", ["missing file", "missing folder", "empty folder"])
def test_a_generation_that_is_not_there_is_rebuilt(
    indexed: tuple[Kb, Path], settings: Settings, what: str
) -> None:
    room, folder = indexed
    room.close()
    if what == "missing file":
        min(folder.glob("*.npz")).unlink()
    else:
        shutil.rmtree(folder)
    if what == "empty folder":
        folder.mkdir()
    again = open_kb(settings, FakeClock())
    assert "words alone" in str(again.knowledge.state().degraded)
    assert again.indexer.work() and not again.indexer.work()
    assert again.knowledge.state().articles == len(ARTICLES) + 1
    again.close()


def test_an_older_generation_put_back_is_not_served(stocked: Kb, settings: Settings, tmp_path: Path) -> None:
    shutil.copytree(settings.data / "index" / "1", tmp_path / "old")
    publish(stocked, LAMP)
    stocked.close()
    shutil.rmtree(settings.data / "index" / "2")
    shutil.copytree(tmp_path / "old", settings.data / "index" / "2")
    again = open_kb(settings, FakeClock())
    assert "manifest.json" in str(again.knowledge.state().degraded)
    assert again.indexer.work()
    assert again.knowledge.state().articles == len(ARTICLES) + 1
    again.close()


def test_a_text_that_changes_under_a_running_server_is_not_shown(indexed: tuple[Kb, Path]) -> None:
    room, folder = indexed
    source, place = room.indexer.snapshot.parts[0].segment.entries, 0
    assert isinstance(source, StoredEntries)
    source.line(place)
    file = max(folder.glob("*.jsonl"), key=lambda file: file.stat().st_size)
    with file.open("r+b") as opened:
        opened.truncate(10)
    with pytest.raises(IndexDamagedError):
        source.line(place)
