"""How fast the knowledge base answers and grows: `python -m tests.benchmarks.knowledge [--million]`.

Made-up articles of five passages, with vectors of width 384. "Search alone" is all of `Knowledge.answer` but
the encoder: vectors, words, evidence, probability, the passages read from disk and their sentences chosen.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import faiss
import numpy as np

from bot.evaluation.machine import machine
from bot.shell.server import SWITCH_SECONDS
from config.clock import SystemClock
from config.settings import load_settings
from kb.article import ArticleId, Draft
from kb.embedders import Floats1d
from kb.indexes.faiss import FaissIndexes
from kb.knowledge import Answer
from kb.opening import Kb, open_kb
from kb.retrieval.calibration import UNCALIBRATED
from kb.retrieval.generations import Generations, Recipe
from kb.retrieval.living import Part
from kb.retrieval.segments import segment_of, texts_of
from kb.retrieval.snapshot import snapshot_of
from tests.benchmarks.synthetic import PASSAGES, SyntheticEmbedder, Words, entries, questions

ASKED = 500
PUBLISHED = 200
PER_SECOND = 50  # searches while articles are published
EDITOR = "ed@firstline.test"


def main(*, million: bool = False) -> None:
    """Print every figure; a benchmark measures, tests judge. million: measure the largest base as well, which
    takes some minutes and 8 GB of memory."""
    print(machine())
    faiss.omp_set_num_threads(1)
    sys.setswitchinterval(SWITCH_SECONDS)  # as the server does
    for passages in (1_000, 100_000, 1_000_000)[: 3 if million else 2]:
        measure(passages)


def measure(passages: int) -> None:
    """One base: built, opened, searched, and grown while it is searched."""
    print(f"{passages:,} passages of {passages // PASSAGES:,} articles", flush=True)
    embedder = SyntheticEmbedder()
    with tempfile.TemporaryDirectory(prefix="firstline-bench-") as folder:
        data = Path(folder)
        asked = stock(data, embedder, passages)
        before = resident_mb()
        began = time.perf_counter()
        with opened(data) as room:
            while room.knowledge.state().degraded:
                room.indexer.work()
            took = time.perf_counter() - began
            print(f"  opened, every file's hash checked: {took:.2f} s, {resident_mb() - before:.0f} MB more")
            vectors = embedder.encode(asked)
            for how in ("first time", "again"):
                times = [timed(room, text, row) for text, row in zip(asked, vectors, strict=True)]
                took_ms, worked = zip(*times, strict=True)
                print(f"  search alone, {how}: {told(took_ms)}; of it at work {told(worked)}")
            grow(room, embedder, asked)


def stock(data: Path, embedder: SyntheticEmbedder, passages: int) -> list[str]:
    """Write a base of that size as one generation; questions for it."""
    some = list(entries(passages // PASSAGES))
    began = time.perf_counter()
    count = len(texts_of(some))
    segment = segment_of("base", some, embedder.rows(count, seed=2), FaissIndexes())
    took = time.perf_counter() - began
    with opened(data) as room:
        snapshot = snapshot_of(
            [Part.whole(segment)],
            generation=1,
            model_id=embedder.model_id,
            width=embedder.width,
            calibration=UNCALIBRATED,
            drift=0,
            built_at=SystemClock().now(),
        )
        recipe = Recipe(embedder.model_id, embedder.width, load_settings(data, {}).kb.passage_words)
        _, sha256 = Generations(data / "index", FaissIndexes(), recipe).write(snapshot, 0)
        room.store.add_generation(
            1,
            upto=0,
            model_id=embedder.model_id,
            sha256=sha256,
            articles=len(some),
            passages=passages,
            at=snapshot.built_at,
        )
    size = sum(file.stat().st_size for file in (data / "index" / "1").iterdir()) / 2**20
    print(f"  built from cut texts and their {count:,} vectors: {took:.1f} s, {size:.0f} MB on disk")
    return questions(some, ASKED)


def grow(room: Kb, embedder: SyntheticEmbedder, asked: Sequence[str]) -> None:
    """Publish, while others ask at a steady pace."""
    quiet, empty = paced(room, embedder, asked, threading.Event(), ASKED)
    print(f"  {PER_SECOND} searches a second, quiet: {told(quiet)}, {empty} empty")
    stop = threading.Event()
    during: list[tuple[list[float], int]] = []
    asking = threading.Thread(target=lambda: during.append(paced(room, embedder, asked, stop)))
    tending = threading.Thread(target=lambda: tend(room, stop))
    asking.start()
    tending.start()
    words, took = Words(99), []
    for number in range(PUBLISHED):
        text = f"{words.some(40)} published{number}"
        began = time.perf_counter()
        draft = Draft(f"{words.some(5)} title{number}", text, id=ArticleId(f"new-{number}"))
        room.editorial.take_in([draft], by=EDITOR, publish=True)
        room.indexer.work()
        while not found(room, embedder, draft):
            room.indexer.work()
        took.append(1_000 * (time.perf_counter() - began))
    stop.set()
    asking.join()
    tending.join()
    ((busy, empty),) = during
    print(f"  {PUBLISHED} articles published one after the other: answerable after {told(took)}")
    print(f"  searches meanwhile: {told(busy)}, {empty} empty; {len(room.indexer.snapshot.parts)} segments")
    ratio = np.percentile(busy, 99) / np.percentile(quiet, 99)
    print(f"  p99 while publishing is {ratio:.2f} times the quiet one; {resident_mb():.0f} MB resident")


def tend(room: Kb, stop: threading.Event) -> None:
    """What the server's own worker does."""
    while not stop.wait(0.2):
        room.indexer.tend()


