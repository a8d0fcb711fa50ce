"""The bot's words and examples for programs that read.

GET /words             → {languages, texts: [{name, title, group, may, needs, wordings}]}
GET /words/sets        → {sets: [{number, author, at, note, again, texts, live}]}, newest first
GET /examples          → {examples: [{id, text, language, intent, by, at}], intents}
GET /examples/misread  → {messages}: those that seem to have been misread
GET /examples/models   → {models}, newest first
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from itertools import groupby

from flask import Blueprint, Response, jsonify

from kb.coaching.examples import Examples
from kb.coaching.training import Candidate, Example, Misread
from kb.coaching.wordings import Wording, WordSet
from kb.coaching.words import Words
from kb.web.example_words import meanings
from kb.web.examples import MOST_MISREAD, MOST_MODELS
from kb.web.reader import say, tongue
from kb.web.word_list import state_of
from kb.web.words import SETS


def spoken_words_api(words: Words, name_of: Callable[[str], str]) -> Blueprint:
    api = Blueprint("kb_spoken_words", __name__, url_prefix="/kb/api/words")

    @api.get("")
    def texts() -> Response:
        by_text = groupby(words.wordings(), lambda each: each.text.name)
        return jsonify(languages=list(words.languages), texts=[text_json(tuple(some)) for _, some in by_text])

    @api.get("/sets")
    def sets() -> Response:
        live = words.live().number
        return jsonify(sets=[set_json(each, live) for each in words.sets(SETS)])

    def set_json(each: WordSet, live: int) -> dict[str, object]:
        return {
            "number": each.number,
            "author": name_of(each.author),
            "at": each.at.isoformat() if each.at else None,
            "note": each.note,
            "again": each.again,
            "texts": len(each.words),
            "live": each.number == live,
        }

    return api


def taught_api(examples: Examples, name_of: Callable[[str], str]) -> Blueprint:
    api = Blueprint("kb_taught", __name__, url_prefix="/kb/api/examples")

    @api.get("")
    def taught() -> Response:
        intents = examples.bot.intents()
        known = meanings(intents, tongue(), say())
        return jsonify(
            examples=[example_json(each) for each in examples.examples()],
            intents=[
                {"name": each.name, "title": known[each.name].title, "counts": dict(each.counts)}
                for each in intents
            ],
        )

    @api.get("/misread")
    def misread() -> Response:
        return jsonify(messages=[misread_json(each) for each in examples.misread(MOST_MISREAD)])

    @api.get("/models")
    def models() -> Response:
        live = examples.live()
        return jsonify(models=[model_json(each, live) for each in examples.candidates(MOST_MODELS)])

    def example_json(each: Example) -> dict[str, object]:
        return {
            "id": each.id,
            "text": each.text,
            "language": each.language,
            "intent": each.intent,
            "by": name_of(each.by),
            "at": each.at.isoformat(),
        }

    def model_json(each: Candidate, live: int | None) -> dict[str, object]:
        return {
            "number": each.number,
            "state": each.state.value,
            "by": name_of(each.by) if each.by else "",
            "at": each.at.isoformat(),
            "ended_at": each.ended_at.isoformat() if each.ended_at else None,
            "examples": each.examples,
            "why": each.why,
            "live": each.number == live,
        }

    return api


def text_json(wordings: Sequence[Wording]) -> dict[str, object]:
    """A text in every language."""
    text = wordings[0].text
    return {
        "name": text.name,
        "title": say()(text.title),
        "group": text.group,
        "may": sorted(text.may),
        "needs": sorted(text.needs),
        "wordings": [
            {
                "language": each.language,
                "version": each.version,
                "state": state_of(each, say())[0],
                "variants": [asdict(variant) for variant in each.variants],
                "live": [asdict(variant) for variant in each.live],
            }
            for each in wordings
        ],
    }


def misread_json(each: Misread) -> dict[str, object]:
    return asdict(each) | {"at": each.at.isoformat()}
