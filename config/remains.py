"""Looks for words in every byte that a house keeps: each file of its data folder, each row of its tables.

A database's file holds texts as they are and, in JSON, with escapes; an index of words holds them folded. So
both spellings are looked for, whatever the case of their letters. A text of which the database has put one
part here and the other there, as it does with long ones, is found by its shorter words alone.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_AT_ONCE = 2**20  # bytes


@dataclass(frozen=True, slots=True)
class Remains:
    """What was read, and where the words were found: by place, how many of them.

    A place is a file's path inside the folder, or a database's name.
    """

    files: int
    bytes: int
    found: Mapping[str, int] = field(default_factory=dict)


def remains(
    folder: Path, words: Sequence[str], tables: Mapping[str, Iterable[bytes]] | None = None
) -> Remains:
    """Read everything once. tables: what databases outside the folder hold, by their names."""
    spellings = [_spelt(word) for word in words]
    files = read = 0
    found: Counter[str] = Counter()
    for path in _files(folder):
        there, size = _held(_blocks(path), spellings)
        files, read = files + 1, read + size
        found[str(path.relative_to(folder))] += there
    for name, blocks in (tables or {}).items():
        there, size = _held(blocks, [each | _hexadecimal(each) for each in spellings])
        read += size
        found[name] += there
    return Remains(files, read, {place: count for place, count in found.items() if count})


def _held(blocks: Iterable[bytes], spellings: Sequence[frozenset[bytes]]) -> tuple[int, int]:
    """How many of the words are in there, and how many bytes were read."""
    overlap = max((len(each) for spelt in spellings for each in spelt), default=1) - 1
    left, size, tail = list(spellings), 0, b""
    for block in blocks:
        size += len(block)
        folded = tail + block.lower()
        left = [spelt for spelt in left if not any(each in folded for each in spelt)]
        tail = folded[-overlap:] if overlap else b""
    return len(spellings) - len(left), size


def _spelt(word: str) -> frozenset[bytes]:
    """As texts and as JSON have it."""
    low = word.lower()
    return frozenset((low.encode("utf-8", "replace"), json.dumps(low)[1:-1].encode()))


def _hexadecimal(spelt: frozenset[bytes]) -> frozenset[bytes]:
    """As a table's bytes are told."""
    return frozenset(each.hex().encode() for each in spelt)


def _files(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder, followlinks=True):
        yield from (Path(place) / name for name in sorted(names))


def _blocks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while block := file.read(_AT_ONCE):
                yield block
    except FileNotFoundError:
        return  # a file that a training or a checkpoint has taken away meanwhile
