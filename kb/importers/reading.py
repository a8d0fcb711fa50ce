"""Reads everything below a path, one file after the other, and tells what it found as it goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from kb.importers import (
    IMAGE_SUFFIXES,
    File,
    NotArticlesError,
    Note,
    Page,
    ProblemError,
    Read,
    Shelf,
    Weight,
)
from kb.importers.gathering import Found, gather, is_archive
from kb.importers.kinds import SUFFIXES, importer, kind_of
from kb.importers.links import places, scheme_of, targets


@dataclass(frozen=True, slots=True)
class Begun:
    """The file that is being read now, and how far that is."""

    path: str
    number: int  # from 1
    of: int


@dataclass(frozen=True, slots=True)
class Stand:
    """A shelf, by its key."""

    key: str
    shelf: Shelf


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that came with the files and is shown by one of their pages."""

    path: str
    data: bytes


Told = Begun | Page | Note | Stand | Picture


@dataclass(slots=True)
class Batch:
    """All that was told, put together."""

    pages: list[Page] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    shelves: dict[str, Shelf] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)
    files: int = 0

    def take(self, told: Told) -> None:
        match told:
            case Begun(of=of):
                self.files = of
            case Page():
                self.pages.append(told)
            case Note():
                self.notes.append(told)
            case Stand(key, shelf):
                self.shelves[key] = shelf
            case Picture(path, data):
                self.pictures[path] = data


def read_all(path: Path, kind: str | None = None) -> Iterator[Told]:
    """What the files below `path` hold. kind: the name of what all of them are, instead of looking."""
    asked_for = kind is not None or (path.is_file() and not is_archive(path))
    with ExitStack() as opened:
        try:
            found = list(gather(path, opened))
        except ProblemError as error:
            yield _problem(path.name, error)
            return
        pictures = {each.path: each for each in found if File(each.path, b"").suffix in IMAGE_SUFFIXES}
        readable = [each for each in found if each.path not in pictures]
        shown: dict[str, bytes | Found] = dict(pictures)
        wanted: dict[str, None] = {}
        for number, each in enumerate(readable, 1):
            yield Begun(each.path, number, len(readable))
            for told in _one(each, kind, asked_for):
                if isinstance(told, Picture):
                    shown[told.path] = told.data
                    continue
                if isinstance(told, Page):
                    wanted |= dict.fromkeys(_pictures(told, shown))
                yield told
        if not readable:
            yield Note(Weight.PROBLEM, path.name, 1, "no files in it that can be imported")
        for place in wanted:
            picture = shown[place]
            try:
                yield Picture(place, picture.load() if isinstance(picture, Found) else picture)
            except ProblemError as error:
                yield Note(Weight.WARNING, place, 1, f"picture left out: {error.message}")


def read_here(path: Path) -> Batch:
    """Everything at once and in this process: for our own files."""
    batch = Batch()
    for told in read_all(path):
        batch.take(told)
    return batch


def picture_at(target: str, place: str, known: Mapping[str, object]) -> str | None:
    """The path of the picture that a page at `place` calls `target`, if it came along."""
    if scheme_of(target) or target.startswith("//"):
        return None
    for tried in places(target, place):
        if tried in known:
            return tried
        ending = [path for path in known if path.endswith(f"/{tried}")]
        if len(ending) == 1:
            return ending[0]
    return None


def _one(found: Found, kind: str | None, asked_for: bool) -> Iterator[Told]:
    """What one file holds."""
    try:
        read = _read(found, kind, asked_for)
    except NotArticlesError as error:
        weight = Weight.PROBLEM if asked_for else Weight.SKIPPED
        yield Note(weight, found.path, error.line, error.message)
        return
    except ProblemError as error:
        yield _problem(found.path, error)
        return
    except RecursionError:
        yield _problem(found.path, ProblemError(1, "nested too deeply to be read"))
        return
    except MemoryError:
        yield _problem(found.path, ProblemError(1, "needs more memory than an import may use; split it"))
        return
    yield from (Stand(key, shelf) for key, shelf in read.shelves.items())
    yield from (Picture(path, data) for path, data in read.images.items())
    yield from read.pages
    yield from (Note(Weight.WARNING, found.path, line, message) for line, message in read.warnings)


def _with_lines(page: Page, data: bytes) -> Page:
    """The page with the lines that its links stand on, where its file is text and spells them as they are."""
    start = 0
    for _ in range(page.line - 1):
        start = data.find(b"\n", start) + 1
    found = {target: data.find(target.encode(), start) for _, target in targets(page.body) if target}
    lines = {
        target: page.line + data.count(b"\n", start, place) for target, place in found.items() if place >= 0
    }
    return replace(page, targets=lines)


def _read(found: Found, kind: str | None, asked_for: bool) -> Read:
    if found.why_not:
        raise NotArticlesError(1, found.why_not)
    suffix = File(found.path, b"").suffix
    if not asked_for and suffix and suffix not in SUFFIXES:
        raise NotArticlesError(1, f"no articles are read from {suffix} files")
    file = found.file()
    kind = kind or kind_of(file)
    if kind is None:
        raise NotArticlesError(1, "neither its content nor its name is of a kind that can be imported")
    read = importer(kind).read(file)
    return replace(read, pages=tuple(_with_lines(page, file.data) for page in read.pages))


def _pictures(page: Page, known: Mapping[str, object]) -> Iterator[str]:
    for is_picture, target in targets(page.body):
        if is_picture and (found := picture_at(target, page.place, known)):
            yield found


def _problem(path: str, error: ProblemError) -> Note:
    return Note(Weight.PROBLEM, path, error.line, error.message)
