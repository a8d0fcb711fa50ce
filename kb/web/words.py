"""The studio's pages of the bot's words: the list, one text in every language, the published sets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from urllib.parse import quote

from flask import Blueprint, Response, render_template, request
from markupsafe import Markup

from kb.coaching.wordings import (
    LONG,
    LONG_TITLE,
    MOST_CHARACTERS,
    MOST_TITLE,
    BotText,
    Variant,
    Wording,
    WordRevision,
)
from kb.coaching.words import Words
from kb.preview import to_html
from kb.web.reader import admin, say, tongue
from kb.web.word_list import Sought, listed, state_of
from kb.web.word_words import page_words
from kb.web.wording import language_name

SETS = 50
"""Published sets that the page lists."""


@dataclass(frozen=True, slots=True)
class Bubble:
    """A wording as the chat shows it."""

    variant: Variant
    html: Markup


@dataclass(frozen=True, slots=True)
class Column:
    """A text in one language, open for editing. blank: what a new wording starts from."""

    wording: Wording
    code: str
    language: str
    bubbles: tuple[Bubble, ...]
    blank: Variant
    state: str
    word: str
    restorable: bool


@dataclass(frozen=True, slots=True)
class Past:
    """What somebody made of a text at a moment; `texts` is empty where it was restored."""

    id: int
    code: str
    language: str
    author: str
    at: datetime
    texts: tuple[str, ...]
    variants: list[dict[str, object]]


def word_pages(words: Words | None, name_of: Callable[[str], str]) -> Blueprint:
    """words: None where no bot runs beside this room."""
    pages = Blueprint("kb_words", __name__, url_prefix="/kb/words")
    pages.context_processor(lambda: {"place": "words"})
    if words is None:

        @pages.get("", defaults={"path": ""})
        @pages.get("/<path:path>")
        def absent(path: str) -> tuple[str, int]:
            return render_template("not_here.html", title=say()("Words")), 503

        return pages
    bot = words

    @pages.get("")
    def texts() -> str:
        sought = Sought(*(request.args.get(key, "").strip() for key in ("q", "group", "only")))
        return render_template(
            "words.html",
            sought=sought,
            listed=listed(bot.wordings(), sought, tongue(), say()),
            aside=bot.set_aside(),
            title_of={each.text.name: say()(each.text.title) for each in bot.wordings()},
            words=page_words(say()),
            facts=facts(),
        )

    @pages.get("/sets")
    def sets() -> str:
        live = bot.live().number
        found = [
            {
                "set": each,
                "who": name_of(each.author),
                "texts": len(each.words),
                "live": each.number == live,
            }
            for each in bot.sets(SETS)
        ]
        return render_template(
            "word_sets.html", sets=found, live=live, admin=admin(), words=page_words(say()), facts=facts()
        )

    @pages.get("/domain.yml")
    def download() -> Response:
        number = request.args.get("set", type=int)
        response = Response(bot.as_yaml(number), mimetype="application/yaml")
        name = f"words-{bot.live().number if number is None else number}.yml"
        response.headers["Content-Disposition"] = f"attachment; filename={quote(name)}"
        return response

    @pages.get("/<path:name>")
    def text(name: str) -> str:
        wordings = bot.of(name)
        here = wordings[0].text
        return render_template(
            "word.html",
            text=here,
            group=Sought(group=here.group).url(),
            columns=[_column(each) for each in wordings],
            history=[_past(each, name_of) for each in bot.history(name)],
            waiting=sum(each.draft is not None for each in bot.wordings()),
            placeholders=_placeholders(here),
            words=page_words(say()),
            facts={**facts(), "name": here.name},
            most=MOST_CHARACTERS,
            most_title=MOST_TITLE,
        )

    def facts() -> dict[str, object]:
        return {
            "live": bot.live().number,
            "speaking": bot.speaking,
            "long": LONG,
            "longTitle": LONG_TITLE,
        }

    return pages


def _column(wording: Wording) -> Column:
    state, word = state_of(wording, say())
    text = wording.text
    # What a new wording starts from: of its own language if there is one, else of the first there is.
    bases = (
        *text.shipped.get(wording.language, ()),
        *(each for some in text.shipped.values() for each in some),
    )
    shipped = text.shipped.get(wording.language, ())
    return Column(
        wording=wording,
        code=wording.language,
        language=language_name(wording.language, tongue()),
        bubbles=tuple(Bubble(each, Markup(to_html(each.text))) for each in wording.variants),
        blank=bases[0],
        state=state,
        word=word,
        restorable=wording.variants != shipped,
    )


def _past(revision: WordRevision, name_of: Callable[[str], str]) -> Past:
    variants = revision.variants or ()
    return Past(
        revision.id,
        revision.language,
        language_name(revision.language, tongue()),
        name_of(revision.author),
        revision.at,
        tuple(each.text for each in variants),
        [asdict(each) for each in variants],
    )


def _placeholders(text: BotText) -> list[tuple[str, bool]]:
    """What can stand in a text, and whether it must."""
    return [(f"{{{name}}}", name in text.needs) for name in sorted(text.may)]
