"""The studio's JSON for what is kept about an article beside its text.

GET  /articles/ID/details     → {url, slug, moved: [address], owner, review_by, stale, translations, figures,
                              checks: how many findings about it nobody has accepted}
POST /articles/ID/arrange     any of owner (e-mail, "" is nobody), review_by (day or null), slug,
                              translation_of (ID or null) → {article, details}
POST /articles/ID/match       → {article, details}: the translation says what its original says now
GET  /articles/ID/linkable?q= → {rows}: articles in other languages that this one could be linked to
GET  /articles/ID/audit       → {lines: [{at, actor, verb, detail}]}, newest first
"""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response, jsonify

from kb.article import Article, ArticleId
from kb.errors import FieldInvalidError
from kb.web.address import asked
from kb.web.api import article_json, body, row_json
from kb.web.reader import editor, say, tongue
from kb.web.room import Room
from kb.web.shelf import matching
from kb.web.wording import help_url, row, stale
from kb.web.writing import some_day, words

LINKABLE = 12
"""Articles offered to link to."""


def details_api(room: Room) -> Blueprint:
    api = Blueprint("kb_details", __name__, url_prefix="/kb/api/articles")

    @api.get("/<path:article>/details")
    def details(article: str) -> Response:
        return jsonify(details_json(room, room.editorial.article(ArticleId(article))))

    @api.post("/<path:article>/arrange")
    def arrange(article: str) -> Response:
        id, given, by = ArticleId(article), body(), editor().email
        if "owner" in given:
            room.arranging.own(id, _owner(room, words(given, "owner")), by=by)
        if "review_by" in given:
            room.arranging.review_by(id, some_day(given, "review_by"), by=by)
        if "slug" in given:
            room.arranging.rename(id, words(given, "slug"), by=by)
        if "translation_of" in given:
            if given["translation_of"] is None:
                room.arranging.unlink(id, by=by)
            else:
                room.arranging.link(id, ArticleId(words(given, "translation_of")), by=by)
        here = room.editorial.article(id)
        return jsonify(article=article_json(here), details=details_json(room, here))

    @api.post("/<path:article>/match")
    def match(article: str) -> Response:
        here = room.arranging.match(ArticleId(article), by=editor().email)
        return jsonify(article=article_json(here), details=details_json(room, here))

    @api.get("/<path:article>/linkable")
    def linkable(article: str) -> Response:
        here = room.editorial.article(ArticleId(article))
        taken = {here.language, *(one.code for one in room.linked(here) if one.id)}
        others = (one for one in room.editorial.articles() if one.language not in taken)
        found = matching(others, asked("q"))[:LINKABLE]
        return jsonify(rows=[row_json(row(one, tongue(), room.today(), say())) for one in found])

    @api.get("/<path:article>/audit")
    def audit(article: str) -> Response:
        return jsonify(
            lines=[
                {
                    "at": one.at.isoformat(),
                    "actor": room.name_of(one.actor),
                    "verb": one.verb,
                    "detail": one.detail,
                }
                for one in room.editorial.audited(ArticleId(article))
            ]
        )

    return api


def details_json(room: Room, article: Article) -> dict[str, object]:
    """What the inspector shows of an article and saves by itself."""
    original = room.editorial.article(article.translation_of) if article.translation_of else None
    moved = (help_url(language, slug) for language, slug in room.editorial.redirects(article.id))
    return {
        "url": help_url(article.language, article.slug),
        "slug": article.slug,
        "moved": list(moved),
        "owner": article.owner,
        "review_by": article.review_by.isoformat() if article.review_by else None,
        "stale": stale(article, room.today()),
        "translation_of": article.translation_of,
        "says": article.translated_revision,
        "original": None
        if original is None
        else {"path": original.id, "now": original.live or original.latest, "title": original.title},
        "translations": [asdict(one) for one in room.linked(article)],
        "figures": room.readers.figures(article.id, room.figures(article.id)),
        "checks": len(room.findings().get(article.id, ())),
    }


def _owner(room: Room, email: str) -> str:
    if email and email not in {one.email for one in room.editors()}:
        raise FieldInvalidError("owner", "must be the e-mail of an editor; admins add them under staff")
    return email
