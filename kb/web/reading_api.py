"""The studio's JSON for programs that read: articles, revisions, the bin, answers.

GET /articles?q=&language=&category=&status=&owner=&label=&due=&offset=&limit=
                                 → {articles, total, offset, limit}
GET /articles/ID                 → {article, text}: the latest text
GET /articles/ID/revisions/N     → {number, author, at, title, body, questions, live}
GET /bin                         → {articles}, last deleted first
GET /search?q=&language=&limit=  → {answer, reason, probability, generation, degraded, results}
"""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response, jsonify

from kb.article import ArticleId, Status
from kb.errors import FieldInvalidError
from kb.knowledge import Answer, Hit
from kb.web.address import asked, asked_number, asked_one_of
from kb.web.api import article_json
from kb.web.room import Room
from kb.web.shelf import DUE, PAGE, Filters
from kb.web.wording import studio_url
from kb.web.writing import QUESTION_CHARACTERS, checked_language

MOST = 500
"""Articles on a page at most."""

HITS = 10
"""Results of a search where nothing else is asked for."""


def reading_api(room: Room) -> Blueprint:
    api = Blueprint("kb_reading", __name__, url_prefix="/kb/api")

    @api.get("/articles")
    def articles() -> Response:
        filters = Filters(
            q=asked("q"),
            language=asked("language"),
            category=asked("category"),
            status=asked_one_of("status", [*Status]),
            owner=asked("owner"),
            label=asked("label"),
            due=asked_one_of("due", DUE),
        )
        offset = asked_number("offset", 0, least=0, most=1_000_000)
        limit = asked_number("limit", PAGE, least=1, most=MOST)
        found = room.fitting(filters)
        page = [article_json(article) for article in found[offset : offset + limit]]
        return jsonify(articles=page, total=len(found), offset=offset, limit=limit)

    @api.get("/articles/<path:article>")
    def article(article: str) -> Response:
        here = room.editorial.article(ArticleId(article))
        return jsonify(article=article_json(here), text=asdict(room.text(here)))

    @api.get("/articles/<path:article>/revisions/<int:revision>")
    def revision(article: str, revision: int) -> Response:
        here = room.editorial.article(ArticleId(article))
        found = room.editorial.revision(here.id, revision)
        return jsonify(
            number=found.number,
            author=room.name_of(found.author),
            at=found.created_at.isoformat(),
            title=found.title,
            body=found.body,
            questions=list(found.questions),
            live=found.number == here.live,
        )

    @api.get("/bin")
    def binned() -> Response:
        return jsonify(articles=[article_json(article) for article in room.bin.deleted()])

    @api.get("/search")
    def search() -> Response:
        question = asked("q", QUESTION_CHARACTERS)
        if not question:
            raise FieldInvalidError("q", "must not be empty")
        language = checked_language(asked("language") or room.languages[0])
        found, nearest = room.ask(question, language, asked_number("limit", HITS, least=1, most=50))
        state = room.knowledge.state()
        return jsonify(
            answer=answer_json(found) if isinstance(found, Answer) else None,
            reason=None if isinstance(found, Answer) else found.reason,
            probability=found.probability,
            generation=state.generation,
            degraded=state.degraded,
            results=[hit_json(hit) for hit in nearest],
        )

    return api


def answer_json(answer: Answer) -> dict[str, object]:
    return {
        "text": answer.text,
        "probability": answer.probability,
        "cites": [hit_json(hit) for hit in (answer.hit, *answer.also)],
    }


def hit_json(hit: Hit) -> dict[str, object]:
    passage = hit.passage
    return {
        "article": passage.article,
        "revision": passage.revision,
        "title": hit.title,
        "heading": list(passage.heading),
        "text": passage.text,
        "language": passage.language,
        "url": studio_url(passage.article),
        "updated_at": hit.updated_at.isoformat(),
        "probability": hit.probability,
    }
