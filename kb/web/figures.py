"""What each article did for customers, as a page and as JSON.

GET /kb/figures?within=&by=        the table: week, month or ever; by shown, helped, rejected or handed_over
GET /kb/api/figures?within=        → {articles: [{id, title, shown, helped, rejected, handed_over, readers}]}
GET /kb/api/figures/ARTICLE        → {week, month, ever, readers: {week, month, ever}}
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from babel.numbers import format_percent
from flask import Blueprint, Response, jsonify, render_template, request

from kb.article import ArticleId
from kb.editorial import Editorial
from kb.learned.outcomes import Outcomes, Tally
from kb.store.pages import NO_VOTES, Votes
from kb.web.address import asked_one_of
from kb.web.reader import say, tongue
from kb.web.readers import WITHIN, Readers
from kb.web.wording import language_name, studio_url

BY = ("shown", "helped", "rejected", "handed_over")
PAGE = 200
"""Articles that the table shows."""


@dataclass(frozen=True, slots=True)
class Line:
    """An article's figures in the table; `helped` is also the share of those who said."""

    url: str
    title: str
    language: str
    tally: Tally
    share: str
    readers: Votes | None


@dataclass(frozen=True, slots=True)
class Found:
    """An article that the bot has shown in a period, or that readers voted on."""

    id: ArticleId
    title: str
    language: str
    tally: Tally
    votes: Votes


def figures_pages(outcomes: Outcomes, readers: Readers, editorial: Editorial) -> Blueprint:
    pages = Blueprint("kb_figures", __name__, url_prefix="/kb")

    @pages.get("/figures")
    def figures() -> str:
        within = choice("within", tuple(WITHIN), "month")
        by = choice("by", BY, "shown")
        found = titled(outcomes, readers, editorial, within)
        ordered = sorted(found, key=lambda each: (-getattr(each.tally, by), -each.tally.shown, each.title))
        _ = say()
        return render_template(
            "figures.html",
            place="gaps",
            lines=[line(each) for each in ordered[:PAGE]],
            within=within,
            by=by,
            periods=(
                ("week", _("Last 7 days")),
                ("month", _("Last 30 days")),
                ("ever", _("All time")),
            ),
            columns=(
                ("shown", _("Shown")),
                ("helped", _("Helped")),
                ("rejected", _("Rejected")),
                ("handed_over", _("Led to a person")),
            ),
        )

    @pages.get("/api/figures")
    def every() -> Response:
        within = asked_one_of("within", tuple(WITHIN), "month")
        return jsonify(
            articles=[
                {"id": each.id, "title": each.title, **asdict(each.tally), "readers": each.votes._asdict()}
                for each in titled(outcomes, readers, editorial, within)
            ]
        )

    @pages.get("/api/figures/<path:article>")
    def one(article: str) -> Response:
        id = editorial.article(ArticleId(article)).id
        return jsonify(readers.figures(id, outcomes.figures(id)))

    def line(found: Found) -> Line:
        tally = found.tally
        judged = tally.helped + tally.rejected
        share = format_percent(tally.helped / judged, locale=tongue()) if judged else "–"
        language = language_name(found.language, tongue())
        votes = found.votes if any(found.votes) else None
        return Line(studio_url(found.id), found.title, language, tally, share, votes)

    return pages


def choice(name: str, allowed: tuple[str, ...], default: str) -> str:
    asked = request.args.get(name, "")
    return asked if asked in allowed else default


def titled(outcomes: Outcomes, readers: Readers, editorial: Editorial, within: str) -> list[Found]:
    """Every article that was shown or voted on in the period and still exists."""
    tallies, votes = outcomes.tallies(WITHIN[within]), readers.votes(within)
    return [
        Found(
            each.id,
            each.title,
            each.language,
            tallies.get(each.id, Tally()),
            votes.get(each.id, NO_VOTES),
        )
        for each in editorial.articles()
        if each.id in tallies or each.id in votes
    ]
