"""How a message sounds: the desk's reading of moods, of one message and in the light of those before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.understanding.reading import Mood, MoodLabel
from handoff.casefile.mood import Alike, Felt, Label, felt
from handoff.casefile.signs import SHIPPED, Sign, SignName, signs, strength
from handoff.escalation import Line

# The names of the signs in the sentence that tells why a person must come.
SAID: Mapping[SignName, str] = {
    "repetition": "repetition",
    "threat to leave": "a threat to leave",
    "capitals": "capitals",
    "exclamation": "marks",
    "curt": "a curt reply",
    "delay": "a long wait",
}
LABELS: Mapping[Label, MoodLabel] = {
    "pleased": "calm",
    "calm": "calm",
    "frustrated": "annoyed",
    "angry": "upset",
}
MOST_QUOTED = 80


class MoodReader:
    """Reads the moods of one language, by its mood.toml; by capitals and marks alone where it has none."""

    def __init__(self, words: Path | None) -> None:
        self._lists = () if words is None else (words,)

    def read(self, text: str) -> Mood:
        """The mood of one message; the evidence quotes the customer."""
        found = signs(text, self._lists)
        return _mood(Felt(1, strength(found), found))


def in_light_of(said: Sequence[Line], alike: Alike | None = None, lists: Sequence[Path] = SHIPPED) -> Mood:
    """The mood of the last of the customer's messages, oldest first, beside what they said before it."""
    return _mood(felt(said, alike, lists))


def _mood(read: Felt) -> Mood:
    told = [sign for sign in read.signs if sign.name != "kind words"]
    return Mood(
        LABELS[read.label],
        max(0.0, read.strength),
        tuple(_evidence(sign) for sign in told),
        any(sign.name == "threat to leave" for sign in told),
    )


def _evidence(sign: Sign) -> str:
    quoted = " ".join(sign.words.split())
    quoted = quoted if len(quoted) <= MOST_QUOTED else quoted[: MOST_QUOTED - 1].rstrip() + "…"
    return f"{SAID.get(sign.name, 'words')} “{quoted}”"
