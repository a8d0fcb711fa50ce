"""Two texts side by side, line against line, with the words marked that differ."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

CONTEXT = 3
"""Unchanged lines shown around a change."""

ALIKE = 0.35
"""From this share of common words on two lines are one line that was changed."""

MOST_PAIRS = 2_500
"""Lines times lines that are looked through for the best pairs; past that they are paired in order."""

MOST_WORDS = 2_000
"""In a line, past which it is marked as a whole."""

_WORD = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a line; `changed` if the other side has others there."""

    text: str
    changed: bool


Side = tuple[Piece, ...] | None
"""A line; None where the other side has one that this one lacks."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of each text, or a gap where equal lines are left out."""

    before: Side
    after: Side
    gap: bool = False

    @property
    def changed(self) -> bool:
        return self.before != self.after


def compare(before: str, after: str) -> tuple[Row, ...]:
    """The rows that differ, with some equal ones around them; empty if the texts are the same."""
    return tuple(_rows(before.splitlines(), after.splitlines()))


def _rows(before: Sequence[str], after: Sequence[str]) -> Iterator[Row]:
    matcher = difflib.SequenceMatcher(a=before, b=after, autojunk=False)
    for place, group in enumerate(matcher.get_grouped_opcodes(CONTEXT)):
        if place or group[0][1] > 0:
            yield Row(None, None, gap=True)
        for change, old_from, old_to, new_from, new_to in group:
            old, new = before[old_from:old_to], after[new_from:new_to]
            if change == "equal":
                yield from (Row(_whole(line, False), _whole(line, False)) for line in old)
            else:
                yield from _changed(old, new)


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[Row]:
    """Lines that became others: what is alike stands side by side, the rest alone."""
    here = there = 0
    for left, right in [*_pairs(old, new), (len(old), len(new))]:
        yield from (Row(_whole(line, True), None) for line in old[here:left])
        yield from (Row(None, _whole(line, True)) for line in new[there:right])
        if left < len(old):
            yield Row(*_marked(old[left], new[right]))
        here, there = left + 1, right + 1


def _pairs(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Which line became which, in order, so that they have as much in common as can be."""
    if len(old) * len(new) > MOST_PAIRS:
        return [(place, place) for place in range(min(len(old), len(new)))]
    alike = [[_alike(left, right) for right in new] for left in old]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]  # from this pair of lines to the end
    for left in reversed(range(len(old))):
        for right in reversed(range(len(new))):
            skip = max(best[left + 1][right], best[left][right + 1])
            best[left][right] = max(skip, alike[left][right] + best[left + 1][right + 1])
    pairs: list[tuple[int, int]] = []
    left = right = 0
    while left < len(old) and right < len(new):
        if alike[left][right] and best[left][right] == alike[left][right] + best[left + 1][right + 1]:
            pairs.append((left, right))
            left, right = left + 1, right + 1
        elif best[left][right] == best[left + 1][right]:
            left += 1
        else:
            right += 1
    return pairs


def _alike(left: str, right: str) -> float:
    """The share of words in common, in [0, 1]; 0 for lines that have too little in common."""
    words, others = left.casefold().split(), right.casefold().split()
    if not words or not others:
        return 0.0
    both = len(set(words) & set(others))
    share = 2 * both / (len(set(words)) + len(set(others)))
    return share if share >= ALIKE else 0.0


def _marked(old: str, new: str) -> tuple[Side, Side]:
    left, right = _WORD.findall(old), _WORD.findall(new)
    if max(len(left), len(right)) > MOST_WORDS:
        return _whole(old, True), _whole(new, True)
    before: list[Piece] = []
    after: list[Piece] = []
    matcher = difflib.SequenceMatcher(a=left, b=right, autojunk=False)
    for change, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        changed = change != "equal"
        if old_to > old_from:
            before.append(Piece("".join(left[old_from:old_to]), changed))
        if new_to > new_from:
            after.append(Piece("".join(right[new_from:new_to]), changed))
    return tuple(before), tuple(after)


def _whole(line: str, changed: bool) -> tuple[Piece, ...]:
    return (Piece(line, changed),)
