"""The studio's JSON, under /kb/api; every body and reply is one object. Here: texts and what becomes of them.

A *text* is {title, body, language, category, labels, questions, public}: all that the editor has in hand.
POST /articles                text, translation_of? → 201 {article}
PUT  /articles/ID             text, version → {article}
POST /articles/ID/publish     version → {article}; so do archive, and delete, which puts it in the bin
POST /articles/ID/restore     version, revision? (else the latest) → {article, text}
GET  /articles/ID/revisions   → {revisions: [{number, author, at, title}]}, newest first
GET  /rail?q=                 → {rows}, the list beside the text
POST /preview                 body → {html, measure}
POST /try                     question, language → what the bot would say
GET  /state?article=ID        → {generation, revision}: what answers now; null if the article doesn't
GET  /session                 → {csrf}, for a page that outlived the session it was opened in
An old `version` gets 409 {error: {code: "stale", newer: {number, author, published, text, article}}}.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import cast
from urllib.parse import quote

from flask import Blueprint, Response, jsonify, request

from kb.article import Article, ArticleId
from kb.errors import FieldInvalidError, StaleError
from kb.web.address import asked
from kb.web.reader import csrf, editor, say, tongue
from kb.web.room import Room
from kb.web.trying import OTHERS, tried
from kb.web.wording import Row, standing, studio_url
from kb.web.writing import (
    QUESTION_CHARACTERS,
    check_kept,
    checked_language,
    number,
    read_text,
    words,
)

RAIL = 60
"""Articles in the list beside the text; searching there finds the others."""


def studio_api(room: Room) -> Blueprint:
    api = Blueprint("kb_api", __name__, url_prefix="/kb/api")

    @api.post("/articles")
    def draft() -> tuple[Response, int]:
        given = body()
        text = read_text(given)
        original = words(given, "translation_of") if given.get("translation_of") is not None else None
        article = room.draft(text, ArticleId(original) if original else None, editor().email)
        return jsonify(article=article_json(article)), 201

    @api.put("/articles/<path:article>")
    def revise(article: str) -> Response:
        given = body()
        text, version = read_text(given), number(given, "version")
        return jsonify(article=article_json(room.revise(ArticleId(article), version, text, editor().email)))

    @api.post("/articles/<path:article>/<any(publish, archive, delete):verb>")
    def move(article: str, verb: str) -> Response:
        here = room.move(verb, ArticleId(article), number(body(), "version"), editor().email)
        return jsonify(article=article_json(here))

    @api.post("/articles/<path:article>/restore")
    def restore(article: str) -> Response:
        given = body()
        here = room.editorial.article(ArticleId(article))
        revision, version = number(given, "revision", here.latest), number(given, "version")
        back = room.editorial.restore(here.id, revision, by=editor().email, version=version)
        return jsonify(article=article_json(back), text=asdict(room.text(back)))

    @api.get("/articles/<path:article>/revisions")
    def revisions(article: str) -> Response:
        kept = room.editorial.revisions(room.editorial.article(ArticleId(article)).id)
        return jsonify(
            revisions=[
                {
                    "number": one.number,
                    "author": room.name_of(one.author),
                    "at": one.created_at.isoformat(),
                    "title": one.title,
                }
                for one in kept
            ]
        )

    @api.get("/rail")
    def rail() -> Response:
        return jsonify(rows=[row_json(row) for row in room.rail(asked("q"), RAIL)])

    @api.post("/preview")
    def preview() -> Response:
        html, measure = room.preview(words(body(), "body"))
        return jsonify(html=html, measure=measure)

    @api.post("/try")
    def try_it() -> Response:
        given = body()
        question, language = words(given, "question").strip(), words(given, "language")
        if not 0 < len(question) <= QUESTION_CHARACTERS:
            raise FieldInvalidError("question", f"must have 1 to {QUESTION_CHARACTERS:,} characters")
        found, nearest = room.ask(question, checked_language(language), OTHERS + 2)
        return jsonify(tried(found, nearest, language, tongue(), say()))

    @api.get("/state")
    def state() -> Response:
        generation, revision = room.answering(ArticleId(request.args.get("article", "")))
        return jsonify(generation=generation, revision=revision)

    @api.get("/session")
    def session() -> Response:
        return jsonify(csrf=csrf())

    @api.errorhandler(StaleError)
    def stale(error: StaleError) -> tuple[Response, int]:
        article = room.editorial.article(ArticleId(error.article))
        newer = {
            "number": article.latest,
            "author": room.name_of(error.author),
            "published": article.live == article.latest,
            "text": asdict(room.text(article)),
            "article": article_json(article),
        }
        return jsonify(error={"code": "stale", "message": str(error), "newer": newer}), error.status

    return api


def body() -> Mapping[str, object]:
    """The request's JSON object. Raises FieldInvalidError for anything else."""
    try:
        given = request.get_json()
    except RecursionError:
        raise FieldInvalidError("body", "is nested too deeply") from None
    if not isinstance(given, dict):
        raise FieldInvalidError("body", "must be a JSON object")
    check_kept(given)
    return cast(Mapping[str, object], given)


def article_json(article: Article) -> dict[str, object]:
    """An article without its text; `standing` says in words where it is."""
    return {
        "id": article.id,
        "path": quote(article.id),
        "url": studio_url(article.id),
        "title": article.title,
        "status": article.status.value,
        "version": article.version,
        "latest": article.latest,
        "live": article.live,
        "language": article.language,
        "slug": article.slug,
        "category": article.category,
        "labels": list(article.labels),
        "public": article.public,
        "owner": article.owner,
        "review_by": article.review_by.isoformat() if article.review_by else None,
        "translation_of": article.translation_of,
        "updated_at": article.updated_at.isoformat(),
        "deleted_at": article.deleted_at.isoformat() if article.deleted_at else None,
        "planned": planned_json(article),
        "standing": asdict(standing(article, say())),
    }


def row_json(row: Row) -> dict[str, object]:
    """A line of a list."""
    moments = {"changed": row.changed, "planned": row.planned, "deleted": row.deleted}
    return asdict(row) | {name: at.isoformat() if at else None for name, at in moments.items()}


def planned_json(article: Article) -> dict[str, object] | None:
    """When which revision goes live by itself."""
    if article.publish_at is None:
        return None
    return {"at": article.publish_at.isoformat(), "revision": article.publish_revision}
