"""The gaps: what customers ask and nobody has written down, as pages and as JSON.

GET  /kb/gaps?state=          the list: open and being written, or one state
GET  /kb/gaps/ID              one gap with all its questions, agents' replies and its proof
GET  /kb/api/gaps?state=      → {gaps, counts}
GET  /kb/api/gaps/ID          → {gap}
POST /kb/api/gaps/ID/write    → {article: {id, url}}: the draft begun from it
POST /kb/api/gaps/ID/dismiss  because → {gap}
POST /kb/api/gaps/ID/reopen   → {gap}
POST /kb/api/gaps/ID/replay   → {gap}: its questions are asked again; enough answers close it
"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template, request

from kb.editorial import Editorial
from kb.errors import NoArticleError
from kb.learned.gap import TRANSITIONS, Gap, GapState
from kb.learned.gap_telling import gap_json
from kb.learned.gaps import Gaps
from kb.learned.lesson import Proposal
from kb.learned.outcomes import Outcome
from kb.web.address import asked_one_of
from kb.web.api import body
from kb.web.gap_words import (
    asked_again,
    cost_words,
    page_words,
    proof_words,
    reason_words,
    state_words,
    times,
    trend_of,
)
from kb.web.proposals import replies_shown
from kb.web.reader import editor, say, tongue
from kb.web.wording import day, language_name, studio_url
from kb.web.writing import words

PAGE = 100
"""Gaps that a page lists; the dearest come first."""

PHRASINGS = 3
"""Other phrasings that the list shows of a gap."""

TO_DO = (GapState.OPEN, GapState.WRITING)


def gap_pages(gaps: Gaps, editorial: Editorial) -> Blueprint:
    pages = Blueprint("kb_gaps", __name__, url_prefix="/kb")

    @pages.get("/gaps")
    def index() -> str:
        wanted = state_of(request.args.get("state", ""))
        counts = gaps.counts()
        return render_template(
            "gaps.html",
            place="gaps",
            gaps=[card(gap) for gap in gaps.list(*wanted)[:PAGE]],
            tabs=tabs(wanted, counts),
            total=sum(counts.values()),
            wanted=wanted[0].value,
            words=page_words(say()),
        )

    @pages.get("/gaps/<int:gap>")
    def one(gap: int) -> str:
        here = gaps.gap(gap)
        return render_template(
            "gap.html",
            place="gaps",
            gap=card(here),
            questions=[asked(each) for each in here.questions],
            lessons=[taught(each) for each in gaps.lessons(gap) if each.lesson.teaches],
            words=page_words(say()),
        )

    def card(gap: Gap) -> dict[str, object]:
        """One gap as both pages show it."""
        _, here = say(), tongue()
        phrasings = dict.fromkeys(each.question for each in gap.questions if each.question != gap.clearest)
        spoken = dict.fromkeys(each.language for each in gap.questions)
        (cost, basis), proof = cost_words(gap, here, _), gap.proof
        return {
            "id": gap.id,
            "state": gap.state.value,
            "state_word": state_words(gap.state, _),
            "question": gap.clearest,
            "language": gap.language,
            "languages": ", ".join(language_name(code, here) for code in spoken),
            "cost": cost,
            "basis": basis,
            "times": times(gap.times, _),
            "trend": trend_of(gap.weeks, _),
            "reasons": [(reason_words(reason, _), count) for reason, count in gap.reasons],
            "phrasings": list(phrasings)[:PHRASINGS],
            "more": max(0, len(phrasings) - PHRASINGS),
            "article": article_of(gap),
            "proof": proof and {
                "line": proof_words(proof, _),
                "whole": proof.answered == len(proof.replayed),
                "at": proof.at,
                "rows": [asked_again(each, here, _) for each in proof.replayed],
            },
            "note": gap.note if gap.state is GapState.DISMISSED else "",
            "since": gap.changed_at,
            "since_words": day(gap.changed_at, here),
            "may": [event.value for event in TRANSITIONS[gap.state]],
        }  # fmt: skip

    def article_of(gap: Gap) -> dict[str, str] | None:
        """The article that is written for it, or that has closed it."""
        if gap.article is None:
            return None
        try:
            found = editorial.article(gap.article)
        except NoArticleError:
            return None
        return {"title": found.title, "url": studio_url(found.id)}

    return pages


def gaps_api(gaps: Gaps) -> Blueprint:
    api = Blueprint("kb_gaps_api", __name__, url_prefix="/kb/api/gaps")

    @api.get("")
    def index() -> Response:
        wanted = state_of(asked_one_of("state", (GapState.CLOSED, GapState.DISMISSED)))
        counts = {state.value: count for state, count in gaps.counts().items()}
        return jsonify(gaps=[gap_json(gap) for gap in gaps.list(*wanted)], counts=counts)

    @api.get("/<int:gap>")
    def one(gap: int) -> Response:
        return jsonify(gap=gap_json(gaps.gap(gap)))

    @api.post("/<int:gap>/write")
    def write(gap: int) -> Response:
        article = gaps.write(gap, by=editor().email)
        return jsonify(article={"id": article.id, "url": studio_url(article.id)})

    @api.post("/<int:gap>/dismiss")
    def dismiss(gap: int) -> Response:
        return jsonify(gap=gap_json(gaps.dismiss(gap, words(body(), "because"), by=editor().email)))

    @api.post("/<int:gap>/reopen")
    def reopen(gap: int) -> Response:
        return jsonify(gap=gap_json(gaps.reopen(gap, by=editor().email)))

    @api.post("/<int:gap>/replay")
    def replay(gap: int) -> Response:
        gaps.ask_again(gap, by=editor().email)
        return jsonify(gap=gap_json(gaps.gap(gap)))

    return api


def state_of(name: str) -> tuple[GapState, ...]:
    """The states that a list is of; what is work to do for anything else."""
    if name in (GapState.CLOSED, GapState.DISMISSED):
        return (GapState(name),)
    return TO_DO


def tabs(wanted: tuple[GapState, ...], counts: dict[GapState, int]) -> list[dict[str, object]]:
    _ = say()
    found = (
        (_("To do"), "/kb/gaps", TO_DO),
        (_("Closed"), "/kb/gaps?state=closed", (GapState.CLOSED,)),
        (_("Set aside"), "/kb/gaps?state=dismissed", (GapState.DISMISSED,)),
    )
    return [
        {"word": word, "url": url, "here": states == wanted, "number": sum(counts[each] for each in states)}
        for word, url, states in found
    ]


def asked(outcome: Outcome) -> dict[str, object]:
    """A question as the gap's own page lists it: its words, never whose they are."""
    why = "rejected" if outcome.reaction == "rejected" else outcome.reason or outcome.handoff or ""
    return {
        "question": outcome.question,
        "language": outcome.language,
        "why": reason_words(why, say()),
        "case": outcome.case,
        "at": outcome.at,
        "at_words": day(outcome.at, tongue()),
    }


def taught(proposal: Proposal) -> dict[str, object]:
    """What an agent's case had to say to it."""
    lesson = proposal.lesson
    return {"case": lesson.case, "minutes": round(lesson.minutes), "replies": replies_shown(lesson)}
