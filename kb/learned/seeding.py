"""Begins an article from what customers asked and agents answered: their words, each with its source. Pure.

Nothing here is written for the editor; it is laid out for them to write from.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kb.article import QUESTIONS, TITLE_CHARACTERS
from kb.learned.lesson import Lesson, best_replies

QUOTED = 4
"""Replies quoted at most."""

PHRASINGS = 12
"""Customers' phrasings taken over at most."""

_PLACEHOLDER = re.compile(r"\s*\[[^\]\n]{3,24}\]")
_OPENING = re.compile(
    r"^(?:(?:hi|hello|hey|hei|hallo|good (?:morning|day|evening)|god (?:morgen|dag|kveld))\b[\s,.!]*)+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Seed:
    """What a new draft begins with."""

    title: str
    body: str
    questions: tuple[str, ...]
    language: str


@dataclass(frozen=True, slots=True)
class _Words:
    """What a draft says by itself, in its own language."""

    lead: str
    cite: str
    cite_only: str
    empty: str
    heading: str
    work_in: str


_WORDS: Mapping[str, _Words] = {
    "en": _Words(
        "What agents told customers. Write the article from it, then delete the quotes:",
        "{agent}, case #{case}, message {number}",
        "{agent}, case #{case}",
        "No agent has answered this yet. Customers asked:",
        "From agents' replies",
        "Work this into the text above, then delete this section:",
    ),
    "nb": _Words(
        "Dette har medarbeidere svart kunder. Skriv artikkelen ut fra det, og slett så sitatene:",
        "{agent}, sak #{case}, melding {number}",
        "{agent}, sak #{case}",
        "Ingen medarbeider har svart på dette ennå. Kundene spurte:",
        "Fra svar til kunder",
        "Arbeid dette inn i teksten over, og slett så denne delen:",
    ),
}


def seed(clearest: str, questions: Sequence[str], lessons: Sequence[Lesson], language: str) -> Seed:
    """The draft: a title from the clearest question, phrasings to find it by, replies quoted and cited.

    questions: customers' words, the most telling first. lessons: of any language; those of the article's come
    first.
    """
    words = _WORDS.get(language, _WORDS["en"])
    own = [lesson for lesson in lessons if lesson.language == language] or list(lessons)
    quotes = _quotes(own, words)
    if quotes:
        body = "\n\n".join((words.lead, *quotes))
    else:
        asked = questions or (clearest,)
        body = "\n".join((words.empty, "", *(f"- {question}" for question in asked[:PHRASINGS])))
    return Seed(title_of(clearest), f"{body}\n", phrasings(questions), language)


def extended(body: str, lesson: Lesson, language: str) -> str:
    """The article's text with the case's replies at its end, quoted and cited under a heading of their own.

    language: the article's, which the heading is in. Replies that stand there already are not added again.
    """
    words = _WORDS.get(language, _WORDS["en"])
    heading = f"## {words.heading}"
    new = [quote for quote in _quotes([lesson], words) if quote not in body]
    begun = heading in body.splitlines()
    if not new:
        return body
    return "\n\n".join((body.rstrip(), *(() if begun else (heading, words.work_in)), *new)) + "\n"


def title_of(question: str) -> str:
    """A question as a title: without a greeting and placeholders, one line, with a capital letter."""
    bare = " ".join(_PLACEHOLDER.sub("", _OPENING.sub("", question)).split())
    if len(bare) > TITLE_CHARACTERS:
        bare = bare[: TITLE_CHARACTERS - 1].rpartition(" ")[0] + "…"
    return bare[:1].upper() + bare[1:] or question[:TITLE_CHARACTERS].strip() or "?"


def phrasings(questions: Sequence[str]) -> tuple[str, ...]:
    """Different phrasings, without placeholders, at most PHRASINGS; curt ones and stories are left out."""
    found: dict[str, str] = {}
    for question in questions:
        bare = " ".join(_PLACEHOLDER.sub("", question).split())
        if len(bare.split()) >= 2 and len(bare) <= TITLE_CHARACTERS:
            found.setdefault(bare.casefold().rstrip(" ?!."), bare)
    return tuple(found.values())[: min(PHRASINGS, QUESTIONS)]


def _quotes(lessons: Sequence[Lesson], words: _Words) -> list[str]:
    return [
        _quote(reply.text, _cite(words, reply.agent, lesson.case, reply.number))
        for lesson, reply in best_replies(lessons, QUOTED)
    ]


def _quote(text: str, cite: str) -> str:
    lines = [f"> {line}".rstrip() for line in text.strip().splitlines()]
    return "\n".join((*lines, ">", f"> — {cite}"))


def _cite(words: _Words, agent: str, case: int, number: int | None) -> str:
    form = words.cite_only if number is None else words.cite
    return form.format(agent=agent, case=case, number=number)
