"""The bot's words as JSON, under /kb/api/words.

PUT  /words/NAME/LANGUAGE           version, variants: [{base, text, titles}] → {version, state, drafts}
POST /words/NAME/LANGUAGE/restore   version → the same
GET  /words/drafts                  → {drafts: [{title, language, before, after}]}: what Publish would change
POST /words/publish                 live, note? → {set}; `live` is the set that the page knows as the newest
POST /words/roll-back               number, live → {set}; for admins
GET  /words/state                   → {live, speaking, drafts}
An old `version` gets 409 {error: {code: "stale", newer: {author, version, variants}}}.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import cast

from flask import Blueprint, Response, jsonify

from kb.coaching.wordings import Button, Variant
from kb.coaching.words import Words
from kb.errors import AdminOnlyError, FieldInvalidError, StaleWordsError, WordsInvalidError
from kb.web.api import body
from kb.web.reader import admin, editor, say, tongue
from kb.web.word_list import refusal, state_of
from kb.web.wording import language_name
from kb.web.writing import number
from kb.web.writing import words as text_in


def words_api(words: Words, name_of: Callable[[str], str]) -> Blueprint:
    api = Blueprint("kb_words_api", __name__, url_prefix="/kb/api/words")

    @api.put("/<path:name>/<language>")
    def save(name: str, language: str) -> Response:
        given = body()
        variants = read_variants(given)
        words.save(name, language, variants, version=number(given, "version"), by=editor().email)
        return standing(name, language)

    @api.post("/<path:name>/<language>/restore")
    def restore(name: str, language: str) -> Response:
        words.restore(name, language, version=number(body(), "version"), by=editor().email)
        return standing(name, language)

    @api.get("/drafts")
    def drafts() -> Response:
        waiting = [each for each in words.wordings() if each.draft is not None]
        return jsonify(
            drafts=[
                {
                    "title": say()(each.text.title),
                    "language": language_name(each.language, tongue()),
                    "before": [variant.text for variant in each.live],
                    "after": [variant.text for variant in each.variants],
                }
                for each in waiting
            ]
        )

    @api.post("/publish")
    def publish() -> Response:
        given = body()
        live, note = number(given, "live"), text_in(given, "note", "")
        return jsonify(set=words.publish(live, note, by=editor().email).number)

    @api.post("/roll-back")
    def roll_back() -> Response:
        given = body()
        if not admin():
            raise AdminOnlyError
        back = words.roll_back(number(given, "number"), number(given, "live"), by=editor().email)
        return jsonify(set=back.number)

    @api.get("/state")
    def state() -> Response:
        waiting = sum(each.draft is not None for each in words.wordings())
        return jsonify(live=words.live().number, speaking=words.speaking, drafts=waiting)

    @api.errorhandler(WordsInvalidError)
    def invalid(error: WordsInvalidError) -> tuple[Response, int]:
        return jsonify(error={"code": "words_invalid", "message": refusal(error, say())}), error.status

    @api.errorhandler(StaleWordsError)
    def stale(error: StaleWordsError) -> tuple[Response, int]:
        here = next(each for each in words.of(error.text) if each.language == error.language)
        newer = {
            "author": name_of(error.author),
            "version": here.version,
            "variants": [asdict(each) for each in here.variants],
        }
        return jsonify(error={"code": "stale", "message": str(error), "newer": newer}), error.status

    def standing(name: str, language: str) -> Response:
        here = next(each for each in words.of(name) if each.language == language)
        key, word = state_of(here, say())
        waiting = sum(each.draft is not None for each in words.wordings())
        return jsonify(
            version=here.version,
            state={"key": key, "word": word},
            variants=[asdict(each) for each in here.variants],
            drafts=waiting,
        )

    return api


def read_variants(given: Mapping[str, object]) -> tuple[Variant, ...]:
    """The variants in a JSON object; payloads are not among them. Raises FieldInvalidError."""
    listed = given.get("variants")
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise FieldInvalidError("variants", "must be a list of objects")
    return tuple(_variant(cast(Mapping[str, object], each)) for each in listed)


def _variant(given: Mapping[str, object]) -> Variant:
    titles = given.get("titles", [])
    if not isinstance(titles, list) or not all(isinstance(title, str) for title in titles):
        raise FieldInvalidError("titles", "must be a list of texts")
    buttons = tuple(Button(title, "") for title in titles)
    return Variant(number(given, "base"), text_in(given, "text"), buttons)
