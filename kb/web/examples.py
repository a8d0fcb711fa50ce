"""The studio's pages of examples: misread messages, what was taught, and the models trained on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template

from kb.coaching.examples import Examples
from kb.coaching.training import Candidate, Example, State
from kb.web.example_words import Meaning, card, meanings, outcome, state_word
from kb.web.reader import admin, say, tongue
from kb.web.word_words import page_words
from kb.web.wording import language_name

MOST_MISREAD = 30
MOST_MODELS = 30


@dataclass(frozen=True, slots=True)
class Counted:
    """An intent with its examples: those that ship and those that were taught, by language."""

    meaning: Meaning
    counts: tuple[int, ...]
    taught: int


def example_pages(examples: Examples | None, name_of: Callable[[str], str]) -> Blueprint:
    """examples: None where no bot runs beside this room."""
    pages = Blueprint("kb_examples", __name__, url_prefix="/kb/examples")
    pages.context_processor(lambda: {"place": "examples"})
    if examples is None:

        @pages.get("", defaults={"path": ""})
        @pages.get("/<path:path>")
        def absent(path: str) -> tuple[str, int]:
            return render_template("not_here.html", title=say()("Examples")), 503

        return pages
    here = examples

    @pages.get("")
    def misread() -> str:
        known = named()
        cards = [card(each, known, tongue(), say()) for each in here.misread(MOST_MISREAD)]
        return render_template(
            "examples.html", tab="misread", cards=cards, degraded=here.bot.degraded, **common(known)
        )

    @pages.get("/taught")
    def taught() -> str:
        known = named()
        own = here.examples()
        languages = here.bot.languages
        return render_template(
            "taught.html",
            tab="taught",
            examples=[(each, title(each, known), name_of(each.by)) for each in own],
            intents=[
                Counted(
                    known[each.name],
                    tuple(each.counts.get(language, 0) for language in languages),
                    sum(example.intent == each.name for example in own),
                )
                for each in here.bot.intents()
            ],
            **common(known),
        )

    @pages.get("/models")
    def models() -> str:
        live, kept = here.live(), here.bot.kept()
        found = [
            {
                "candidate": each,
                "who": name_of(each.by) if each.by else "firstline train",
                "word": state_word(each, live, say()),
                "live": each.number == live,
                "back": admin() and each.state is State.PUBLISHED and each.number in kept - {live},
            }
            for each in here.candidates(MOST_MODELS)
        ]
        refused = next((each.why for each in here.publications(1) if each.why), None)
        return render_template(
            "models.html", tab="models", models=found, admin=admin(), refused=refused, **common(named())
        )

    def named() -> dict[str, Meaning]:
        return meanings(here.bot.intents(), tongue(), say())

    def common(known: Mapping[str, Meaning]) -> dict[str, object]:
        """The training beside every list, and what the module needs."""
        waiting, retired = here.waiting()
        open_ = here.open()
        return {
            "meanings": sorted(known.values(), key=lambda each: each.title.casefold()),
            "languages_spoken": [(code, language_name(code, tongue())) for code in here.bot.languages],
            "waiting": len(waiting),
            "retired": retired,
            "candidate": open_,
            "outcome": report(open_, known),
            "last": last(),
            "words": page_words(say()),
            "facts": {
                "training": open_.number if open_ is not None and open_.state is State.TRAINING else None,
                "candidate": open_.number if open_ is not None else None,
                "titles": {each.title: each.name for each in known.values()},
            },
        }

    def last() -> Candidate | None:
        """The last training, where it came to nothing: why is said until the next one."""
        newest = next(iter(here.candidates(1)), None)
        return newest if newest is not None and newest.state is State.FAILED else None

    def report(candidate: Candidate | None, known: Mapping[str, Meaning]) -> object:
        if candidate is None or candidate.report is None:
            return None
        return outcome(candidate.report, known, tongue(), say())

    def title(example: Example, known: Mapping[str, Meaning]) -> str:
        return known[example.intent].title if example.intent in known else example.intent

    return pages
