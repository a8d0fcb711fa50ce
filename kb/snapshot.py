"""One generation: everything that a search reads, frozen together, and how it is kept on disk."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from kb.article import ArticleId, Published
from kb.calibration import Calibration
from kb.embedders.manifest import sha256_of
from kb.errors import IndexDamagedError
from kb.index import VectorIndex, VectorIndexes
from kb.lexical import Bools1d, Ints1d, Lexical
from kb.passages import Passage, plain, split

MANIFEST = "manifest.json"
_VECTORS = "vectors.index"
_TEXTS = "texts.json"


@dataclass(frozen=True, slots=True)
class Entry:
    """A live article as the search knows it."""

    article: ArticleId
    revision: int
    title: str
    slug: str
    language: str
    public: bool
    translation_of: ArticleId | None
    labels: tuple[str, ...]
    questions: tuple[str, ...]
    updated_at: datetime
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class View:
    """One text by which an article can be found."""

    text: str
    article: int  # its entry's number
    passage: int  # the passage it shows, or leads to; -1: the article as a whole
    long: bool  # a passage rather than a title, heading or question


@dataclass(frozen=True, slots=True)
class Views:
    """All views of a generation, as columns."""

    texts: tuple[str, ...]
    articles: Ints1d
    passages: Ints1d
    long: Bools1d


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A generation in memory. A search takes one and never sees another."""

    generation: int
    model_id: str  # "" without vectors
    entries: tuple[Entry, ...]
    families: Ints1d  # (entries,) a number that an article and its translations share
    views: Views
    index: VectorIndex | None  # None: keyword mode
    lexical: Lexical
    calibration: Calibration
    built_at: datetime

    @property
    def passages(self) -> int:
        """How many there are."""
        return sum(len(entry.passages) for entry in self.entries)


def entry_of(published: Published, words: int) -> Entry:
    """Cut a live revision into its passages."""
    article, revision = published.article, published.revision
    return Entry(
        article=article.id,
        revision=revision.number,
        title=revision.title,
        slug=article.slug,
        language=article.language,
        public=article.public,
        translation_of=article.translation_of,
        labels=article.labels,
        questions=revision.questions,
        updated_at=revision.created_at,
        passages=split(revision, article.language, words),
    )


def views_of(entries: Sequence[Entry]) -> Views:
    """Title, questions, headings under the title, and passages. No text repeats another.

    That is why a passage goes without its headings: what calibration hides in one view must not be left in
    others.
    """
    views = [view for number, entry in enumerate(entries) for view in _views(number, entry)]
    return Views(
        texts=tuple(view.text for view in views),
        articles=np.array([view.article for view in views], dtype=np.int64),
        passages=np.array([view.passage for view in views], dtype=np.int64),
        long=np.array([view.long for view in views], dtype=np.bool_),
    )


def _views(number: int, entry: Entry) -> Iterator[View]:
    yield View(entry.title, number, -1, long=False)
    for question in entry.questions:
        yield View(question, number, -1, long=False)
    above: tuple[str, ...] = ()
    for passage in entry.passages:
        if passage.heading and passage.heading != above:
            yield View(f"{entry.title}: {' - '.join(passage.heading)}", number, passage.number, long=False)
        above = passage.heading
        yield View(plain(passage.text), number, passage.number, long=True)


def families_of(entries: Sequence[Entry]) -> Ints1d:
    """(entries,) numbers; an article and its translations have the same one."""
    numbers: dict[ArticleId, int] = {}
    return np.array(
        [numbers.setdefault(entry.translation_of or entry.article, len(numbers)) for entry in entries],
        dtype=np.int64,
    )


def lexical_of(views: Views) -> Lexical:
    """The word search over the views."""
    return Lexical(views.texts, views.articles, views.long)


