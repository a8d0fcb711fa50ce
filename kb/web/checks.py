"""The page of findings, /kb/checks, and its JSON under /kb/api/checks.

POST /checks           → {running}: check the whole base again, beside the request
GET  /checks           → {running, done, of, at, failed}: how far that is, and when the last one was
GET  /checks/findings?article=&kind=&severity=
                       → {findings}: what the last check found
POST /checks/accept    key, note → {}: this is fine; it stays so until the text changes
POST /checks/reopen    key → {}
POST /checks/outside   → {running}: ask the addresses that articles link to elsewhere, once, now
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, jsonify, render_template, request

from kb.article import ArticleId
from kb.checks import Checks
from kb.editorial import Editorial
from kb.lint.finding import Kind, Severity
from kb.telling import finding_json
from kb.web.address import asked, asked_one_of
from kb.web.api import body
from kb.web.checks_words import Asked, arranged, checks_words
from kb.web.reader import editor, say, tongue
from kb.web.writing import words

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Progress:
    """A check under way, or how the last one that was asked for ended."""

    running: bool = False
    done: int = 0
    of: int = 0
    failed: bool = False


class Rounds:
    """Runs one check at a time beside the requests; asking again while one runs changes nothing."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self.progress = Progress()

    def start(self, work: Callable[[Callable[[int, int], None]], object]) -> None:
        """Begin, unless one is under way."""
        with self._guard:
            if self.progress.running:
                return
            self.progress = progress = Progress(running=True)

        def told(done: int, of: int) -> None:
            progress.done, progress.of = done, of

        def run() -> None:
            try:
                work(told)
            except Exception:
                progress.failed = True
                _log.exception("the check that an editor asked for failed")
            finally:
                progress.running = False

        threading.Thread(target=run, name="checks", daemon=True).start()


def checks_pages(checks: Checks, editorial: Editorial, name_of: Callable[[str], str]) -> Blueprint:
    pages = Blueprint("kb_checks", __name__, url_prefix="/kb")
    rounds = Rounds()

    @pages.get("/checks")
    def findings() -> str:
        asked = Asked(
            kind=request.args.get("kind", ""),
            severity=request.args.get("severity", ""),
            article=request.args.get("article", ""),
            accepted=request.args.get("accepted", "") == "1",
        )
        articles = {article.id: article for article in editorial.articles()}
        last = checks.last()
        return render_template(
            "checks.html",
            place="checks",
            asked=asked,
            last=last,
            running=rounds.progress.running,
            shown=arranged(checks.findings(), articles, asked, name_of, tongue(), say()),
            about=articles.get(ArticleId(asked.article)),
            words=checks_words(say()),
        )

    @pages.post("/api/checks")
    def run() -> Response:
        rounds.start(checks.run)
        return state()

    @pages.get("/api/checks")
    def state() -> Response:
        progress = rounds.progress
        running = progress.running  # before what it has found, which is there once it has ended
        last = checks.last()
        return jsonify(
            running=running,
            done=progress.done,
            of=progress.of,
            failed=progress.failed,
            at=last.at.isoformat() if last else None,
        )

    @pages.get("/api/checks/findings")
    def found() -> Response:
        article, kind = asked("article"), asked_one_of("kind", [*Kind])
        severity = asked_one_of("severity", [*Severity])
        fitting = (
            each
            for each in checks.findings()
            if kind in ("", each.finding.kind)
            and severity in ("", each.finding.severity)
            and (not article or any(place.article == article for place in each.finding.places))
        )
        return jsonify(findings=[finding_json(each) for each in fitting])

    @pages.post("/api/checks/outside")
    def outside() -> Response:
        rounds.start(checks.run_outside)
        return state()

    @pages.post("/api/checks/accept")
    def accept() -> Response:
        given = body()
        checks.accept(words(given, "key"), words(given, "note", ""), by=editor().email)
        return jsonify({})

    @pages.post("/api/checks/reopen")
    def reopen() -> Response:
        checks.reopen(words(body(), "key"))
        return jsonify({})

    return pages
