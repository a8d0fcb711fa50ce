"""Generations on disk: a folder each with a manifest and the files of its segments.

A segment that the generation before had too is linked, not written again. The database keeps the SHA-256 of
the manifest and the manifest that of every file, and nothing is used before its bytes were compared: FAISS
reads a damaged file without complaint.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np

from kb.errors import IndexDamagedError
from kb.index import VectorIndexes
from kb.retrieval import stored
from kb.retrieval.calibration import UNCALIBRATED, WORDS_ALONE, Calibration
from kb.retrieval.evidence import FEATURES
from kb.retrieval.living import LiveEntries, Part
from kb.retrieval.segments import Segment
from kb.retrieval.snapshot import Snapshot, snapshot_of

MANIFEST = "manifest.json"
FORMAT = 3
"""Grows when texts are cut, counted or written in another way, so that an older index is built anew."""

_AHEAD = "ahead"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recipe:
    """What an index is made with; one that was made with anything else is stale."""

    model_id: str
    width: int  # of a vector
    words: int  # the most a passage has


@dataclass(frozen=True, slots=True)
class _Manifest:
    """What a generation's folder holds."""

    built_at: datetime
    recipe: Recipe
    calibration: Calibration
    drift: int
    segments: tuple[_Listed, ...]


@dataclass(frozen=True, slots=True)
class _Listed:
    """A segment in a manifest."""

    name: str
    files: Mapping[str, str]  # name -> SHA-256
    dead: Sequence[int]  # numbers of entries


