"""Keeps code out of reach while the text around it is changed."""

from __future__ import annotations

import re
from collections.abc import Iterator

_FENCE = re.compile(
    r"^[ \t]*(?P<mark>`{3,}|~{3,})[^\n]*\n.*?(?:^[ \t]*(?P=mark)[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL
)
_TICKS = re.compile(r"(?<!\\)`+")
_MARK = "\x00{}\x00"
_MARKED = re.compile("\x00(?P<number>[0-9]+)\x00")


class Kept:
    """Pieces that were taken out of a text, by the marks that stand for them."""

    def __init__(self) -> None:
        self._pieces: list[str] = []

    def take(self, piece: str) -> str:
        """The mark that stands for the piece."""
        self._pieces.append(piece)
        return _MARK.format(len(self._pieces) - 1)

    def back(self, text: str) -> str:
        """The text with every piece in its place; a piece may hold the marks of earlier ones."""
        return _MARKED.sub(lambda match: self.back(self._pieces[int(match["number"])]), text)


def without_code(text: str) -> tuple[str, Kept]:
    """The text with a mark for each fenced block and each code span, and what they stand for."""
    kept = Kept()
    text = _FENCE.sub(lambda match: kept.take(match.group()), text.replace("\x00", ""))
    out: list[str] = []
    place = 0
    for start, end in _spans(text):
        out += (text[place:start], kept.take(text[start:end]))
        place = end
    return "".join((*out, text[place:])), kept


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Where each code span begins and ends: at the next run of as many backticks, within its paragraph."""
    runs = list(_TICKS.finditer(text))
    following: dict[int, int] = {}  # the run after this one that is as long
    last: dict[int, int] = {}
    for number in range(len(runs) - 1, -1, -1):
        length = runs[number].end() - runs[number].start()
        following[number] = last.get(length, -1)
        last[length] = number
    number = 0
    while number < len(runs):
        closing = following[number]
        start = runs[number].start()
        if closing > 0 and text.find("\n\n", start, runs[closing].start()) < 0:
            yield start, runs[closing].end()
            number = closing
        number += 1
