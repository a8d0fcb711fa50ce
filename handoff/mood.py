"""How the customer feels, and where it is going, from signs that can be shown. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from handoff.claim import Evidence, must_cite
from handoff.escalation import Line
from handoff.lexicon import DENIED, KIND, LEAVING, MILD, STRONG, lower
from handoff.masking import mask

Label = Literal["pleased", "calm", "frustrated", "angry"]
Trend = Literal["better", "steady", "worse"]


@dataclass(frozen=True, slots=True)
class Mood:
    """The mood of the last messages and its trend; `messages` are those it was read from."""

    label: Label
    trend: Trend
    messages: tuple[int, ...]
    evidence: tuple[Evidence, ...] = ()

    def __post_init__(self) -> None:
        must_cite(self.messages, "mood")


_ALONE = re.compile(r"\b(?:h[ae]llo+\?+|anyone there|anybody there|er det noen der)")
_SHOUT = re.compile(r"[?!]{2,}")
_CAPITALS = re.compile(r"\b[A-ZÆØÅ]{3,}(?:[ ,'’-]+[A-ZÆØÅ]{2,})+\b|\b[A-ZÆØÅ]{5,}\b(?=[^\w]*!)")
_TOKEN = re.compile(r"\w{4,}")

_SAME = 0.6  # share of common words from which two messages say the same
_SIGNS: Sequence[tuple[str, re.Pattern[str], int]] = (
    ("strong words", STRONG, 2),
    ("negative words", MILD, 1),
    ("threat to leave", LEAVING, 2),
    ("capitals", _CAPITALS, 2),
    ("exclamation", _SHOUT, 1),
    ("nobody answers", _ALONE, 1),
    ("kind words", KIND, -1),
)


def mood(said: Sequence[Line]) -> Mood:
    """The mood of the customer's messages, oldest first; at least one is needed.

    Each sign adds heat to its message, kind words take some away; the last three messages make the label, the
    second half against the first half the trend.
    """
    heats: list[int] = []
    evidence: list[Evidence] = []
    for i, line in enumerate(said):
        signs = [*_signs(line), *_repeats(line, said[:i])]
        heats.append(max(-1, min(4, sum(heat for _, heat in signs))))
        evidence.extend(found for found, _ in signs)
    label = _label(heats[-3:])
    shown = [found for found in evidence if (found.sign == "kind words") == (label == "pleased")]
    return Mood(
        label,
        _trend(heats),
        tuple(line.number for line in said),
        () if label == "calm" else tuple(shown[-6:]),
    )


def _signs(line: Line) -> Iterator[tuple[Evidence, int]]:
    lowered = lower(line.text)
    for sign, pattern, heat in _SIGNS:
        for match in pattern.finditer(line.text if pattern is _CAPITALS else lowered):
            if heat > 0 and DENIED.search(line.text[max(0, match.start() - 20) : match.start()]):
                continue
            words = _clause(line.text, match) if pattern is _SHOUT else line.text[slice(*match.span())]
            yield Evidence(sign, mask(words.strip()), (line.number,)), heat
            break  # a sign counts once a message


def _clause(text: str, match: re.Match[str]) -> str:
    """The exclamation marks with the last words before them."""
    before = re.split(r"[.!?\n]", text[max(0, match.start() - 40) : match.start()])[-1]
    cut = len(before) == 40 and " " in before
    return (before.partition(" ")[2] if cut else before) + match.group()


def _repeats(line: Line, earlier: Sequence[Line]) -> Iterator[tuple[Evidence, int]]:
    words = _content(line.text)
    for other in earlier:
        common = _content(other.text)
        if len(words) >= 3 and len(words & common) >= _SAME * len(words | common):
            yield Evidence("repetition", mask(line.text[:120]), (line.number,)), 1
            return


def _content(text: str) -> frozenset[str]:
    return frozenset(_TOKEN.findall(text.casefold()))


def _label(heats: Sequence[int]) -> Label:
    hottest = max(heats)
    if hottest >= 3 or sum(heats) >= 4:
        return "angry"
    if hottest >= 1 and sum(heats) > 0:
        return "frustrated"
    return "pleased" if hottest <= 0 and sum(heats) < 0 else "calm"


def _trend(heats: Sequence[int]) -> Trend:
    half = len(heats) // 2
    if half == 0:
        return "steady"
    change = sum(heats[half:]) / (len(heats) - half) - sum(heats[:half]) / half
    return "worse" if change > 0.5 else "better" if change < -0.5 else "steady"
