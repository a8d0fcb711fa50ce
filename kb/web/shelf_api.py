"""The studio's JSON for the bin, and for many articles at once.

POST /articles/ID/recover     → {article}: out of the bin, as it was
POST /articles/ID/purge       → {}: erased for good; admins only
POST /bulk                    verb: publish|archive|label|unlabel, articles: [ID], label? → {changed}
                              all of them or none
"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from kb.article import ArticleId
from kb.errors import AdminNeededError, FieldInvalidError
from kb.web.api import article_json, body
from kb.web.reader import admin, editor
from kb.web.room import Room
from kb.web.writing import lines, words

MOST = 500
"""Articles changed at once."""


def shelf_api(room: Room) -> Blueprint:
    api = Blueprint("kb_shelf", __name__, url_prefix="/kb/api")

    @api.post("/articles/<path:article>/recover")
    def recover(article: str) -> Response:
        return jsonify(article=article_json(room.bin.recover(ArticleId(article), by=editor().email)))

    @api.post("/articles/<path:article>/purge")
    def purge(article: str) -> Response:
        if not admin():
            raise AdminNeededError
        room.bin.purge(ArticleId(article), by=editor().email)
        return jsonify({})

    @api.post("/bulk")
    def bulk() -> Response:
        given, by = body(), editor().email
        verb, chosen = words(given, "verb"), tuple(ArticleId(one) for one in lines(given, "articles"))
        if not 0 < len(chosen) <= MOST:
            raise FieldInvalidError("articles", f"must be 1 to {MOST}")
        if verb == "publish":
            changed = room.editorial.publish_many(chosen, by=by)
        elif verb == "archive":
            changed = room.editorial.archive_many(chosen, by=by)
        elif verb in ("label", "unlabel"):
            label = words(given, "label").strip()
            if not label or "," in label:
                raise FieldInvalidError("label", "must be one label, without a comma")
            add, remove = ([label], []) if verb == "label" else ([], [label])
            changed = room.arranging.label(chosen, add=add, remove=remove, by=by)
        else:
            raise FieldInvalidError("verb", "must be publish, archive, label or unlabel")
        return jsonify(changed=len(changed))

    return api