class Generations:
    """The folder of one knowledge base's index."""

    def __init__(self, folder: Path, indexes: VectorIndexes, recipe: Recipe) -> None:
        self._folder = folder
        self._indexes = indexes
        self._recipe = recipe

    def write(self, snapshot: Snapshot, previous: int) -> tuple[Snapshot, str]:
        """Write the generation as a whole or not at all; itself, with its texts left on disk, and the SHA-256
        of its manifest.

        previous: the generation whose unchanged segments are linked.
        """
        aside = self._folder / f".{snapshot.generation}"
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        parts = [self._put(part, self._folder / str(previous), aside) for part in snapshot.parts]
        manifest = {
            "format": FORMAT,
            "generation": snapshot.generation,
            "built_at": snapshot.built_at.isoformat(),
            "recipe": asdict(self._recipe),
            "features": FEATURES,
            "calibration": asdict(snapshot.calibration),
            "drift": snapshot.drift,
            "segments": [
                {
                    "name": part.segment.name,
                    "files": part.segment.files,
                    "dead": np.flatnonzero(~part.alive).tolist(),
                }
                for part in parts
            ],
        }
        text = json.dumps(manifest, sort_keys=True) + "\n"
        (aside / MANIFEST).write_text(text, encoding="utf-8")
        _sync(aside / MANIFEST)
        _sync(aside)
        target = self._folder / str(snapshot.generation)
        shutil.rmtree(target, ignore_errors=True)
        aside.rename(target)
        _sync(self._folder)
        # The same snapshot, but for segments that have let go of their texts.
        kept = replace(snapshot, parts=tuple(parts), entries=LiveEntries(parts))
        return kept, hashlib.sha256(text.encode()).hexdigest()

    def write_ahead(self, segment: Segment) -> Segment:
        """Put the segment's files where the next `write` finds them, so that it has only to link them."""
        ahead = self._folder / _AHEAD
        shutil.rmtree(ahead, ignore_errors=True)
        ahead.mkdir(parents=True)
        return _written(segment, ahead)

    def read(self, generation: int, sha256: str, *, vectors: bool = True) -> Snapshot:
        """The generation as it was written; in keyword mode without `vectors`, whose files are not read then.

        sha256: of the manifest, as the database keeps it. Raises IndexDamagedError.
        """
        manifest = self._manifest(generation, sha256)
        parts = [self._part(generation, each, vectors=vectors) for each in manifest.segments]
        calibration = manifest.calibration if vectors else WORDS_ALONE
        articles = sum(len(part.alive) for part in parts)
        return snapshot_of(
            parts,
            generation=generation,
            model_id=self._recipe.model_id if vectors else "",
            width=self._recipe.width if vectors else None,
            calibration=calibration,
            drift=articles if calibration in (UNCALIBRATED, WORDS_ALONE) else manifest.drift,
            built_at=manifest.built_at,
        )

    def salvage(self, generation: int, sha256: str) -> tuple[Part, ...]:
        """The parts of a generation that are as they were written; none if the manifest isn't."""
        try:
            manifest = self._manifest(generation, sha256)
        except IndexDamagedError as error:
            _log.warning("%s", error)
            return ()
        parts = []
        for each in manifest.segments:
            try:
                parts.append(self._part(generation, each, vectors=True))
            except IndexDamagedError as error:
                _log.warning("%s", error)
        return tuple(parts)

    def vector_bytes(self, generation: int) -> int:
        """How large the generation's vector files are."""
        return sum(file.stat().st_size for file in (self._folder / str(generation)).glob("*.vectors.index"))

    def drop_others(self, generation: int) -> None:
        """Delete every other generation and what a crash left half-written."""
        for path in self._folder.iterdir():
            if path.is_dir() and path.name.lstrip(".").isdigit() and path.name != str(generation):
                shutil.rmtree(path, ignore_errors=True)

    def _manifest(self, generation: int, sha256: str) -> _Manifest:
        place = self._folder / str(generation)
        try:
            text = (place / MANIFEST).read_bytes()
        except OSError as error:
            raise IndexDamagedError(str(place), str(error)) from error
        if hashlib.sha256(text).hexdigest() != sha256:
            raise IndexDamagedError(str(place), f"{MANIFEST} is not the one that was written")
        manifest = _parsed(text)
        if manifest is None:
            raise IndexDamagedError(str(place), "another version of Firstline wrote it")
        if manifest.recipe != self._recipe:
            raise IndexDamagedError(
                str(place), f"it was built with {manifest.recipe}, now it is {self._recipe}"
            )
        return manifest

    def _part(self, generation: int, listed: _Listed, *, vectors: bool) -> Part:
        place = self._folder / str(generation)
        segment = stored.read(listed.name, listed.files, place, self._indexes, vectors=vectors)
        alive = np.ones(len(segment.entries), dtype=np.bool_)
        alive[list(listed.dead)] = False
        return Part(segment, alive)

    def _put(self, part: Part, previous: Path, aside: Path) -> Part:
        """The part with its files in the new place."""
        segment = part.segment
        if segment.files and any(_link(segment, place, aside) for place in (previous, self._folder / _AHEAD)):
            return part
        return Part(_written(segment, aside), part.alive)


def _written(segment: Segment, place: Path) -> Segment:
    """The segment, its files in place and durable."""
    written = stored.write(segment, place)
    for name in written.files:
        _sync(place / name)
    return written


def _link(segment: Segment, source: Path, target: Path) -> bool:
    """Link the segment's files; whether they could be."""
    try:
        for name in segment.files:
            os.link(source / name, target / name)
    except OSError:  # it is not there, or on a disk without links
        for name in segment.files:
            (target / name).unlink(missing_ok=True)
        return False
    return True


def _parsed(text: bytes) -> _Manifest | None:
    """The manifest; None if it is of another format. One that weighed other features is not calibrated."""
    fields = json.loads(text)
    if fields.get("format") != FORMAT:
        return None
    calibration = UNCALIBRATED
    if tuple(fields["features"]) == FEATURES:
        values = fields["calibration"]
        calibration = Calibration.of(values)
    return _Manifest(
        built_at=datetime.fromisoformat(fields["built_at"]),
        recipe=Recipe(**fields["recipe"]),
        calibration=calibration,
        drift=fields["drift"],
        segments=tuple(_Listed(**each) for each in fields["segments"]),
    )


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
