"""What can go wrong in the editors' room; each error says the way out."""

from __future__ import annotations

from collections.abc import Sequence


class KbError(Exception):
    """The root of this room's errors; `status` is the HTTP status a page answers with."""

    status = 500


class NoArticleError(KbError):
    """The article, or its revision, does not exist."""

    status = 404

    def __init__(self, article: str, revision: int | None = None) -> None:
        what = f"article {article!r}" if revision is None else f"revision {revision} of article {article!r}"
        super().__init__(f"no {what}; the list at /kb/ shows what there is")
        self.article, self.revision = article, revision


class NotAllowedError(KbError):
    """The article's status does not allow this event."""

    status = 409

    def __init__(self, article: str, state: str, event: str, allowed: Sequence[str]) -> None:
        super().__init__(
            f"article {article!r} is {state}, which does not allow {event!r}; "
            f"allowed now: {', '.join(allowed) or 'nothing'}"
        )
        self.article, self.state, self.event, self.allowed = article, state, event, tuple(allowed)


class StaleError(KbError):
    """Someone else saved first; `revision` and `author` are theirs, `version` is the one to send next."""

    status = 409

    def __init__(self, article: str, version: int, revision: int, author: str) -> None:
        super().__init__(
            f"{author} saved revision {revision} of article {article!r} in the meantime; "
            "open it, take over what you need, and save again"
        )
        self.article, self.version, self.revision, self.author = article, version, revision, author


class SlugTakenError(KbError):
    """Another article of the same language has this address."""

    status = 409

    def __init__(self, slug: str, language: str, article: str) -> None:
        super().__init__(
            f"article {article!r} already has the address {language}/{slug}; choose another slug"
        )
        self.slug, self.language, self.article = slug, language, article


class ArticleExistsError(KbError):
    """A new article was given an id that is taken."""

    status = 409

    def __init__(self, article: str) -> None:
        super().__init__(f"article {article!r} exists; revise it, or leave the id out to get a new one")
        self.article = article


class ArticleInvalidError(KbError):
    """A field of an article can't be accepted."""

    status = 422

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"{field}: {rule}")
        self.field, self.rule = field, rule


class ImportFailedError(KbError):
    """A folder could not be read in full, so nothing of it was taken; `problems` say file, line and what."""

    status = 422

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("nothing was imported; correct these and import again:\n" + "\n".join(problems))
        self.problems = tuple(problems)


class ModelMissingError(KbError):
    """There is no exported encoder in the folder."""

    status = 503

    def __init__(self, folder: str) -> None:
        super().__init__(f"no encoder in {folder}; run `firstline train`")
        self.folder = folder


class ModelDamagedError(KbError):
    """The exported encoder is not what was exported."""

    status = 503

    def __init__(self, folder: str, why: str) -> None:
        super().__init__(f"the encoder in {folder} is damaged: {why}; run `firstline train`")
        self.folder, self.why = folder, why


class ExportRefusedError(KbError):
    """The encoder can't be exported, or the export strays too far from the original."""

    status = 422


class IndexDamagedError(KbError):
    """A generation on disk is not what was written, or was written by another encoder."""

    status = 503

    def __init__(self, folder: str, why: str) -> None:
        super().__init__(f"the index in {folder} can't be used: {why}; it is rebuilt from the database")
        self.folder, self.why = folder, why


class WidthError(KbError):
    """Vectors of another width than the index was built with."""

    def __init__(self, width: int, expected: int) -> None:
        super().__init__(
            f"vectors have width {width}, the index {expected}; run `firstline train` to rebuild"
        )
        self.width, self.expected = width, expected
