"""The proposals: what agents wrote to solve cases, as a page and as JSON.

GET  /kb/proposals?state=             those that wait, or that were accepted or dismissed
GET  /kb/api/proposals?state=         → {groups, counts}
POST /kb/api/proposals/CASE/accept    → {article: {id, url}}: the draft that quotes the replies
POST /kb/api/proposals/CASE/extend    → {article: {id, url}}: the near article, with the replies at its end
POST /kb/api/proposals/CASE/dismiss   because → {}
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, jsonify, render_template, request

from kb.errors import NoGapError
from kb.learned.gaps import Gaps
from kb.learned.lesson import Lesson, Proposal, ProposalState
from kb.learned.proposals import Group, Proposals
from kb.web.address import asked_one_of
from kb.web.api import body
from kb.web.gap_words import minutes, page_words, relation_words
from kb.web.reader import editor, say, tongue
from kb.web.wording import day, language_name, studio_url
from kb.web.writing import words

STATES = (ProposalState.NEW, ProposalState.ACCEPTED, ProposalState.DISMISSED)
PAGE = 50
"""Groups that the page shows; the dearest come first."""


def proposal_pages(proposals: Proposals, gaps: Gaps, name_of: Callable[[str], str]) -> Blueprint:
    """name_of: a member of staff's name from their e-mail."""
    pages = Blueprint("kb_proposals", __name__, url_prefix="/kb")

    @pages.get("/proposals")
    def index() -> str:
        wanted = state_of(request.args.get("state", ""))
        counts = proposals.counts()
        return render_template(
            "proposals.html",
            place="proposals",
            groups=[shown(group) for group in proposals.list(wanted)[:PAGE]],
            tabs=tabs(wanted, counts),
            total=sum(counts[state] for state in STATES),
            wanted=wanted.value,
            words=page_words(say()),
        )

    def shown(group: Group) -> dict[str, object]:
        _, here = say(), tongue()
        near = {"title": group.near_title, "url": studio_url(group.near)} if group.near else None
        return {
            "gap": gap_of(group),
            "near": near,
            "relation": group.relation.value,
            "relation_word": relation_words(group.relation, _),
            "cost": minutes(group.minutes, here, _, about=False),
            "cases": [case_of(each) for each in group.proposals],
        }

    def gap_of(group: Group) -> dict[str, object] | None:
        if group.gap is None:
            return None
        try:
            return {"id": group.gap, "question": gaps.gap(group.gap).clearest}
        except NoGapError:
            return None

    def case_of(proposal: Proposal) -> dict[str, object]:
        lesson = proposal.lesson
        return {
            "case": lesson.case,
            "question": lesson.question,
            "asked_in": ", ".join(map(str, lesson.asked_in)),
            "language": lesson.language,
            "language_word": language_name(lesson.language, tongue()),
            "minutes": minutes(lesson.minutes, tongue(), say(), about=False),
            "resolved": lesson.resolved_at,
            "resolved_words": day(lesson.resolved_at, tongue()),
            "replies": replies_shown(lesson),
            "near": proposal.near_title if proposal.near else None,
            "draft": studio_url(proposal.draft) if proposal.draft else None,
            "because": proposal.because,
            "by": name_of(proposal.by) if proposal.by else "",
        }

    return pages


def proposals_api(proposals: Proposals) -> Blueprint:
    api = Blueprint("kb_proposals_api", __name__, url_prefix="/kb/api/proposals")

    @api.get("")
    def index() -> Response:
        wanted = ProposalState(asked_one_of("state", STATES, ProposalState.NEW))
        counts = proposals.counts()
        groups = [group_json(group) for group in proposals.list(wanted)]
        return jsonify(groups=groups, counts={state.value: counts[state] for state in STATES})

    @api.post("/<int:case>/accept")
    def accept(case: int) -> Response:
        article = proposals.accept(case, by=editor().email)
        return jsonify(article={"id": article.id, "url": studio_url(article.id)})

    @api.post("/<int:case>/extend")
    def extend(case: int) -> Response:
        article = proposals.extend(case, by=editor().email)
        return jsonify(article={"id": article.id, "url": studio_url(article.id)})

    @api.post("/<int:case>/dismiss")
    def dismiss(case: int) -> Response:
        proposals.dismiss(case, words(body(), "because"), by=editor().email)
        return jsonify({})

    return api


def state_of(name: str) -> ProposalState:
    """The state that a list is of; those that wait for anything else."""
    known = (ProposalState.ACCEPTED, ProposalState.DISMISSED)
    return ProposalState(name) if name in known else ProposalState.NEW


def tabs(wanted: ProposalState, counts: dict[ProposalState, int]) -> list[dict[str, object]]:
    _ = say()
    named = {
        ProposalState.NEW: (_("To do"), "/kb/proposals"),
        ProposalState.ACCEPTED: (_("Became drafts"), "/kb/proposals?state=accepted"),
        ProposalState.DISMISSED: (_("Set aside"), "/kb/proposals?state=dismissed"),
    }
    return [
        {"word": word, "url": url, "here": state is wanted, "number": counts[state]}
        for state, (word, url) in named.items()
    ]


def replies_shown(lesson: Lesson) -> list[dict[str, object]]:
    """What the agents wrote that tells something, word for word, each with its message's number."""
    return [{"agent": each.agent, "text": each.text, "number": each.number} for each in lesson.telling]


def group_json(group: Group) -> dict[str, object]:
    return {
        "gap": group.gap,
        "near": group.near,
        "relation": group.relation.value,
        "minutes": round(group.minutes, 1),
        "proposals": [
            {
                "case": each.lesson.case,
                "state": each.state.value,
                "question": each.lesson.question,
                "asked_in": list(each.lesson.asked_in),
                "language": each.lesson.language,
                "minutes": each.lesson.minutes,
                "outcome": each.lesson.outcome,
                "replies": replies_shown(each.lesson),
                "draft": each.draft,
                "because": each.because,
            }
            for each in group.proposals
        ],
    }
