"""A live article as the search knows it: cut into passages, with the texts by which it can be found."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from kb.article import ArticleId, Published
from kb.passages import Passage, plain, split


@dataclass(frozen=True, slots=True)
class Entry:
    """A live article as the search knows it."""

    article: ArticleId
    revision: int
    title: str
    slug: str
    language: str
    public: bool
    translation_of: ArticleId | None
    labels: tuple[str, ...]
    questions: tuple[str, ...]
    updated_at: datetime
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class View:
    """One text by which an article can be found."""

    text: str  # whose words are counted
    passage: int  # the passage it shows, or leads to; -1: the article as a whole
    long: bool  # a passage rather than a title, heading or question
    title: str = ""  # what stands above it where it is embedded: a passage takes its title for granted

    @property
    def embedded(self) -> str:
        """The text whose meaning is searched."""
        return f"{self.title}\n{self.text}" if self.title else self.text


def entry_of(published: Published, words: int) -> Entry:
    """Cut a live revision into its passages of at most `words` words."""
    article, revision = published.article, published.revision
    return Entry(
        article=article.id,
        revision=revision.number,
        title=revision.title,
        slug=article.slug,
        language=article.language,
        public=article.public,
        translation_of=article.translation_of,
        labels=article.labels,
        questions=revision.questions,
        updated_at=revision.created_at,
        passages=split(revision, article.language, words),
    )


def views_of(entry: Entry) -> Iterator[View]:
    """Title, questions, headings under the title, and passages. No text repeats another.

    That is why the words of a passage are counted without its title and headings. Its meaning is that of the
    title and the passage together.
    """
    yield View(entry.title, -1, long=False)
    for question in entry.questions:
        yield View(question, -1, long=False)
    above: tuple[str, ...] = ()
    for passage in entry.passages:
        if passage.heading and passage.heading != above:
            yield View(f"{entry.title}: {' - '.join(passage.heading)}", passage.number, long=False)
        above = passage.heading
        yield View(plain(passage.text), passage.number, long=True, title=entry.title)


def family_of(entry: Entry) -> ArticleId:
    """What an article and its translations have in common: the id of the first of them."""
    return entry.translation_of or entry.article


def to_line(entry: Entry) -> bytes:
    """The entry as one line of JSON."""
    fields = {
        "article": entry.article,
        "revision": entry.revision,
        "title": entry.title,
        "slug": entry.slug,
        "language": entry.language,
        "public": entry.public,
        "translation_of": entry.translation_of,
        "labels": entry.labels,
        "questions": entry.questions,
        "updated_at": entry.updated_at.isoformat(),
        "passages": [[passage.heading, passage.text] for passage in entry.passages],
    }
    return json.dumps(fields, ensure_ascii=False).encode() + b"\n"


def from_line(line: bytes) -> Entry:
    """What `to_line` wrote. Raises ValueError, KeyError or TypeError for anything else."""
    fields = json.loads(line)
    article, revision, language = ArticleId(fields["article"]), fields["revision"], fields["language"]
    return Entry(
        article=article,
        revision=revision,
        title=fields["title"],
        slug=fields["slug"],
        language=language,
        public=fields["public"],
        translation_of=fields["translation_of"],
        labels=tuple(fields["labels"]),
        questions=tuple(fields["questions"]),
        updated_at=datetime.fromisoformat(fields["updated_at"]),
        passages=tuple(
            Passage(article, revision, number, tuple(heading), text, language)
            for number, (heading, text) in enumerate(fields["passages"])
        ),
    )
