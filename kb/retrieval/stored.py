"""A segment's files: entries as lines of JSON, columns and postings as arrays, and the vector index's own."""

from __future__ import annotations

import json
import os
import weakref
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from functools import lru_cache
from pathlib import Path
from typing import overload

import numpy as np
import numpy.typing as npt

from kb.article import ArticleId
from kb.embedders.manifest import sha256_of
from kb.errors import IndexDamagedError
from kb.index import VectorIndexes
from kb.retrieval.entries import Entry, from_line, to_line
from kb.retrieval.living import LiveEntries
from kb.retrieval.postings import Postings
from kb.retrieval.segments import Catalogue, Segment, Views

_ENTRIES, _ARRAYS, _NAMES, _VECTORS = "entries.jsonl", "arrays.npz", "names.json", "vectors.index"
_KEPT = 2_048  # entries of a segment that stay decoded


class StoredEntries(Sequence[Entry]):
    """Entries on disk, read when they are asked for, so that a large base costs little memory."""

    def __init__(self, file: Path, starts: npt.NDArray[np.int64], checks: npt.NDArray[np.uint32]) -> None:
        """starts: (entries + 1,) where each line begins; checks: (entries,) the CRC-32 of each."""
        self._file = file
        self._starts = starts
        self._checks = checks
        self._descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
        weakref.finalize(self, os.close, self._descriptor)
        self._read = lru_cache(maxsize=_KEPT)(self._decoded)

    def __len__(self) -> int:
        return len(self._checks)

    @overload
    def __getitem__(self, number: int) -> Entry: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Entry]: ...
    def __getitem__(self, number: int | slice) -> Entry | Sequence[Entry]:
        if isinstance(number, slice):
            return tuple(self[each] for each in range(*number.indices(len(self))))
        return self._read(range(len(self))[number])

    def line(self, number: int) -> bytes:
        """Raises IndexDamagedError if it is not what was written: the file has changed under us."""
        start, end = (int(each) for each in self._starts[number : number + 2])
        line = os.pread(self._descriptor, end - start, start)
        if zlib.crc32(line) != self._checks[number]:
            raise IndexDamagedError(str(self._file.parent), f"{self._file.name} has changed")
        return line

    def _decoded(self, number: int) -> Entry:
        return from_line(self.line(number))


def write(segment: Segment, place: Path) -> Segment:
    """Write its files, named after it; the same segment, its texts left on disk."""
    starts, checks = [0], []
    with (place / _name(segment, _ENTRIES)).open("wb") as file:
        for line in _lines(segment.entries):
            file.write(line)
            starts.append(starts[-1] + len(line))
            checks.append(zlib.crc32(line))
    catalogue, views, postings = segment.catalogue, segment.views, segment.postings
    begin, check = np.array(starts, dtype=np.int64), np.array(checks, dtype=np.uint32)
    columns = {
        "starts": begin,
        "checks": check,
        "public": catalogue.public,
        "languages": catalogue.languages,
        "families": catalogue.families,
        **{f"views.{each.name}": getattr(views, each.name) for each in fields(Views)},
        **{f"postings.{each.name}": getattr(postings, each.name) for each in fields(Postings)},
    }
    with (place / _name(segment, _ARRAYS)).open("wb") as file:
        np.savez(file, allow_pickle=False, **columns)
    names = {
        "articles": list(catalogue.articles),
        "codes": catalogue.codes,
        "labels": {label: numbers.tolist() for label, numbers in catalogue.labels.items()},
    }
    (place / _name(segment, _NAMES)).write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")
    if segment.vectors is not None:
        segment.vectors.write(place / _name(segment, _VECTORS))
    written = (place / _name(segment, kind) for kind in (_ENTRIES, _ARRAYS, _NAMES, _VECTORS))
    entries = StoredEntries(place / _name(segment, _ENTRIES), begin, check)
    return replace(segment, entries=entries, files={file.name: sha256_of(file) for file in written})


def read(
    name: str, files: Mapping[str, str], place: Path, indexes: VectorIndexes, *, vectors: bool
) -> Segment:
    """The segment as it was written, every file checked before it is used; without its vectors if not asked
    for, which leaves their file unread.

    Raises IndexDamagedError.
    """
    for file, expected in files.items():
        if not vectors and file.endswith(_VECTORS):
            continue
        try:
            found = sha256_of(place / file)
        except OSError as error:
            raise IndexDamagedError(str(place), str(error)) from error
        if found != expected:
            raise IndexDamagedError(str(place), f"{file} is not the file that was written")
    with np.load(place / f"{name}.{_ARRAYS}", allow_pickle=False) as file:
        arrays = {key: file[key] for key in file.files}
    names = json.loads((place / f"{name}.{_NAMES}").read_text(encoding="utf-8"))
    return Segment(
        name=name,
        entries=StoredEntries(place / f"{name}.{_ENTRIES}", arrays["starts"], arrays["checks"]),
        catalogue=Catalogue(
            articles={ArticleId(article): number for number, article in enumerate(names["articles"])},
            public=arrays["public"],
            languages=arrays["languages"],
            codes=tuple(names["codes"]),
            families=arrays["families"],
            labels={label: np.array(some, dtype=np.int64) for label, some in names["labels"].items()},
        ),
        views=Views(**{each.name: arrays[f"views.{each.name}"] for each in fields(Views)}),
        vectors=indexes.read(place / f"{name}.{_VECTORS}") if vectors else None,
        postings=Postings(**{each.name: arrays[f"postings.{each.name}"] for each in fields(Postings)}),
        files=files,
    )


def _name(segment: Segment, kind: str) -> str:
    return f"{segment.name}.{kind}"


def _lines(entries: Sequence[Entry]) -> Iterator[bytes]:
    """Each entry's line; those that are on disk already are not taken apart and put together again."""
    for number in range(len(entries)):
        source, place = entries.source(number) if isinstance(entries, LiveEntries) else (entries, number)
        yield source.line(place) if isinstance(source, StoredEntries) else to_line(source[place])