def found(room: Kb, embedder: SyntheticEmbedder, draft: Draft) -> bool:
    """Whether a question in the draft's words finds it."""
    hits = room.knowledge.search(draft.title, vector=embedder.encode([draft.title])[0], limit=1)
    return bool(hits) and hits[0].passage.article == draft.id


def paced(
    room: Kb,
    embedder: SyntheticEmbedder,
    asked: Sequence[str],
    stop: threading.Event,
    most: int | None = None,
) -> tuple[list[float], int]:
    """Milliseconds of searches at a steady pace until `stop` or so many, and how many found nothing."""
    vectors = embedder.encode(asked)
    times: list[float] = []
    empty = 0
    began = time.perf_counter()
    while not stop.is_set() and (most is None or len(times) < most):
        due = began + len(times) / PER_SECOND
        stop.wait(max(0.0, due - time.perf_counter()))
        place = len(times) % len(asked)
        start = time.perf_counter()
        answer = room.knowledge.answer(asked[place], language="en", vector=vectors[place])
        times.append(1_000 * (time.perf_counter() - start))
        empty += not (isinstance(answer, Answer) or answer.nearest)
    return times, empty


def timed(room: Kb, text: str, vector: Floats1d) -> tuple[float, float]:
    """Milliseconds of one answer, its vector given: by the clock, and those the processor worked on it, which
    a busy machine leaves as they are."""
    began, worked = time.perf_counter(), time.thread_time()
    room.knowledge.answer(text, language="en", vector=vector)
    return 1_000 * (time.perf_counter() - began), 1_000 * (time.thread_time() - worked)


def told(times: Sequence[float]) -> str:
    """Percentiles of milliseconds."""
    p50, p95, p99 = np.percentile(times, (50, 95, 99))
    return f"p50 {p50:.1f} ms, p95 {p95:.1f} ms, p99 {p99:.1f} ms"


def resident_mb() -> float:
    """The memory of this process."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


@contextmanager
def opened(data: Path) -> Iterator[Kb]:
    """The folder's knowledge base with the synthetic embedder."""
    plug = {"FIRSTLINE_KB_EMBEDDER": "tests.benchmarks.synthetic:open_embedder"}
    with closing(open_kb(load_settings(data, plug), SystemClock())) as room:
        yield room


if __name__ == "__main__":
    main(million="--million" in sys.argv)
