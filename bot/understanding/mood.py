"""How the customer sounds, read from signs that can be pointed at."""

from __future__ import annotations

import re

from bot.understanding.reading import Mood, MoodLabel
from bot.understanding.words import Words, plain, whole_words

# What each kind of sign adds; a kind counts at most twice. From ANNOYED and UPSET on the label changes.
WEIGHTS = {"negative": 0.25, "strong": 0.45, "again": 0.15, "leaving": 0.35}
CAPITALS, MARKS = 0.3, 0.2
ANNOYED, UPSET = 0.25, 0.6

SHOUTING = re.compile(r"(?:!\s*){2,}|\?{3,}|(?:\?!|!\?)[?!]*")
WORD = re.compile(r"(?<![\w-])[^\W\d_]{2,}(?![\w-])")
LEAST_CAPITALS = 3
MOST_CHARACTERS = 4_000


class MoodReader:
    """Reads the moods of one language."""

    def __init__(self, words: Words | None) -> None:
        lists = words.mood if words is not None else {}
        self._signs = {kind: whole_words(lists[kind]) for kind in WEIGHTS if lists.get(kind)}
        self._soothing = whole_words(lists["soothing"]) if lists.get("soothing") else None

    def read(self, text: str) -> Mood:
        """The mood of one message; the evidence quotes the customer."""
        text = text[:MOST_CHARACTERS]
        lowered = plain(text)
        if self._soothing is not None:
            lowered = self._soothing.sub(" ", lowered)
        strength, evidence = 0.0, []
        leaving = False
        for kind, pattern in self._signs.items():
            found = list(dict.fromkeys(match[0] for match in pattern.finditer(lowered)))[:2]
            strength += WEIGHTS[kind] * len(found)
            leaving = leaving or (kind == "leaving" and bool(found))
            said = {"again": "repetition", "leaving": "a threat to leave"}.get(kind, "words")
            evidence += [f"{said} “{each}”" for each in found]
        loud = _capitals(text)
        if loud:
            strength += CAPITALS
            evidence.append(f"capitals “{' '.join(loud[:4])}”")
        marks = SHOUTING.search(text)
        if marks is not None:
            strength += MARKS
            evidence.append(f"marks “{marks[0].strip()[:6]}”")
        strength = min(strength, 1.0)
        # Said again is no mood by itself: "is it still possible to return this?"
        only_again = all(each.startswith("repetition") for each in evidence)
        label: MoodLabel = "calm"
        if not only_again and strength >= ANNOYED:
            label = "upset" if strength >= UPSET else "annoyed"
        return Mood(label, round(strength, 2), tuple(evidence), leaving)


def _capitals(text: str) -> list[str]:
    """The words shouted in capitals: at least three and half of all, so that codes like `INV` don't count."""
    words = WORD.findall(text)
    loud = [word for word in words if word.isupper()]
    return loud if len(loud) >= LEAST_CAPITALS and len(loud) * 2 > len(words) else []
