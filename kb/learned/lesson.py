"""What a resolved case teaches: the question, agents' replies word for word, their time. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from kb.article import ArticleId
from kb.errors import NoProposalError

TAUGHT = ("solved", "returned")
"""How a case must have ended for its replies to be worth an article."""

LEAST_WORDS = 7
"""A reply of fewer words greets, thanks or asks for patience; nobody can be helped by quoting it."""

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


class ProposalState(StrEnum):
    """Where a proposal stands with the editors; `silent` says nothing that an article could quote."""

    SILENT = "silent"
    NEW = "new"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"


class Relation(StrEnum):
    """What a proposal is to the published article nearest to it."""

    NEW = "new"
    EXTENDS = "extends"
    CORRECTS = "corrects"  # the customer had been given that article and rejected it


@dataclass(frozen=True, slots=True)
class Reply:
    """An agent's words to a customer; `number` is the message's, None while it is on its way."""

    number: int | None
    agent: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Lesson:
    """One resolved case, without anything that points to the customer.

    `asked_in` are the numbers of the messages that hold the question; `minutes` is agents' time.
    """

    case: int
    conversation: str
    language: str
    question: str
    asked_in: tuple[int, ...]
    replies: tuple[Reply, ...]
    minutes: float
    outcome: str
    reason: str
    resolved_at: datetime

    @property
    def telling(self) -> tuple[Reply, ...]:
        """The replies that tell something, in their order."""
        return tuple(reply for reply in self.replies if tells(reply.text))

    @property
    def teaches(self) -> bool:
        """Whether an article could be written from it."""
        return self.outcome in TAUGHT and bool(self.question.strip()) and bool(self.telling)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A lesson as the editors see it: where it belongs, and what they decided.

    `gap` is the one its question is in. `near` is the published article nearest to the question, or the one
    that the customer rejected. `draft` is the article that came of it, `because` why there is none.
    """

    lesson: Lesson
    state: ProposalState
    gap: int | None
    near: ArticleId | None
    near_title: str
    relation: Relation
    draft: ArticleId | None = None
    because: str = ""
    by: str = ""
    decided_at: datetime | None = None

    def accepted(self, draft: ArticleId, by: str, at: datetime) -> Proposal:
        """The proposal as a draft. Raises NoProposalError if it was decided already."""
        self._must_wait()
        return replace(self, state=ProposalState.ACCEPTED, draft=draft, by=by, decided_at=at)

    def dismissed(self, because: str, by: str, at: datetime) -> Proposal:
        """The proposal set aside. Raises NoProposalError if it was decided already."""
        self._must_wait()
        return replace(self, state=ProposalState.DISMISSED, because=because, by=by, decided_at=at)

    def _must_wait(self) -> None:
        if self.state is not ProposalState.NEW:
            raise NoProposalError(self.lesson.case)


def tells(text: str) -> bool:
    """Whether a reply says something: enough words, and not only a question back."""
    parts = [part for part in re.split(r"(?<=[.!?])\s+|\n+", text.strip()) if part]
    told = " ".join(part for part in parts if not part.rstrip().endswith("?"))
    return len(_WORD.findall(told)) >= LEAST_WORDS


def best_replies(lessons: Sequence[Lesson], most: int) -> tuple[tuple[Lesson, Reply], ...]:
    """The replies that tell most, of different cases first, in the order of cases and messages.

    How much a reply tells is how many words it has, numbered steps counted twice.
    """
    # What agents send again and again is one reply.
    once = {
        " ".join(reply.text.split()).casefold(): (lesson, reply)
        for lesson in lessons
        if lesson.teaches
        for reply in lesson.telling
    }
    found = list(once.values())
    by_case: dict[int, int] = {}
    chosen: list[tuple[int, float, Lesson, Reply]] = []
    for lesson, reply in sorted(found, key=lambda each: -_weight(each[1].text)):
        place = by_case[lesson.case] = by_case.get(lesson.case, -1) + 1
        chosen.append((place, -_weight(reply.text), lesson, reply))
    first = sorted(chosen, key=lambda each: each[:2])[:most]
    return tuple(
        (lesson, reply) for *_, lesson, reply in sorted(first, key=lambda each: (each[2].case, each[3].at))
    )


def _weight(text: str) -> float:
    steps = re.findall(r"^\s*\d+[.)]\s+.*$", text, re.MULTILINE)
    return min(len(_WORD.findall(text)), 150) + sum(len(_WORD.findall(step)) for step in steps)
