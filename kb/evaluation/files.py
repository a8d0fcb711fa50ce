"""Articles and questions read from JSON lines; every mistake is named with its file, line and mend."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kb.article import Article, ArticleId, Draft, Published, Revision, Status, slug_of
from kb.errors import KbError

LARGEST = 500 * 2**20  # bytes
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_LANGUAGE_KEYS = ("lang", "language")
_AT = datetime(2000, 1, 1, tzinfo=UTC)  # these have no history


class EvaluationFileError(KbError):
    """A file of articles or questions can't be read as one."""

    status = 400

    def __init__(self, path: Path, why: str, line: int | None = None) -> None:
        super().__init__(f"{path}{f':{line}' if line else ''}: {why}")
        self.path, self.line = path, line


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the articles that answer it; none: the base does not hold the answer."""

    text: str
    articles: frozenset[ArticleId]
    language: str | None  # None: it was not said


def read_articles(path: Path, *, language: str) -> tuple[Published, ...]:
    """`{"id", "title", "body", "lang"?, "questions"?}` a line, as they would be if they were published.

    language: of those that don't say. Raises EvaluationFileError.
    """
    found: dict[str, Published] = {}
    lines: dict[str, int] = {}
    for line, row in _rows(path):
        ids = row.get("id")
        if not isinstance(ids, str | int) or isinstance(ids, bool) or not str(ids).strip():
            raise EvaluationFileError(path, f"'id' is {ids!r}; write the article's id as text", line)
        id_ = str(ids)
        if id_ in found:
            raise EvaluationFileError(
                path, f"the id {id_!r} is that of line {lines[id_]} too; give each article its own", line
            )
        body = row.get("body", "")
        if not isinstance(body, str):
            raise EvaluationFileError(path, f"'body' is {_short(body)}; write the article's text", line)
        draft = Draft(
            title=_text(path, line, row, "title"),
            body=body,
            language=_language(path, line, row) or language,
            questions=_texts(path, line, row, "questions"),
        )
        found[id_], lines[id_] = published(ArticleId(id_), draft), line
    if not found:
        raise EvaluationFileError(path, 'holds no articles; write {"id": …, "title": …, "body": …} a line')
    return tuple(found.values())


def read_questions(path: Path, known: frozenset[ArticleId]) -> tuple[Asked, ...]:
    """`{"text", "article": id | list of ids | null, "lang"?}` a line; an id must be a known article's.

    Raises EvaluationFileError.
    """
    found = []
    for line, row in _rows(path):
        text = _text(path, line, row, "text")
        if "article" not in row:
            raise EvaluationFileError(
                path, "no 'article'; write an id, a list of ids, or null if the base holds no answer", line
            )
        named = row["article"]
        ids = [] if named is None else named if isinstance(named, list) else [named]
        if not all(isinstance(each, str | int) and not isinstance(each, bool) for each in ids):
            raise EvaluationFileError(
                path, f"'article' is {_short(named)}; write an id, a list of ids, or null", line
            )
        articles = frozenset(ArticleId(str(each)) for each in ids)
        unknown = sorted(articles - known)
        if unknown:
            raise EvaluationFileError(
                path, f"no article has the id {unknown[0]!r}; correct it, or write null", line
            )
        found.append(Asked(text, articles, _language(path, line, row)))
    if not found:
        raise EvaluationFileError(path, 'holds no questions; write {"text": …, "article": …} a line')
    return tuple(found)


def published(id_: ArticleId, draft: Draft) -> Published:
    """The draft as if it had been published as the article's first revision."""
    article = Article(
        id=id_,
        slug=draft.slug or slug_of(draft.title),
        language=draft.language,
        category=draft.category or "",
        labels=draft.labels or (),
        public=draft.public is not False,
        status=Status.PUBLISHED,
        owner="",
        review_by=None,
        translation_of=draft.translation_of,
        live=1,
        latest=1,
        version=1,
        updated_at=_AT,
        title=draft.title,
        questions=draft.questions or (),
    )
    revision = Revision(id_, 1, draft.title, draft.body, draft.questions or (), "", _AT)
    return Published(article, revision)


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    try:
        if path.stat().st_size > LARGEST:
            raise EvaluationFileError(path, f"more than {LARGEST // 2**20} MB; give a part of it")
        raw = path.read_bytes()
    except OSError as error:
        raise EvaluationFileError(path, f"{error.strerror}; give a file of JSON lines") from None
    try:
        written = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = raw.count(b"\n", 0, error.start) + 1
        raise EvaluationFileError(path, "is not UTF-8; save it as UTF-8 and try again", at) from None
    for number, line in enumerate(written.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise EvaluationFileError(
                path, f"is no JSON ({error}); write one object a line", number
            ) from None
        if not isinstance(row, dict):
            raise EvaluationFileError(path, f"is {_short(row)}; write one object a line", number)
        yield number, row


def _text(path: Path, line: int, row: Mapping[str, object], key: str) -> str:
    value = row.get(key)
    if isinstance(value, str) and value.strip():
        return value.strip()
    if key not in row:
        there = ", ".join(str(each) for each in row) or "nothing"
        raise EvaluationFileError(path, f"no {key!r}; there is {there}", line)
    raise EvaluationFileError(path, f"{key!r} is {_short(value)}; write a text", line)


def _texts(path: Path, line: int, row: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = row.get(key) or []
    if not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
        raise EvaluationFileError(path, f"{key!r} is {_short(value)}; write a list of texts", line)
    return tuple(value)


def _language(path: Path, line: int, row: Mapping[str, object]) -> str | None:
    value = next((row[key] for key in _LANGUAGE_KEYS if row.get(key)), None)
    if value is not None and (not isinstance(value, str) or not _LANGUAGE.fullmatch(value)):
        raise EvaluationFileError(path, f"'lang' is {_short(value)}; write a code such as `en` or `nb`", line)
    return value


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 40 else f"{shown[:39]}…"
