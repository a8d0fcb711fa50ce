"""An article, its frozen revisions, and the one table of what may happen to it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from kb.errors import ArticleInvalidError, NotAllowedError

ArticleId = NewType("ArticleId", str)

TITLE_CHARACTERS = 200
BODY_CHARACTERS = 200_000
QUESTIONS = 50

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_ID = re.compile(r"[\w./-]{1,200}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_UNFOLDED = str.maketrans({"ø": "o", "æ": "ae", "å": "a", "ß": "ss", "đ": "d", "ł": "l"})


class Status(StrEnum):
    """Where an article stands with its editors; whether it answers is `live`, not this."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class Event(StrEnum):
    """What has happened to an article."""

    REVISED = "revised"
    SUBMITTED = "submitted"
    PUBLISHED = "published"
    ARCHIVED = "archived"
    RESTORED = "restored"


TRANSITIONS: dict[Status, dict[Event, Status]] = {
    # A text that changes under review is reviewed anew.
    Status.DRAFT: {
        Event.REVISED: Status.DRAFT,
        Event.SUBMITTED: Status.IN_REVIEW,
        Event.PUBLISHED: Status.PUBLISHED,
        Event.ARCHIVED: Status.ARCHIVED,
        Event.RESTORED: Status.DRAFT,
    },
    Status.IN_REVIEW: {
        Event.REVISED: Status.DRAFT,
        Event.PUBLISHED: Status.PUBLISHED,
        Event.ARCHIVED: Status.ARCHIVED,
        Event.RESTORED: Status.DRAFT,
    },
    # A published article keeps answering with its live revision while a newer one is being written.
    Status.PUBLISHED: {
        Event.REVISED: Status.PUBLISHED,
        Event.PUBLISHED: Status.PUBLISHED,
        Event.ARCHIVED: Status.ARCHIVED,
        Event.RESTORED: Status.PUBLISHED,
    },
    Status.ARCHIVED: {Event.RESTORED: Status.DRAFT},
}


@dataclass(frozen=True, slots=True)
class Article:
    """What an editor keeps. `title` and `questions` are those of the latest revision."""

    id: ArticleId
    slug: str
    language: str
    status: Status
    category: str
    labels: tuple[str, ...]
    public: bool
    owner: str
    review_by: date | None
    translation_of: ArticleId | None
    live: int | None  # the revision that answers; None: the article is not answerable
    latest: int
    version: int  # grows with every saved change; what an editor must have seen to save the next
    updated_at: datetime
    title: str
    questions: tuple[str, ...]

    def after(self, event: Event) -> Article:
        """The article once this has happened, or NotAllowedError."""
        allowed = TRANSITIONS[self.status]
        if event not in allowed:
            raise NotAllowedError(self.id, self.status, event, tuple(allowed))
        return replace(self, status=allowed[event])

    @property
    def changed(self) -> bool:
        """Whether a newer text than the live one waits to be published."""
        return self.live is not None and self.latest > self.live


@dataclass(frozen=True, slots=True)
class Revision:
    """One frozen text of an article. `questions` are phrasings that customers use for what it answers."""

    article: ArticleId
    number: int
    title: str
    body: str  # Markdown
    questions: tuple[str, ...]
    author: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Published:
    """An article with the revision that answers."""

    article: Article
    revision: Revision


@dataclass(frozen=True, slots=True)
class Draft:
    """What an editor or an import hands in; None leaves a known article's value as it is."""

    title: str
    body: str
    language: str = "en"
    slug: str | None = None
    category: str | None = None
    labels: tuple[str, ...] | None = None
    questions: tuple[str, ...] | None = None
    public: bool | None = None
    translation_of: ArticleId | None = None
    id: ArticleId | None = None


def slug_of(text: str) -> str:
    """The address a title gets: lower-case ASCII words joined by hyphens, at most 80 characters."""
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_UNFOLDED))
    words = re.findall(r"[a-z0-9]+", folded.encode("ascii", "ignore").decode())
    slug = "-".join(words)[:80].strip("-")
    return slug or "article"


def check(draft: Draft) -> None:
    """Raise ArticleInvalidError for the first field that can't be accepted."""
    rules = (
        ("title", bool(draft.title.strip()), "must not be empty"),
        ("title", len(draft.title) <= TITLE_CHARACTERS, f"must have at most {TITLE_CHARACTERS} characters"),
        ("title", "\n" not in draft.title, "must be one line"),
        ("body", bool(draft.body.strip()), "must not be empty"),
        ("body", len(draft.body) <= BODY_CHARACTERS, f"must have at most {BODY_CHARACTERS:,} characters"),
        ("language", _LANGUAGE.fullmatch(draft.language) is not None, "must be a code such as `en` or `nb`"),
        (
            "slug",
            draft.slug is None or _SLUG.fullmatch(draft.slug) is not None,
            "must look like `return-an-item`",
        ),
        (
            "id",
            draft.id is None or _ID.fullmatch(draft.id) is not None,
            "must be letters, digits, `.`, `/` or `-`",
        ),
        ("questions", len(draft.questions or ()) <= QUESTIONS, f"must be at most {QUESTIONS}"),
    )
    for field, holds, rule in rules:
        if not holds:
            raise ArticleInvalidError(field, rule)
