"""The studio's JSON for what editors say to each other, and for appointments.

GET  /articles/ID/comments    → {comments: [{id, revision, kind, word, text, author, at}]}, oldest first;
                              kind is said, asked, returned or approved
POST /articles/ID/comments    text → {comments}
POST /articles/ID/submit      version, note? → {article}
POST /articles/ID/return      version, comment → {article}
POST /articles/ID/schedule    version, at → {article}; `at` says its offset from UTC
POST /articles/ID/unschedule  → {article}
"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from kb.article import ArticleId
from kb.editing.review import Kind
from kb.web.api import article_json, body
from kb.web.reader import editor, say
from kb.web.room import Room
from kb.web.wording import Say
from kb.web.writing import moment, number, words


def review_api(room: Room) -> Blueprint:
    api = Blueprint("kb_review", __name__, url_prefix="/kb/api/articles")

    @api.get("/<path:article>/comments")
    def comments(article: str) -> Response:
        here = room.editorial.article(ArticleId(article))
        return jsonify(comments=comments_json(room, here.id))

    @api.post("/<path:article>/comments")
    def comment(article: str) -> Response:
        room.editorial.comment(ArticleId(article), words(body(), "text"), by=editor().email)
        return jsonify(comments=comments_json(room, ArticleId(article)))

    @api.post("/<path:article>/submit")
    def submit(article: str) -> Response:
        given = body()
        here = room.editorial.submit(
            ArticleId(article),
            version=number(given, "version"),
            note=words(given, "note", ""),
            by=editor().email,
        )
        return jsonify(article=article_json(here))

    @api.post("/<path:article>/return")
    def send_back(article: str) -> Response:
        given = body()
        here = room.editorial.send_back(
            ArticleId(article),
            version=number(given, "version"),
            comment=words(given, "comment"),
            by=editor().email,
        )
        return jsonify(article=article_json(here))

    @api.post("/<path:article>/schedule")
    def schedule(article: str) -> Response:
        given = body()
        version, at = number(given, "version"), moment(given, "at")
        here = room.schedule.plan(ArticleId(article), at, version=version, by=editor().email)
        return jsonify(article=article_json(here))

    @api.post("/<path:article>/unschedule")
    def unschedule(article: str) -> Response:
        here = room.schedule.cancel(ArticleId(article), by=editor().email)
        return jsonify(article=article_json(here))

    return api


def comments_json(room: Room, article: ArticleId) -> list[dict[str, object]]:
    """The thread, oldest first."""
    return [
        {
            "id": one.id,
            "revision": one.revision,
            "kind": one.kind.value,
            "word": kind_word(one.kind, say()),
            "text": one.text,
            "author": room.name_of(one.author),
            "at": one.at.isoformat(),
        }
        for one in room.comments.of(article)
    ]


def kind_word(kind: Kind, _: Say) -> str:
    """What was done with a comment; nothing to say of one that only says something."""
    return {
        Kind.SAID: "",
        Kind.ASKED: _("asked for a review"),
        Kind.RETURNED: _("sent it back"),
        Kind.APPROVED: _("approved it"),
    }[kind]
