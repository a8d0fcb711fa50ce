"""How the customer feels, and where it is going, from signs that can be shown. Pure.

The bot acts on the reading of each message, the summary shows the last ones and their trend: one reading.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal, TypeAlias

from handoff.casefile.claim import Evidence, must_cite
from handoff.casefile.signs import ANGRY, FRUSTRATED, SHIPPED, WEIGHTS, Sign, signs, strength
from handoff.escalation import Line
from handoff.finding.masking import mask

Label = Literal["pleased", "calm", "frustrated", "angry"]
Trend = Literal["better", "steady", "worse"]

Alike: TypeAlias = Callable[[str, str], float]
"""How alike two messages are in meaning, in [-1, 1]; from SAME_MEANING on they ask for the same."""

SAME_MEANING = 0.8
SAME_WORDS = 0.6  # share of common words from which two messages say the same
LOOKED_BACK = 5  # messages
LONG_WORDS, CURT_WORDS = 15, 2  # what is curt is so after something long
WAITED = timedelta(minutes=10)
PLEASED = -0.25
_CHANGE = 0.12  # of the mean strength, before it counts as a trend
_LAST = 3  # messages make the label

_TOKEN = re.compile(r"\w{4,}")
_PLAIN = re.compile(
    r"\W*(?:yes|yeah|yep|ok|okay|sure|no|nope|done|thanks?|thank you|hi|hello|bye|ja|nei|takk|greit|ferdig"
    r"|hei|ha det)\W*"
)


@dataclass(frozen=True, slots=True)
class Felt:
    """One message's reading: its number, its strength in [-0.5, 1], and its signs."""

    message: int
    strength: float
    signs: tuple[Sign, ...] = ()

    @property
    def label(self) -> Label:
        return labelled(self.strength)


@dataclass(frozen=True, slots=True)
class Mood:
    """The mood of the last messages and its trend; `messages` are those it was read from."""

    label: Label
    trend: Trend
    messages: tuple[int, ...]
    evidence: tuple[Evidence, ...] = ()

    def __post_init__(self) -> None:
        must_cite(self.messages, "mood")


def labelled(heard: float) -> Label:
    """The word for a strength."""
    if heard >= ANGRY:
        return "angry"
    if heard >= FRUSTRATED:
        return "frustrated"
    return "pleased" if heard <= PLEASED else "calm"


def felt(said: Sequence[Line], alike: Alike | None = None, lists: Sequence[Path] = SHIPPED) -> Felt:
    """The reading of the last of the customer's messages, oldest first, in the light of those before it.

    alike: tells by meaning whether two messages ask for the same; by their words where there is none.
    lists: the mood.toml of each language that customers write in.
    """
    *earlier, line = said
    found = (*signs(line.text, lists), *_in_light_of(earlier, line, alike))
    return Felt(line.number, strength(found), found)


def mood(said: Sequence[Line], alike: Alike | None = None, lists: Sequence[Path] = SHIPPED) -> Mood:
    """The mood of the customer's messages, oldest first; at least one is needed.

    The strongest of the last three, and what they add up to, make the label, the second half against the
    first half the trend.
    """
    read = [felt(said[: at + 1], alike, lists) for at in range(len(said))]
    label = _label(read[-_LAST:])
    evidence = [
        Evidence(sign.name, mask(sign.words.strip()), (each.message,)) for each in read for sign in each.signs
    ]
    shown = [found for found in evidence if (found.sign == "kind words") == (label == "pleased")]
    return Mood(
        label,
        _trend([each.strength for each in read]),
        tuple(line.number for line in said),
        () if label == "calm" else tuple(shown[-6:]),
    )


def _in_light_of(earlier: Sequence[Line], line: Line, alike: Alike | None) -> Iterator[Sign]:
    """The signs that show only beside what was said before."""
    if not earlier:
        return
    shown = line.text[:120]
    if any(_same(line.text, other.text, alike) for other in earlier[-LOOKED_BACK:]):
        yield Sign("repetition", shown, WEIGHTS["negative words"])
    long = max(len(other.text.split()) for other in earlier[-LOOKED_BACK:]) >= LONG_WORDS
    if long and len(line.text.split()) <= CURT_WORDS and not _PLAIN.fullmatch(line.text.lower()):
        yield Sign("curt", shown, WEIGHTS["curt"])
    if line.at - earlier[-1].at >= WAITED:
        yield Sign("delay", shown, WEIGHTS["delay"])


def _same(one: str, other: str, alike: Alike | None) -> bool:
    """Whether two messages ask for the same, and are long enough to tell."""
    words, others = _content(one), _content(other)
    if len(words) >= 3 and len(words & others) >= SAME_WORDS * len(words | others):
        return True
    return alike is not None and min(len(words), len(others)) >= 3 and alike(one, other) >= SAME_MEANING


def _content(text: str) -> frozenset[str]:
    return frozenset(_TOKEN.findall(text.casefold()))


def _label(last: Sequence[Felt]) -> Label:
    hottest = max(each.strength for each in last)
    together = sum(each.strength for each in last)
    if hottest >= ANGRY or together >= 1.0:
        return "angry"
    if hottest >= FRUSTRATED and together > 0:
        return "frustrated"
    return "pleased" if hottest <= 0 and together <= PLEASED else "calm"


def _trend(heard: Sequence[float]) -> Trend:
    half = len(heard) // 2
    if half == 0:
        return "steady"
    change = sum(heard[half:]) / (len(heard) - half) - sum(heard[:half]) / half
    return "worse" if change > _CHANGE else "better" if change < -_CHANGE else "steady"
