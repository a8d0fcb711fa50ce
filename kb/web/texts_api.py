"""The studio's JSON for two texts, and for three.

POST /articles/ID/compare     before, after: each a revision's number or a body
                              → {rows: [{before, after, gap}]}, a side being [[words, changed], …] or null
POST /articles/ID/merge       base, mine: texts
                              → {theirs: {number, author, at, text}, article, blocks, fields, text, open}

Merge makes one of the text in hand (`mine`), which began as `base`, and of the latest revision. `blocks` are
those of the body, [{kind: same|mine|theirs|both|conflict, base, mine, theirs}]; `fields` the same for title,
category and public. `text` is the merged one, with the editor's own words where somebody has to choose, and
`open` says how often.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace

from flask import Blueprint, Response, jsonify

from kb.article import ArticleId
from kb.editing.comparing import Side, compare
from kb.editing.merging import merge, merge_lines, merge_value
from kb.errors import FieldInvalidError
from kb.web.api import article_json, body
from kb.web.room import Room
from kb.web.writing import Text, number, part, read_text

_CHOSEN = ("title", "category", "public")


def texts_api(room: Room) -> Blueprint:
    api = Blueprint("kb_texts", __name__, url_prefix="/kb/api/articles")

    @api.post("/<path:article>/compare")
    def comparing(article: str) -> Response:
        given = body()
        before, after = (_text_at(room, ArticleId(article), given, field) for field in ("before", "after"))
        rows = compare(before, after)
        return jsonify(
            rows=[{"before": _side(one.before), "after": _side(one.after), "gap": one.gap} for one in rows]
        )

    @api.post("/<path:article>/merge")
    def merging(article: str) -> Response:
        given = body()
        here = room.editorial.article(ArticleId(article))
        latest = room.editorial.revision(here.id, here.latest)
        base, mine, theirs = (
            read_text(part(given, "base")),
            read_text(part(given, "mine")),
            room.text(here),
        )
        blocks = merge(base.body, mine.body, theirs.body)
        fields = {name: _field(name, base, mine, theirs) for name in _CHOSEN}
        merged = _merged(base, mine, theirs, fields)
        text = "".join(mine_or(block.text, block.mine) for block in blocks)
        unsettled = [one for one in fields.values() if one["kind"] == "conflict"]
        return jsonify(
            article=article_json(here),
            theirs={
                "number": latest.number,
                "author": room.name_of(latest.author),
                "at": latest.created_at.isoformat(),
                "text": asdict(theirs),
            },
            blocks=[asdict(block) for block in blocks],
            fields=fields,
            text=asdict(replace(merged, body=text)),
            open=len(unsettled) + sum(block.kind == "conflict" for block in blocks),
        )

    return api


def mine_or(text: str | None, mine: str) -> str:
    return mine if text is None else text


def _field(name: str, base: Text, mine: Text, theirs: Text) -> dict[str, object]:
    values = {
        side: getattr(text, name) for side, text in (("base", base), ("mine", mine), ("theirs", theirs))
    }
    return {"kind": merge_value(values["base"], values["mine"], values["theirs"]), **values}


def _merged(base: Text, mine: Text, theirs: Text, fields: Mapping[str, Mapping[str, object]]) -> Text:
    """The editor's text with what only the other one changed; of the body nothing yet."""
    taken = {name for name, field in fields.items() if field["kind"] == "theirs"}
    return replace(
        mine,
        title=theirs.title if "title" in taken else mine.title,
        category=theirs.category if "category" in taken else mine.category,
        public=theirs.public if "public" in taken else mine.public,
        questions=merge_lines(base.questions, mine.questions, theirs.questions),
        labels=merge_lines(base.labels, mine.labels, theirs.labels),
    )


def _text_at(room: Room, article: ArticleId, given: Mapping[str, object], field: str) -> str:
    value = given.get(field)
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return room.editorial.revision(article, number(given, field)).body
    raise FieldInvalidError(field, "must be a revision's number or a text")


def _side(side: Side) -> list[tuple[str, bool]] | None:
    return None if side is None else [(piece.text, piece.changed) for piece in side]
