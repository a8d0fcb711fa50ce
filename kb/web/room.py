"""What the studio asks of the engine: one method for each thing its pages and its JSON do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol
from urllib.parse import urlencode

from config.clock import Clock
from kb.article import Article, ArticleId
from kb.editing.arranging import Arranging, behind
from kb.editing.binning import Bin
from kb.editing.images import Images
from kb.editing.scheduling import Schedule
from kb.editorial import Editorial
from kb.indexing import Indexer
from kb.knowledge import Answer, Hit, Knowledge, NoAnswer
from kb.learned.outcomes import Figures
from kb.lint.finding import Finding
from kb.passages import plain
from kb.preview import to_html
from kb.store.comments import CommentStore
from kb.web.checks_words import health_words
from kb.web.reader import Editor, say, tongue
from kb.web.readers import Readers
from kb.web.shelf import Filters, Shelf, arrange, fits, fitting, matching
from kb.web.wording import Row, language_name, row, state_word, studio_url
from kb.web.writing import Text

FOUND = 20
"""Articles that a search of the list finds by their text."""


@dataclass(frozen=True, slots=True)
class Linked:
    """Another language's version of an article, or the way to begin one."""

    url: str
    code: str
    language: str
    word: str
    id: str = ""  # "": nobody has written it yet
    title: str = ""
    original: bool = False
    lags: bool = False  # a translation whose original has changed since


class Editors(Protocol):
    """Who may own an article."""

    def __call__(self) -> Sequence[Editor]: ...


@dataclass(frozen=True, slots=True)
class Room:
    """The open handles of the studio, passed down by the app's door."""

    editorial: Editorial
    indexer: Indexer
    knowledge: Knowledge
    clock: Clock
    languages: tuple[str, ...]
    name_of: Callable[[str], str]  # a member of staff's name from the e-mail that a revision keeps
    editors: Editors
    arranging: Arranging
    schedule: Schedule
    bin: Bin
    comments: CommentStore
    images: Images
    figures: Callable[[str], Figures]  # of the last 7 and 30 days, and ever
    readers: Readers
    findings: Callable[[], Mapping[ArticleId, Sequence[Finding]]]  # what the checks have open, by article

    def text(self, article: Article) -> Text:
        """The latest text, as the writing room edits it."""
        latest = self.editorial.revision(article.id, article.latest)
        return Text(
            latest.title,
            latest.body,
            article.language,
            article.category,
            article.labels,
            latest.questions,
            article.public,
        )

    def shelf(self, filters: Filters) -> Shelf:
        found = self._by_text(filters.q)
        shelf = arrange(
            self.editorial.articles(),
            filters,
            found,
            tongue(),
            self.today(),
            say(),
            names={editor.email: editor.name for editor in self.editors()},
            binned=len(self.bin.deleted()),
        )
        return replace(shelf, rows=self._with_findings(shelf.rows))

    def binned(self) -> tuple[Row, ...]:
        """What is in the bin, last deleted first."""
        return tuple(row(one, tongue(), self.today(), say()) for one in self.bin.deleted())

    def fitting(self, filters: Filters) -> tuple[Article, ...]:
        """Every article that the filters ask for: last changed first, or the best for `filters.q` first."""
        return fitting(self.editorial.articles(), filters, self._by_text(filters.q), self.today())

    def rail(self, q: str, limit: int) -> tuple[Row, ...]:
        """The list beside the text: what fits `q`, last changed first."""
        fitting = matching(self.editorial.articles(), q, self._by_text(q))
        rows = tuple(row(article, tongue(), self.today(), say()) for article in fitting[:limit])
        return self._with_findings(rows)

    def _with_findings(self, rows: Sequence[Row]) -> tuple[Row, ...]:
        """The rows with what the checks have found about their articles among what to look after."""
        found = self.findings()
        return tuple(
            replace(one, health=(*one.health, *health_words(found.get(ArticleId(one.id), ()), say())))
            for one in rows
        )

    def categories(self) -> tuple[str, ...]:
        named = {article.category for article in self.editorial.articles()} - {""}
        return tuple(sorted(named, key=str.casefold))

    def preview(self, body: str) -> tuple[str, str]:
        """The body as safe HTML, and how long it is."""
        _ = say()
        return to_html(body), _("Words: %(words)s") % {"words": len(plain(body).split())}

    def answering(self, article: ArticleId) -> tuple[int, int | None]:
        """The generation that answers now, and which revision of the article is in it; None if it isn't."""
        snapshot = self.indexer.snapshot
        revisions = (entry.revision for entry in snapshot.entries if entry.article == article)
        return snapshot.generation, next(revisions, None)

    def move(self, verb: str, article: ArticleId, version: int, by: str) -> Article:
        """publish, archive or delete."""
        moves = {
            "publish": self.editorial.publish,
            "archive": self.editorial.archive,
            "delete": self.bin.delete,
        }
        return moves[verb](article, by=by, version=version)

    def ask(self, question: str, language: str, limit: int) -> tuple[Answer | NoAnswer, tuple[Hit, ...]]:
        """What the bot would say, and the nearest passages, best first."""
        return (
            self.knowledge.answer(question, language=language),
            self.knowledge.search(question, language=language, limit=limit),
        )

    def linked(self, article: Article) -> tuple[Linked, ...]:
        """The other languages: the article there, or where to write it."""
        _ = say()
        root = article.translation_of or article.id
        everything = self.editorial.articles()
        family = {one.language: one for one in everything if root in (one.id, one.translation_of)}
        original = next((one for one in family.values() if one.id == root), None)
        links = []
        for code in sorted({*self.languages, *family}, key=lambda code: (code not in self.languages, code)):
            name = language_name(code, tongue())
            if code == article.language:
                continue
            if code in family:
                one = family[code]
                lags = original is not None and one is not original and behind(one, original)
                word = state_word(one.status, _)
                links.append(
                    Linked(studio_url(one.id), code, name, word, one.id, one.title, one is original, lags)
                )
            else:
                query = urlencode({"language": code, "translation_of": root})
                links.append(Linked(f"/kb/articles/new?{query}", code, name, _("Not written yet")))
        return tuple(links)

    def draft(self, text: Text, original: ArticleId | None, by: str) -> Article:
        return self.editorial.draft(
            text.title,
            text.body,
            language=text.language,
            category=text.category,
            labels=text.labels,
            questions=text.questions,
            public=text.public,
            translation_of=original,
            by=by,
        )

    def revise(self, article: ArticleId, version: int, text: Text, by: str) -> Article:
        return self.editorial.revise(
            article,
            version=version,
            title=text.title,
            body=text.body,
            category=text.category,
            labels=text.labels,
            questions=text.questions,
            public=text.public,
            by=by,
        )

    def _by_text(self, q: str) -> tuple[ArticleId, ...]:
        hits = self.knowledge.search(q, limit=FOUND) if q.strip() else ()
        return tuple(hit.passage.article for hit in hits if fits(hit))

    def today(self) -> date:
        return self.clock.now().date()
