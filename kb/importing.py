"""Takes articles in from files: first what it would do, line by line, then all of it or nothing."""

from __future__ import annotations

from pathlib import Path

from kb.article import Article, ArticleId, Draft
from kb.editing.images import IMAGES_PATH, Images
from kb.editorial import Editorial, Taken
from kb.errors import ImageRefusedError, ImportFailedError, NoArticleError
from kb.importers import ProblemError
from kb.importers.apart import Progress, read_apart
from kb.importers.plan import Plan, Wishes, plan
from kb.importers.reading import read_here
from kb.store import Store


class Importing:
    """Imports into one base. `by` is the editor's e-mail."""

    def __init__(self, store: Store, editorial: Editorial, images: Images) -> None:
        self._base = _Articles(store)
        self._editorial = editorial
        self._images = images

    def look(
        self,
        path: Path,
        wishes: Wishes,
        *,
        kind: str | None = None,
        progress: Progress = lambda done, of: None,
    ) -> Plan:
        """What importing the file, folder or archive would do; looking changes nothing.

        kind: what all its files are, as `kb.importers.kinds` calls it, instead of looking at each.
        """
        batch = read_apart(path, kind, progress=progress)
        return plan(batch, self._base, _Addresses(self._images), wishes)

    def carry_out(self, plan: Plan, *, publish: bool, by: str) -> Taken:
        """Do what was planned, in one transaction; what is published goes live in one generation.

        Raises ImportFailedError for a plan with problems, and a KbError for what became one since.
        """
        if plan.problems:
            raise ImportFailedError(plan.problems)
        # A picture that no text shows harms nobody; a text whose picture is missing would.
        for path, data in plan.pictures.items():
            self._images.keep(data, called=path, by=by)
        return self._editorial.take_in(plan.drafts, by=by, publish=publish)


def drafts_below(path: Path) -> tuple[Draft, ...]:
    """The articles below `path` as an empty base would get them, without pictures: for our own files, which
    need no process of their own. Raises ImportFailedError.
    """
    made = plan(read_here(path), _Nothing(), _Nothing(), Wishes())
    if made.problems:
        raise ImportFailedError(made.problems)
    return made.drafts


class _Articles:
    """The base as a plan sees it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def article(self, article: str) -> Article | None:
        try:
            return self._store.article(ArticleId(article))
        except NoArticleError:
            return None

    def body(self, article: Article) -> str:
        return self._store.revision(article.id, article.latest).body

    def holder(self, language: str, slug: str) -> str | None:
        found = self._store.by_slug(language, slug)
        return None if found is None else found.id

    def is_free(self, language: str, slug: str) -> bool:
        return self._store.by_slug(language, slug) is None and self._store.redirect(language, slug) is None


class _Addresses:
    """Where pictures will be once they are kept."""

    def __init__(self, images: Images) -> None:
        self._images = images

    def address(self, path: str, data: bytes) -> str:
        try:
            return IMAGES_PATH + self._images.name_of(data)
        except ImageRefusedError as error:
            raise ProblemError(1, f"picture left out: {error.why}") from None


class _Nothing:
    """An empty base."""

    def article(self, article: str) -> Article | None:
        return None

    def body(self, article: Article) -> str:
        raise NoArticleError(article.id)

    def holder(self, language: str, slug: str) -> str | None:
        return None

    def is_free(self, language: str, slug: str) -> bool:
        return True

    def address(self, path: str, data: bytes) -> str:
        raise ProblemError(1, "picture left out")
