"""Opens a bench over a scratch database, and reads what is to be measured; a door that reads settings."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import cast

from config.clock import SystemClock
from config.database import open_database
from config.plugins import resolve
from config.settings import Settings
from kb.article import ArticleId, Published
from kb.embedders import Embedder
from kb.evaluation.bench import Bench
from kb.evaluation.files import EvaluationFileError, published, read_articles
from kb.importing import drafts_below
from kb.index import VectorIndexes
from kb.opening import MIGRATIONS
from kb.store import Store


@contextmanager
def open_bench(settings: Settings, embedder: Embedder | None, risk: float) -> Iterator[Bench]:
    """A bench with the settings' index and passages; what it keeps is gone when it is closed."""
    open_indexes = cast(Callable[[], VectorIndexes], resolve(settings.kb.index, "kb.indexes"))
    with tempfile.TemporaryDirectory(prefix="firstline-eval-") as scratch:
        database = open_database(Path(scratch) / "kb.db", MIGRATIONS)
        with closing(database):
            yield Bench(
                Store(database),
                open_indexes(),
                SystemClock(),
                embedder,
                words=settings.kb.passage_words,
                risk=risk,
            )


def read_base(settings: Settings, source: Path | None) -> tuple[Published, ...]:
    """A JSONL file's articles, or those of a folder of Markdown; without either, what the base publishes.

    Raises EvaluationFileError, and ImportFailedError for a folder.
    """
    language = settings.bot.languages[0]
    if source is not None and source.is_file():
        return read_articles(source, language=language)
    if source is not None:
        drafts = drafts_below(source)
        return tuple(published(each.id or ArticleId(str(place)), each) for place, each in enumerate(drafts))
    where = settings.database("kb")
    if isinstance(where, Path) and not where.exists():
        raise EvaluationFileError(where, "there is no base yet; give --articles, or run `firstline train`")
    with closing(open_database(where, MIGRATIONS)) as database:
        live, _ = Store(database).published()
    return tuple(live)
