"""What each article did for customers, as a page and as JSON.

GET /kb/figures?within=&by=        the table: week, month or ever; by shown, helped, rejected or handed_over
GET /kb/api/figures?within=        → {articles: [{id, title, shown, helped, rejected, handed_over}]}
GET /kb/api/figures/ARTICLE        → {week, month, ever}
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta

from babel.numbers import format_percent
from flask import Blueprint, Response, jsonify, render_template, request

from kb.article import ArticleId
from kb.editorial import Editorial
from kb.learned.outcomes import MONTH, WEEK, Outcomes, Tally
from kb.web.reader import say, tongue
from kb.web.wording import language_name, studio_url

WITHIN: dict[str, timedelta | None] = {"week": WEEK, "month": MONTH, "ever": None}
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


def figures_pages(outcomes: Outcomes, editorial: Editorial) -> Blueprint:
    pages = Blueprint("kb_figures", __name__, url_prefix="/kb")

    @pages.get("/figures")
    def figures() -> str:
        within = choice("within", tuple(WITHIN), "month")
        by = choice("by", BY, "shown")
        found = titled(outcomes, editorial, within)
        ordered = sorted(found, key=lambda each: (-getattr(each[3], by), -each[3].shown, each[1]))
        _ = say()
        return render_template(
            "figures.html",
            place="gaps",
            lines=[line(*each) for each in ordered[:PAGE]],
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
        within = choice("within", tuple(WITHIN), "month")
        found = titled(outcomes, editorial, within)
        return jsonify(
            articles=[{"id": id, "title": title, **asdict(tally)} for id, title, _, tally in found]
        )

    @pages.get("/api/figures/<path:article>")
    def one(article: str) -> Response:
        return jsonify(asdict(outcomes.figures(editorial.article(ArticleId(article)).id)))

    def line(id: ArticleId, title: str, language: str, tally: Tally) -> Line:
        judged = tally.helped + tally.rejected
        share = format_percent(tally.helped / judged, locale=tongue()) if judged else "–"
        return Line(studio_url(id), title, language_name(language, tongue()), tally, share)

    return pages


def choice(name: str, allowed: tuple[str, ...], default: str) -> str:
    asked = request.args.get(name, "")
    return asked if asked in allowed else default


def titled(outcomes: Outcomes, editorial: Editorial, within: str) -> list[tuple[ArticleId, str, str, Tally]]:
    """Id, title, language and tally of every article that was shown in the period and still exists."""
    tallies = outcomes.tallies(WITHIN[within])
    return [
        (article.id, article.title, article.language, tallies[article.id])
        for article in editorial.articles()
        if article.id in tallies
    ]
