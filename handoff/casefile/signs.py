"""The signs of a mood in one message, each with the words that show it and what it weighs.

Signs are those that support teams name: words of anger and displeasure, saying it again, threats to leave,
capitals, runs of marks, calling into silence; kind words take some away.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

SignName = Literal[
    "strong words",
    "negative words",
    "repetition",
    "threat to leave",
    "nobody answers",
    "kind words",
    "capitals",
    "exclamation",
    "curt",
    "delay",
]

_FOLDER = Path(__file__).parents[2] / "config" / "languages"
SHIPPED: Sequence[Path] = tuple(_FOLDER / language / "mood.toml" for language in ("en", "nb"))
"""The words of English and Bokmål; config/languages/en/mood.toml explains the lists."""

WEIGHTS: Mapping[SignName, float] = {
    "strong words": 0.45,
    "negative words": 0.25,
    "repetition": 0.15,
    "threat to leave": 0.35,
    "nobody answers": 0.15,
    "kind words": -0.25,
    "capitals": 0.3,
    "exclamation": 0.2,
    "curt": 0.15,
    "delay": 0.1,
}
"""What a sign adds to the strength of its message; see FRUSTRATED and ANGRY for what that means."""

FRUSTRATED, ANGRY = 0.25, 0.6
VERY = 1.3  # a word that is made more of
MOST_OF_ONE = 2  # of a sign that count in one message
MOST_CHARACTERS = 4_000

_LISTS: Mapping[SignName, str] = {
    "strong words": "strong",
    "negative words": "negative",
    "repetition": "again",
    "threat to leave": "leaving",
    "nobody answers": "alone",
    "kind words": "kind",
}
_SHOUTING = re.compile(r"(?:!\s*){2,}|\?{2,}|(?:\?!|!\?)[?!]*")
_WORD = re.compile(r"(?<![\w-])[^\W\d_]{2,}(?![\w-])")
_LEAST_CAPITALS = 3  # and half of all words, so that codes such as `INV` don't count
_CAPITALS = re.compile(r"\b[A-ZÆØÅ]{2,}(?:[ ,'’-]+[A-ZÆØÅ]{2,})+\b|\b[A-ZÆØÅ]{5,}\b(?=[^\w]*!)")


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign of a message: the words that show it as they stand there, and what it adds."""

    name: SignName
    words: str
    weight: float


def signs(text: str, lists: Sequence[Path] = SHIPPED) -> tuple[Sign, ...]:
    """The signs of one message, by the words of these mood.toml files; quoted as written."""
    text = text[:MOST_CHARACTERS]
    found = [sign for path in lists for sign in _worded(text, _read(path))]
    found += [*_loud(text), *_marks(text)]
    kept: dict[tuple[str, str], Sign] = {}
    for sign in found:
        kept.setdefault((sign.name, sign.words.casefold()), sign)
    return tuple(_at_most(kept.values()))


def strength(found: Sequence[Sign]) -> float:
    """How strongly a message with these signs sounds, in [-0.5, 1]."""
    heavy = sum(sign.weight for sign in found)
    # Said again is no mood by itself: "is it still possible to return this?"
    if heavy > 0 and all(_is_slight(sign) for sign in found):
        return min(heavy, FRUSTRATED - 0.01)
    return round(max(-0.5, min(heavy, 1.0)), 2)


def _is_slight(sign: Sign) -> bool:
    """Whether a sign says nothing without others; a whole request made again is more than the word for it."""
    return sign.name in ("delay", "kind words") or (
        sign.name == "repetition" and sign.weight <= WEIGHTS["repetition"]
    )


def _at_most(found: Iterable[Sign]) -> Iterator[Sign]:
    seen: dict[str, int] = {}
    for sign in found:
        seen[sign.name] = seen.get(sign.name, 0) + 1
        if seen[sign.name] <= MOST_OF_ONE:
            yield sign


def _worded(text: str, lists: _Lists) -> Iterator[Sign]:
    lowered = _lower(text)
    lowered = lists.soothing.sub(lambda match: " " * len(match[0]), lowered)
    taken: list[tuple[int, int]] = []
    for name, pattern in lists.patterns.items():
        for match in pattern.finditer(lowered):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            before = lowered[max(0, match.start() - 24) : match.start()]
            weight = WEIGHTS[name]
            if weight > 0 and name != "repetition" and lists.denied.search(before):
                continue
            if name in ("strong words", "negative words"):
                taken.append(match.span())
                weight *= VERY if lists.very.search(before) else 1.0
            yield Sign(name, text[slice(*match.span())], weight)


def _loud(text: str) -> Iterator[Sign]:
    words = _WORD.findall(text)
    loud = [word for word in words if word.isupper()]
    run = _CAPITALS.search(text)
    if (len(loud) >= _LEAST_CAPITALS and len(loud) * 2 > len(words)) or (
        run is not None and len(run[0]) >= 8 and len(_WORD.findall(run[0])) >= _LEAST_CAPITALS
    ):
        yield Sign("capitals", run[0] if run is not None else loud[0], WEIGHTS["capitals"])


def _marks(text: str) -> Iterator[Sign]:
    """Runs of marks, with the last words before them."""
    match = _SHOUTING.search(text)
    if match is None:
        return
    before = re.split(r"[.!?\n]", text[max(0, match.start() - 40) : match.start()])[-1]
    cut = len(before) == 40 and " " in before
    shown = (before.partition(" ")[2] if cut else before) + match[0]
    yield Sign("exclamation", shown.strip(), WEIGHTS["exclamation"])


@dataclass(frozen=True, slots=True)
class _Lists:
    patterns: Mapping[SignName, re.Pattern[str]]
    very: re.Pattern[str]
    denied: re.Pattern[str]
    soothing: re.Pattern[str]


@cache
def _read(path: Path) -> _Lists:
    lists: Mapping[str, Sequence[str]] = tomllib.loads(path.read_text(encoding="utf-8"))
    return _Lists(
        {name: _whole(lists[key]) for name, key in _LISTS.items()},
        # The word itself may come one word later: "not at all angry".
        re.compile(rf"(?<!\w)(?:{'|'.join(lists['very'])})\s+(?:\w+\s+)?$"),
        re.compile(rf"(?<!\w)(?:{'|'.join(lists['denied'])})\s+(?:\w+\s+)?$"),
        _whole(lists["soothing"]),
    )


def _whole(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)")


def _lower(text: str) -> str:
    """Lower case and straight apostrophes, every character in its place."""
    straight = text.replace("’", "'").replace("`", "'")
    lowered = straight.lower()
    same = len(lowered) == len(text)
    return lowered if same else "".join(c.lower() if len(c.lower()) == 1 else c for c in straight)
