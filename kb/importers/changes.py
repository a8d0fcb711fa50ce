"""What a revision by an import would change, in a few words."""

from __future__ import annotations

import difflib
from dataclasses import fields

from kb.article import Article, Draft

_BESIDE = ("id", "language", "body", "title", "status")
_LONGEST = 4000  # lines that are compared one by one


def changes(article: Article, body: str, draft: Draft) -> tuple[str, ...]:
    """Such as ("title", "text (+2 −1 lines)", "labels"); empty if the draft says what is there."""
    found = ["title"] if draft.title.strip() != article.title else []
    if draft.body != body:
        found.append(_lines(body, draft.body))
    for name in (field.name for field in fields(Draft) if field.name not in _BESIDE):
        wanted = getattr(draft, name)
        if wanted is not None and wanted != getattr(article, name):
            found.append(name.replace("_", " "))
    if article.deleted_at is not None:
        found.append("back from the bin")
    return tuple(found)


def _lines(before: str, after: str) -> str:
    old, new = before.splitlines(), after.splitlines()
    if len(old) + len(new) > _LONGEST:
        return "text"
    opcodes = difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes()
    added = sum(to - since for kind, _, _, since, to in opcodes if kind != "equal")
    removed = sum(to - since for kind, since, to, _, _ in opcodes if kind != "equal")
    return f"text (+{added} −{removed} lines)"
