"""Which parts of a passage a question asks for, with all that they need to be understood.

Parts are sentences and whole lists. Where the words don't tell, nothing is left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from kb.retrieval.lexical import terms

ENOUGH = 45
"""Words that are read at a glance: a passage of no more is left as it is."""

ONE_BREATH = 60
"""Words of a paragraph that is shown or left out as a whole."""

SCENE = 12
"""Words of a first sentence that is kept whatever was asked: it says what all that follows is about."""

LEAST_KEPT = 20
"""Words below which an answer is more likely to have lost something than to be to the point."""

WORTH_IT = 0.8
"""The largest share of a passage that is still shorter enough to be shown alone."""

NEAR_BEST = 0.6
"""The share of the best part's score from which another part is asked for too."""

LEAST_SCORE = 1.0
"""What the best part must score for the words to tell anything: one telling word that few parts share."""

_AMOUNT_BONUS = 0.8

_LEANS = re.compile(
    r"""(?:it|its|they|them|their|theirs|this|that|these|those|he|she|both|neither|either|each|such|one|others?
    |for\sexample|that['’]s\sit|next|then|now|finally|click|select|choose|press|tap|enter|type|scroll
    |there|here|so|also|too|but|however|instead|otherwise|else|and|or|yet|still|after\s(?:that|this)
    |before\s(?:that|this)|until\sthen|in\s(?:that|this|both|either)\b|for\s(?:that|this)|the\s(?:other|same|rest)
    |if\s(?:it|they|so|not|that|this|he|she|you\sdo|you\sdon['’]t)\b|when\s(?:it|they|this|that|you)\b
    |once\s(?:it|they|that|you)\b|after\syou\b|at\s(?:this|that)\spoint|except|only\sthen|afterwards|meanwhile|again
    |for\seksempel|neste|nå|til\sslutt|klikk|velg|trykk|skriv|tast
    |den|det|de|dem|deres|denne|dette|disse|begge|ingen\sav|hver\sav|slik|slike|da|der|her|så|også|men|likevel
    |i\sstedet|ellers|og|eller|etter\s(?:det|dette)|deretter|før\s(?:det|dette)|til\sda|for\s(?:det|dette)
    |i\s(?:så|begge|det|dette)\b|hvis\s(?:den|det|de|ikke|så|dette)\b|når\s(?:den|det|de|dette|du)\b|resten
    |etterpå|imens|igjen|bare\sda|unntatt|(?:gjør|går|blir|er|kommer|viser|virker)\s(?:den|det|de)
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""How a sentence begins that can't stand without the one before it: it refers back, or says what to do next.
In Bokmål "går det" is an "if it" as well."""

_BINDS = re.compile(
    r"\b(?:if|unless|except|but|however|never|don['’]t|do\snot|can['’]?t|cannot|must|only|not|without|otherwise"
    r"|remember|warning|careful|until|at\s(?:most|least)|before|first"
    r"|hvis|med\smindre|bortsett|unntatt|men|aldri|ikke|kan\sikke|må|bare|kun|uten|ellers|husk|advarsel|forsiktig"
    r"|før|først|høyst|minst|til)\b",
    re.IGNORECASE,
)
"""Conditions, exceptions and warnings, which must not be lost where they follow what was asked for."""

_LIMITS = re.compile(
    r"(?:if|unless|except|while|until|never|don['’]t|do\snot|only|note|remember|warning|careful|important|no\s\w+\?"
    r"|\w+\s(?:du|dere|den|det|de|vi)|hvis|med\smindre|unntatt|mens|til|aldri|ikke|bare|kun|merk|husk"
    r"|advarsel|forsiktig|viktig)\b",
    re.IGNORECASE,
)

_POINTS = re.compile(r"\b(?:following|below|like\sthis|these|følgende|nedenfor|slik|disse)\b", re.IGNORECASE)

_BOLD_LINE = re.compile(r"\*\*[^*]+\*\*")

_AMOUNT = re.compile(r"\d")
_ASKS_AMOUNT = re.compile(
    r"\b(?:how\s(?:long|much|many|soon|late|often|far|old|big|fast|quick\w*)|when|what\s(?:time|price|hours)|costs?"
    r"|price\w*|fee|hvor\s(?:lenge|lang|mye|mange|fort|raskt|sent|ofte|langt|gammel|stor|snart)|når|koster|prisen?"
    r"|gebyr)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Part:
    """A sentence, or a whole list with the line that leads into it; `paragraph` is the block it stands in.

    steps: the list is one of steps, which is never left out.
    """

    text: str
    paragraph: int
    whole: bool = False
    steps: bool = False

    @property
    def words(self) -> int:
        return len(self.text.split())

    @property
    def announces(self) -> bool:
        """Whether it only leads in what comes next: it ends with a colon, or is a line in bold by itself."""
        return self.text.endswith(":") or _BOLD_LINE.fullmatch(self.text) is not None


def select(question: str, parts: Sequence[Part]) -> tuple[int, ...]:
    """The numbers of the parts to show, in order; all of them where the question's words don't tell."""
    every = tuple(range(len(parts)))
    total = sum(part.words for part in parts)
    if total <= ENOUGH or len(parts) < 2:
        return every
    scores = _scores(question, parts)
    best = max(scores)
    if best < LEAST_SCORE:
        return every
    asked = {number for number in every if scores[number] >= NEAR_BEST * best or parts[number].steps}
    chosen = _understandable(_together(asked, parts), parts)
    kept = sum(parts[number].words for number in chosen)
    return tuple(sorted(chosen)) if LEAST_KEPT <= kept <= WORTH_IT * total else every


def _scores(question: str, parts: Sequence[Part]) -> list[float]:
    """What of the question each part speaks of: a term weighs less, the more parts share it."""
    asked = set(terms(question))
    held = [set(terms(part.text)) & asked for part in parts]
    spread = Counter(term for found in held for term in found)
    scores = [sum(1 / spread[term] ** 0.5 for term in found) for found in held]
    if _ASKS_AMOUNT.search(question):
        scores = [
            score + _AMOUNT_BONUS if score and _AMOUNT.search(part.text) else score
            for score, part in zip(scores, parts, strict=True)
        ]
    return scores


def _together(chosen: set[int], parts: Sequence[Part]) -> set[int]:
    """With the rest of their paragraphs, which only long ones are parted from."""
    words = Counter[int]()
    for part in parts:
        words[part.paragraph] += part.words
    whole = {parts[number].paragraph for number in chosen if words[parts[number].paragraph] <= ONE_BREATH}
    return chosen | {number for number, part in enumerate(parts) if part.paragraph in whole}


def _understandable(chosen: set[int], parts: Sequence[Part]) -> set[int]:
    """With the line that sets the scene, what binds each after it, and what each needs before it."""
    chosen = chosen | ({0} if parts[0].words <= SCENE and not parts[0].whole else set())
    for number in sorted(chosen):
        following = number + 1
        while following < len(parts) and _follows(parts[following], parts[following - 1]):
            chosen.add(following)
            following += 1
    for number in sorted(chosen, reverse=True):
        needs = number
        while needs > 0 and (_leans(parts[needs].text) or parts[needs - 1].announces):
            needs -= 1
            chosen.add(needs)
    return chosen


def _follows(part: Part, chosen: Part) -> bool:
    """Whether a part after a chosen one speaks of it still, or limits what it says."""
    if chosen.announces or (part.whole and _POINTS.search(chosen.text)):
        return True
    if part.paragraph == chosen.paragraph:
        return _leans(part.text) or _BINDS.search(part.text) is not None
    return not part.whole and (_limits(part.text) or _leans(part.text))


def _leans(text: str) -> bool:
    return _LEANS.match(text.lstrip('*_`"“«( ')) is not None


def _limits(text: str) -> bool:
    """Whether a paragraph begins with a condition, or with what a reader must not do."""
    return _LIMITS.match(text.lstrip('*_`"“«( ')) is not None
