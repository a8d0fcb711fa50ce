"""The desk's page. It is served once; from then on its scripts read the API and follow the log."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from handoff.case import OUTCOMES
from handoff.desk import Agent, Desk
from handoff.floor.triage import Team
from handoff.links import Links
from handoff.values import JsonObject, as_object
from handoff.web.api import ref_of
from handoff.web.words import ENDINGS, QUESTIONS, SHORTCUTS, STANDINGS, STATIC, VIEWS, script_words

Say = Callable[[str], str]

SHEETS = ("desk.css", "queue.css", "thread.css", "composer.css", "casefile.css", "dialogs.css")
"""The page's style sheets: the desk's own, then each part's."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads the page and in which language.

    `csrf` is what their forms must carry, `studio` whether the editors' room is open to them too, `lead`
    whether they lead others, as supervisors and admins do.
    """

    agent: Agent
    language: str
    csrf: str
    studio: bool
    lead: bool = False


def desk_pages(
    desk: Desk,
    teams: Callable[[], Sequence[Team]],
    *,
    reader: Callable[[], Reader],
    say: Callable[[str], Say],
    languages: Sequence[str],
    address_of: Callable[[str], str],
    notices: Callable[[], Sequence[str]],
    mails: bool,
    links: Links,
) -> Blueprint:
    """`/desk/` and `/desk/cases/N`, which are the same page with another case open.

    say: a language's words. address_of: where a static file is served, with its version. notices: what the
    house can't do at the moment, in sentences. mails: whether it sends mail. links: the company's
    own pages about a customer.
    """
    pages = Blueprint("desk_pages", __name__, url_prefix="/desk", template_folder="templates")
    said = script_words()
    scripts = sorted(path.name for path in STATIC.glob("*.js"))

    @pages.get("/cases/<ref>")
    def case_page(ref: str) -> ResponseReturnValue:
        number = str(desk.case(ref_of(ref)).number)
        return desk_page() if ref == number else redirect(url_for(".case_page", ref=number))

    @pages.get("/")
    def desk_page() -> str:
        who = reader()
        words = say(who.language)
        return render_template(
            "desk.html",
            page=given(who),
            # The scripts name each other without versions; the map sends each name to its versioned address.
            modules={"imports": {url_for("static", filename=name): address_of(name) for name in scripts}},
            sheets=SHEETS,
            views=[(name, words(title)) for name, title in VIEWS.items()],
            standings=[(code, *map(words, said)) for code, said in STANDINGS.items()],
            notices=notices(),
            initials=initials(who.agent.name),
            studio=who.studio,
            endings=[(outcome, *map(words, ENDINGS[outcome])) for outcome in OUTCOMES],
            shortcuts=[(keys, words(what)) for keys, what in SHORTCUTS],
        )

    def given(who: Reader) -> JsonObject:
        """What the page's scripts know from the start."""
        words = say(who.language)
        return {
            "me": {"email": who.agent.email, "name": who.agent.name},
            "locale": who.language,
            "csrf": who.csrf,
            "may": {"lead": who.lead, "mail": mails},
            "prefix": "/desk",
            "cursor": desk.log_end(),
            "teams": {team.name: team.title(who.language) for team in teams()},
            "links": as_object(links),
            "questions": {code: _translated(QUESTIONS, say(code)) for code in languages},
            "strings": {text: words(text) for text in said if words(text) != text},
        }

    return pages


def _translated(texts: Mapping[str, str], say: Say) -> JsonObject:
    return {name: say(text) for name, text in texts.items()}


def initials(name: str) -> str:
    """The first letters of the first and the last name."""
    parts = name.split() or ["?"]
    return "".join(part[0] for part in (parts[0], *parts[1:][-1:])).upper()
