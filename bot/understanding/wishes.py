"""Two wishes in one message: where it falls into clauses, and which of them are wishes of their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.understanding.ranking import Ranking
from bot.understanding.reading import Entity, Wish

# A sentence ends, or a connective begins another clause; which languages a customer mixes does not matter.
BOUNDARY = re.compile(
    r"(?<=[.!?;\n])\s+|\n+"
    r"|,?\s+(?:and|&|plus|og|samt)\s+(?:(?:also|then|so|så)\s+)?"
    r"(?=(?:also|can|could|would|will|how|what|when|where|why|which|who|is|are|do|does|did|has|have|please"
    r"|tell|show|give|send|change|cancel|update|check|return|reset|track|close|stop|refund|help|want|need|my|we|i"
    r"|kan|vil|hvor|hva|hvordan|når|hvorfor|hvem|er|har|skal|må|også|avbestill\w*|endre|sende?|sjekke?|få|bytte?"
    r"|si|vis|gi|stopp\w*|ønsker|trenger|returnere?|mitt?|min|vi|jeg|i'd|i'm|where's|what's|how's|when's)\b)"
    r"|,\s+(?:also|and also|then|i tillegg|dessuten|og så)\s+",
    re.IGNORECASE,
)
LEAST_WORDS = 2
MOST_CLAUSES = 4
MOST_CHARACTERS = 600  # a longer message tells a story
LEAST_CERTAINTY = 0.6
# The other clause's intent must be this unlikely in a clause, for two readings not to be one said twice.
MOST_SHARED = 0.25
# What is said beside a wish, by the names that assistants give it, and what is no wish at all.
MANNERS = re.compile(
    r"(?:.*_)?(?:greet|greetings?|hello|hi|goodbye|good_?bye|bye|thanks?|thank_?you|affirm|deny|yes|no|ok|confirm|agree"
    r"|disagree|mood_\w+|chitchat\w*|chit_chat|smalltalk|inform|out_of_scope|nlu_fallback|fallback|none|acknowledge"
    r"|bot_challenge|helped|did_not_help|stop|restart|back|session_start)(?:_.*)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Clause:
    """Characters `start` to `end` of a message."""

    start: int
    end: int
    text: str


def clauses(message: str) -> tuple[Clause, ...]:
    """The clauses of a message that may be wishes of their own; none where it is plainly one."""
    if len(message) > MOST_CHARACTERS:
        return ()
    found: list[Clause] = []
    start = 0
    ends = [(match.start(), match.end()) for match in BOUNDARY.finditer(message)]
    for end, following in [*ends, (len(message), len(message))]:
        text = message[start:end].strip(" \t\n,;")
        if len(text.split()) >= LEAST_WORDS:
            first = message.index(text, start)
            found.append(Clause(first, first + len(text), text))
        start = following
    return tuple(found) if 2 <= len(found) <= MOST_CLAUSES else ()


def worth_reading(found: Sequence[Clause], by_words: Callable[[str], Ranking]) -> bool:
    """Whether the words alone already tell two of the clauses apart, before vectors are made of them."""
    first = [ranking.intents[0].name for each in found if (ranking := by_words(each.text)).intents]
    return len({name for name in first if not MANNERS.fullmatch(name)}) > 1


def wishes(
    found: Sequence[Clause], rankings: Sequence[Ranking], entities: Sequence[Entity]
) -> tuple[Wish, ...]:
    """The clauses that are surely different wishes, in their order; none where there are not two."""
    kept: list[tuple[Clause, Ranking]] = []
    for clause, ranking in zip(found, rankings, strict=True):
        if not ranking.intents:
            continue
        best = ranking.intents[0]
        if ranking.known * best.probability < LEAST_CERTAINTY or MANNERS.fullmatch(best.name):
            continue
        if all(_apart(ranking, other) for _, other in kept):
            kept.append((clause, ranking))
    if len(kept) < 2:
        return ()
    return tuple(
        Wish(
            clause.start,
            clause.end,
            clause.text,
            ranking.intents[0],
            tuple(each for each in entities if clause.start <= each.start and each.end <= clause.end),
        )
        for clause, ranking in kept
    )


def _apart(one: Ranking, other: Ranking) -> bool:
    """Whether the two are of different intents, each unlikely in the other."""
    return (
        _chance(one, other.intents[0].name) < MOST_SHARED
        and _chance(other, one.intents[0].name) < MOST_SHARED
    )


def _chance(ranking: Ranking, intent: str) -> float:
    return next((each.probability for each in ranking.intents if each.name == intent), 0.0)
