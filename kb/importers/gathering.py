"""Finds the files of an import: in a folder, in a ZIP archive, or the one file that it is.

Nothing is ever unpacked onto the disk, and an archive's own word about its sizes is not believed: what comes
out is counted while it comes.
"""

from __future__ import annotations

import lzma
import os
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from kb.importers import LARGEST_FILE, File, ProblemError

MOST_FILES = 5_000
MOST_UNPACKED = 100 * 2**20  # bytes of one archive
LARGEST_RATIO = 50  # bytes out of an archive for each byte of it
_FREE = 2**20  # bytes that may come out of any archive, however small it is

_CHUNK = 2**16
_WORD = "word/document.xml"
_SHEET = "xl/workbook.xml"
_HIDDEN = (".", "_")
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    RuntimeError,
    ValueError,
    OSError,
)


@dataclass(frozen=True, slots=True)
class Found:
    """A file that can be loaded; `why_not` says why it is passed over instead."""

    path: str
    load: Callable[[], bytes]  # raises ProblemError
    why_not: str | None = None

    def file(self) -> File:
        return File(self.path, self.load())


def gather(path: Path, opened: ExitStack) -> Iterator[Found]:
    """Every file below `path` in order of its path; a ZIP archive is looked into, one within it is not.

    Hidden files, and those that begin with an underscore as parts of pages do, are left out without a word.
    The files can be loaded until `opened` is closed. Raises ProblemError for what can't be looked into.
    """
    if not path.exists():
        raise ProblemError(1, "no such file or folder")
    if path.is_file():
        alone = Found(path.name, partial(_load, path))
        yield from _inside(path, "", opened) if is_archive(path) else (alone,)
        return
    for number, each in enumerate(_walk(path)):
        if number >= MOST_FILES:
            raise ProblemError(1, f"more than {MOST_FILES:,} files; import it in parts")
        place = each.relative_to(path).as_posix()
        if each.is_symlink():
            yield Found(place, bytes, "a symbolic link; import the file it leads to")
        elif is_archive(each):
            yield from _inside(each, PurePosixPath(place).with_suffix("").as_posix() + "/", opened)
        else:
            yield Found(place, partial(_load, each))


def is_archive(path: Path) -> bool:
    """Whether it is a ZIP of files, rather than a Word document or a spreadsheet, which are ZIPs too."""
    if not path.is_file() or path.is_symlink() or not zipfile.is_zipfile(path):
        return path.suffix.casefold() == ".zip" and path.is_file() and not path.is_symlink()
    try:
        with zipfile.ZipFile(path) as archive:
            return not {_WORD, _SHEET} & set(archive.namelist())
    except (zipfile.BadZipFile, RuntimeError, ValueError):
        return path.suffix.casefold() == ".zip"


def _walk(folder: Path) -> Iterator[Path]:
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(_HIDDEN))
        yield from (Path(here, name) for name in sorted(names) if not name.startswith(_HIDDEN))


def _load(path: Path) -> bytes:
    if not stat.S_ISREG(path.stat().st_mode):
        raise ProblemError(1, "not a file")
    with path.open("rb") as stream:
        data = stream.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise ProblemError(1, f"larger than {LARGEST_FILE // 2**20} MiB")
    return data


def _inside(path: Path, above: str, opened: ExitStack) -> Iterator[Found]:
    """The files of an archive, each under `above`. Raises ProblemError for one that is not to be trusted."""
    try:
        archive = opened.enter_context(zipfile.ZipFile(path))
    except (zipfile.BadZipFile, RuntimeError, ValueError, OSError) as error:
        raise ProblemError(1, f"not a whole ZIP archive: {error}") from None
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) > MOST_FILES:
        raise ProblemError(1, f"more than {MOST_FILES:,} files in it; import it in parts")
    names: set[str] = set()
    for member in members:
        _check(member)
        if member.filename in names:
            raise ProblemError(1, f"{member.filename!r} is in it twice")
        names.add(member.filename)
    unpacker = Unpacker(archive, path.stat().st_size)
    for member in sorted(members, key=lambda member: member.filename):
        if not any(part.startswith(_HIDDEN) for part in PurePosixPath(member.filename).parts):
            yield Found(above + member.filename, partial(unpacker.load, member))


def _check(member: zipfile.ZipInfo) -> None:
    """Raise ProblemError for a member that would land elsewhere, is a link, or can't be read."""
    name = member.filename
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or "\\" in name or ":" in name.partition("/")[0] or "\0" in name:
        raise ProblemError(1, f"{name!r} in it leads out of the archive")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise ProblemError(1, f"{name!r} in it is a symbolic link")
    if member.flag_bits & 1:
        raise ProblemError(1, f"{name!r} in it is encrypted; pack it again without a password")


class Unpacker:
    """Unpacks members in memory and stops as soon as too much comes out."""

    def __init__(self, archive: zipfile.ZipFile, packed: int) -> None:
        """packed: bytes of the archive."""
        self._archive = archive
        self._most = min(MOST_UNPACKED, max(_FREE, packed * LARGEST_RATIO))
        self._unpacked = 0

    def load(self, member: zipfile.ZipInfo | str) -> bytes:
        """Raises ProblemError for one that is damaged, or too much."""
        try:
            with self._archive.open(member) as stream:
                return self._read(stream)
        except _DAMAGED as error:
            raise ProblemError(1, f"damaged in the archive: {error}") from None

    def _read(self, stream: IO[bytes]) -> bytes:
        out = bytearray()
        while chunk := stream.read(_CHUNK):
            out += chunk
            self._unpacked += len(chunk)
            if self._unpacked > self._most:
                most = f"{self._most // 2**20} MiB"
                raise ProblemError(
                    1, f"unpacks to more than {most}, the most for its size; import it in parts"
                )
            if len(out) > LARGEST_FILE:
                raise ProblemError(1, f"larger than {LARGEST_FILE // 2**20} MiB")
        return bytes(out)
