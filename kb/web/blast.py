"""What a change would do to customers' questions, under /kb/api/blast; worked out beside the request.

POST /blast        verb: publish | archive | delete, articles: [ID] → {job, done, of, html, result}
GET  /blast/JOB    → the same; `html` and `result` are empty and null until it is worked out
A second that nearly all of them need is waited for at once.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from flask import Blueprint, Response, jsonify, render_template

from kb.article import ArticleId, Published
from kb.blast import MOVED, Blast, BlastRadius, to_be_published
from kb.editorial import Editorial
from kb.errors import FieldInvalidError, NoPreviewError
from kb.telling import blast_json
from kb.web.api import body
from kb.web.blast_words import shown, summary
from kb.web.reader import say, tongue
from kb.web.wording import percent
from kb.web.writing import lines, words

AT_ONCE_SECONDS = 1.0
"""What the first request waits for the result before it says how far it is."""

KEPT = 8
"""Previews that are remembered for those who come back for them."""

VERBS = ("publish", "archive", "delete")


@dataclass(slots=True)
class Preview:
    """One preview under way: how many questions have been asked, of how many, and what came of it."""

    done: int = 0
    of: int = 0
    result: Future[Blast] = field(default_factory=Future)


class Previews:
    """Works previews out one after the other, in a thread that starts with the first."""

    def __init__(self, blast: BlastRadius) -> None:
        self._blast = blast
        self._guard = threading.Lock()
        self._kept: dict[str, Preview] = {}
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="blast")

    def start(self, changes: Sequence[Published], without: frozenset[ArticleId]) -> str:
        """Begin one; its name."""
        preview = Preview()

        def told(done: int, of: int) -> None:
            preview.done, preview.of = done, of

        preview.result = self._pool.submit(self._blast.of, changes, without, told)
        name = secrets.token_hex(8)
        with self._guard:
            self._kept[name] = preview
            for old in list(self._kept)[:-KEPT]:
                self._kept.pop(old).result.cancel()
        return name

    def get(self, name: str, within: float = 0.0) -> Preview:
        """The preview, after waiting at most `within` seconds for its result. Raises NoPreviewError."""
        with self._guard:
            preview = self._kept.get(name)
        if preview is None:
            raise NoPreviewError(name)
        wait([preview.result], timeout=within)
        return preview


def blast_api(blast: BlastRadius, editorial: Editorial) -> Blueprint:
    api = Blueprint("kb_blast", __name__, url_prefix="/kb/api/blast")
    previews = Previews(blast)

    @api.post("")
    def start() -> Response:
        given = body()
        verb = words(given, "verb", "publish")
        if verb not in VERBS:
            raise FieldInvalidError("verb", f"must be one of {', '.join(VERBS)}")
        articles = [editorial.article(ArticleId(article)) for article in lines(given, "articles")]
        if not articles:
            raise FieldInvalidError("articles", "must name at least one article")
        changes: Sequence[Published] = ()
        without: frozenset[ArticleId] = frozenset()
        if verb == "publish":
            changes = [to_be_published(editorial, article) for article in articles]
        else:
            without = frozenset(article.id for article in articles)
        name = previews.start(changes, without)
        return reply(name, previews.get(name, AT_ONCE_SECONDS))

    @api.get("/<job>")
    def look(job: str) -> Response:
        return reply(job, previews.get(job))

    def reply(name: str, preview: Preview) -> Response:
        result = preview.result.result() if preview.result.done() else None
        return jsonify(
            job=name,
            done=preview.done,
            of=preview.of,
            html=blast_html(result) if result else "",
            result=blast_json(result) if result else None,
        )

    return api


def blast_html(blast: Blast) -> str:
    """The result as the dialog shows it, in the reader's language."""
    return render_template(
        "blast_result.html",
        blast=blast,
        summary=summary(blast, say()),
        groups=shown(blast, tongue(), say()),
        moved=percent(MOVED, tongue()),
        real=blast.source == "real",
    )
