"""What editors say to each other about an article: each comment stands at the revision it is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kb.article import ArticleId
from kb.errors import FieldInvalidError

COMMENT_CHARACTERS = 4000


class Kind(StrEnum):
    """What was done with a comment."""

    SAID = "said"
    ASKED = "asked"  # for a review
    RETURNED = "returned"  # to its author
    APPROVED = "approved"  # and published


@dataclass(frozen=True, slots=True)
class Comment:
    """One remark. `text` may be empty where the deed says it all; `id` is 0 before it is stored."""

    id: int
    article: ArticleId
    revision: int
    kind: Kind
    text: str
    author: str
    at: datetime


def check_comment(text: str, *, needed: bool) -> str:
    """The text without blanks around it. Raises FieldInvalidError if it is too long, or missing."""
    text = text.strip()
    if needed and not text:
        raise FieldInvalidError("text", "must say something")
    if len(text) > COMMENT_CHARACTERS:
        raise FieldInvalidError("text", f"must have at most {COMMENT_CHARACTERS:,} characters")
    return text
