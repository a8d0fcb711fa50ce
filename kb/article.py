"""An article, its frozen revisions, and the one table of what may happen to it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from kb.errors import FieldInvalidError, NotAllowedError

ArticleId = NewType("ArticleId", str)

TITLE_CHARACTERS = 200
BODY_CHARACTERS = 200_000
QUESTIONS = 50
SLUG_CHARACTERS = 80

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_ID = re.compile(r"[\w./-]{1,200}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_UNFOLDED = str.maketrans({"ø": "o", "æ": "ae", "å": "a", "ß": "ss", "đ": "d", "ł": "l"})


class Status(StrEnum):
    """Where an article stands with its editors; whether it answers is `live` and `deleted_at`, not this."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class Event(StrEnum):
    """What has happened to an article."""

    REVISED = "revised"
    ARRANGED = "arranged"  # what is kept about it beside the text: address, owner, labels, links
    SUBMITTED = "submitted"
    RETURNED = "returned"  # sent back by a reviewer
    SCHEDULED = "scheduled"
    UNSCHEDULED = "unscheduled"
    PUBLISHED = "published"
    ARCHIVED = "archived"
    RESTORED = "restored"
    COMMENTED = "commented"
    DELETED = "deleted"  # into the bin
    RECOVERED = "recovered"  # out of it, as it was
    PURGED = "purged"  # for good


_ALWAYS = (Event.COMMENTED, Event.DELETED)
_WRITING = (Event.ARRANGED, Event.SCHEDULED, Event.UNSCHEDULED)

TRANSITIONS: dict[Status, dict[Event, Status]] = {
    # A text that changes under review is reviewed anew.
    Status.DRAFT: {
        Event.REVISED: Status.DRAFT,
        Event.SUBMITTED: Status.IN_REVIEW,
        Event.PUBLISHED: Status.PUBLISHED,
        Event.ARCHIVED: Status.ARCHIVED,
        Event.RESTORED: Status.DRAFT,
        **dict.fromkeys((*_WRITING, *_ALWAYS), Status.DRAFT),
    },
    Status.IN_REVIEW: {
        Event.REVISED: Status.DRAFT,
        Event.RETURNED: Status.DRAFT,
        Event.PUBLISHED: Status.PUBLISHED,
        Event.ARCHIVED: Status.ARCHIVED,
        Event.RESTORED: Status.DRAFT,
        **dict.fromkeys((*_WRITING, *_ALWAYS), Status.IN_REVIEW),
    },
    # A published article keeps answering with its live revision while a newer one is being written.
    Status.PUBLISHED: {
        Event.REVISED: Status.PUBLISHED,
        Event.PUBLISHED: Status.PUBLISHED,
        Event.ARCHIVED: Status.ARCHIVED,
        Event.RESTORED: Status.PUBLISHED,
        **dict.fromkeys((*_WRITING, *_ALWAYS), Status.PUBLISHED),
    },
    Status.ARCHIVED: {
        Event.RESTORED: Status.DRAFT,
        **dict.fromkeys(_ALWAYS, Status.ARCHIVED),
    },
}

IN_THE_BIN = frozenset({Event.RECOVERED, Event.PURGED})
"""What may happen to a deleted article. It keeps its status, so that it comes back as it was."""


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
    live: int | None  # the revision that answers, unless it is deleted; None: the article is not answerable
    latest: int
    version: int  # grows with every saved change; what an editor must have seen to save the next
    updated_at: datetime
    title: str
    questions: tuple[str, ...]
    publish_at: datetime | None = None  # when `publish_revision` is to go live, as `publish_by` has asked
    publish_revision: int | None = None
    publish_by: str | None = None
    translated_revision: int | None = None  # the original's revision that this translation says
    deleted_at: datetime | None = None  # since when it is in the bin

    def after(self, event: Event) -> Article:
        """The article once this has happened, or NotAllowedError."""
        if self.deleted_at is not None:
            if event not in IN_THE_BIN:
                raise NotAllowedError(self.id, "deleted", event, sorted(IN_THE_BIN))
            return self
        allowed = TRANSITIONS[self.status]
        if event not in allowed:
            raise NotAllowedError(self.id, self.status, event, tuple(allowed))
        return replace(self, status=allowed[event])

    def unscheduled(self) -> Article:
        """The article without its appointment."""
        return replace(self, publish_at=None, publish_revision=None, publish_by=None)

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
    owner: str | None = None
    review_by: date | None = None
    status: Status | None = None  # what a file calls it: a draft stays one when others go live


def slug_of(text: str) -> str:
    """The address a title gets: lower-case ASCII words joined by hyphens, at most 80 characters."""
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_UNFOLDED))
    words = re.findall(r"[a-z0-9]+", folded.encode("ascii", "ignore").decode())
    slug = "-".join(words)[:80].strip("-")
    return slug or "article"


def check(draft: Draft) -> None:
    """Raise FieldInvalidError for the first field that can't be accepted."""
    rules = (
        ("title", bool(draft.title.strip()), "must not be empty"),
        ("title", len(draft.title) <= TITLE_CHARACTERS, f"must have at most {TITLE_CHARACTERS} characters"),
        ("title", "\n" not in draft.title, "must be one line"),
        ("body", bool(draft.body.strip()), "must not be empty"),
        ("body", len(draft.body) <= BODY_CHARACTERS, f"must have at most {BODY_CHARACTERS:,} characters"),
        ("language", _LANGUAGE.fullmatch(draft.language) is not None, "must be a code such as `en` or `nb`"),
        (
            "id",
            draft.id is None or _ID.fullmatch(draft.id) is not None,
            "must be letters, digits, `.`, `/` or `-`",
        ),
        ("questions", len(draft.questions or ()) <= QUESTIONS, f"must be at most {QUESTIONS}"),
    )
    for field, holds, rule in rules:
        if not holds:
            raise FieldInvalidError(field, rule)
    if draft.slug is not None:
        check_slug(draft.slug)


def check_slug(slug: str) -> None:
    """Raise FieldInvalidError unless it can be part of an address."""
    if _SLUG.fullmatch(slug) is None or len(slug) > SLUG_CHARACTERS:
        rule = f"must look like `return-an-item` and have at most {SLUG_CHARACTERS} characters"
        raise FieldInvalidError("slug", rule)