def write(snapshot: Snapshot, folder: Path) -> str:
    """Write the generation to `folder`/<number> as a whole or not at all; the manifest's SHA-256."""
    assert snapshot.index is not None  # keyword mode is never written
    aside = folder / f".{snapshot.generation}"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    snapshot.index.write(aside / _VECTORS)
    texts = {
        "entries": [
            asdict(entry) | {"updated_at": entry.updated_at.isoformat()} for entry in snapshot.entries
        ]
    }
    (aside / _TEXTS).write_text(json.dumps(texts, ensure_ascii=False), encoding="utf-8")
    manifest = {
        "generation": snapshot.generation,
        "model_id": snapshot.model_id,
        "sha256": {name: sha256_of(aside / name) for name in (_VECTORS, _TEXTS)},
        "count": snapshot.index.count,
        "width": snapshot.index.width,
        "built_at": snapshot.built_at.isoformat(),
        "calibration": asdict(snapshot.calibration),
    }
    text = json.dumps(manifest, indent=2, sort_keys=True) + "\n"
    (aside / MANIFEST).write_text(text, encoding="utf-8")
    for file in (*aside.iterdir(), aside):
        _sync(file)
    target = folder / str(snapshot.generation)
    shutil.rmtree(target, ignore_errors=True)
    aside.rename(target)
    _sync(folder)
    return hashlib.sha256(text.encode()).hexdigest()


def read(folder: Path, generation: int, sha256: str, model_id: str, indexes: VectorIndexes) -> Snapshot:
    """The generation as it was written, every file checked before it is used.

    sha256: of the manifest, as the database keeps it. Raises IndexDamagedError.
    """
    place = folder / str(generation)
    try:
        text = (place / MANIFEST).read_bytes()
        if hashlib.sha256(text).hexdigest() != sha256:
            raise IndexDamagedError(str(place), f"{MANIFEST} is not the one that was written")
        manifest = json.loads(text)
        for name, expected in manifest["sha256"].items():
            if sha256_of(place / name) != expected:
                raise IndexDamagedError(str(place), f"{name} is not the file that was written")
    except OSError as error:
        raise IndexDamagedError(str(place), str(error)) from error
    if manifest["model_id"] != model_id:
        raise IndexDamagedError(
            str(place), f"it was built with {manifest['model_id']}, the encoder is {model_id}"
        )
    texts = json.loads((place / _TEXTS).read_text(encoding="utf-8"))
    try:
        entries = tuple(_entry(each) for each in texts["entries"])
    except (KeyError, TypeError) as error:
        raise IndexDamagedError(str(place), f"it was written by another version ({error})") from error
    views = views_of(entries)
    index = indexes.read(place / _VECTORS)
    if not index.count == manifest["count"] == len(views.texts) or index.width != manifest["width"]:
        raise IndexDamagedError(str(place), f"{index.count} vectors for {len(views.texts)} views")
    calibration = manifest["calibration"]
    return Snapshot(
        generation=generation,
        model_id=model_id,
        entries=entries,
        families=families_of(entries),
        views=views,
        index=index,
        lexical=lexical_of(views),
        calibration=Calibration(**calibration | {"weights": tuple(calibration["weights"])}),
        built_at=datetime.fromisoformat(manifest["built_at"]),
    )


def drop_others(folder: Path, generation: int) -> None:
    """Delete every other generation and what a crash left half-written."""
    for path in folder.iterdir():
        if path.is_dir() and path.name.lstrip(".").isdigit() and path.name != str(generation):
            shutil.rmtree(path, ignore_errors=True)


def _entry(fields: dict[str, object]) -> Entry:
    passages = tuple(
        Passage(**each | {"heading": tuple(each["heading"])})
        for each in fields["passages"]  # type: ignore[attr-defined]
    )
    return Entry(
        **fields  # type: ignore[arg-type]
        | {
            "passages": passages,
            "labels": tuple(fields["labels"]),  # type: ignore[arg-type]
            "questions": tuple(fields["questions"]),  # type: ignore[arg-type]
            "updated_at": datetime.fromisoformat(str(fields["updated_at"])),
        }
    )


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
