"""What helps an agent write and find, as JSON.

    GET  /desk/api/search?q=&team=&label=&language=&channel=&priority=&status=&from=&to=&after=
         → {results: [{case: row, snippet: [{text, hit}], seq}], found, next, all_words}
           `seq` is the entry that the snippet is of, null for the headline; `found` is how many
           there are, at most 200, which means more; `all_words` false if none has all
    GET  /desk/api/cases/N/canned?language=
         → {canned: [{id, shortcut, title, text, language, empty: [name]}]}    by shortcut
    GET  /desk/api/macros                   → {macros: [{id, name, deeds: [{do, …}]}]}
    POST /desk/api/cases/N/macros/ID        {client_id} → {case, inserted, deeds: [do]}    all of it, or 409
    GET  /desk/api/labels                   → {labels: [{name, colour}]}
    GET  /desk/api/articles?q=&language=
         → {articles: [{article, title, url, text, language, internal, probability}]}
    POST /desk/api/cases/N/check            {text} → {reasks: [{fact, value, message, words}], blanks: [name]}
    GET  /desk/api/figures?since=MOMENT     → {figures: {taken, replied, resolved, first_reply, …}}

`from`, `to` and `since` are moments in ISO 8601. A duration is in ISO 8601 too.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, jsonify, request

from handoff.aids.aids import Aids
from handoff.aids.articles import Articles
from handoff.aids.reasks import known_facts, reasks
from handoff.aids.searching import SearchFilters
from handoff.case import CaseStatus
from handoff.desk import Desk
from handoff.errors import ShapeError
from handoff.floor.rules import Priority
from handoff.values import as_object
from handoff.verbs.agent import Agent, working
from handoff.verbs.sentences import TEXT_CHARACTERS, blanks, storable
from handoff.web.api import ref_of
from handoff.web.bodies import moment, text
from handoff.web.rows import Rows
from handoff.wording import Say

_ARTICLES = 8
_QUESTION_CHARACTERS = 2_000  # of what articles are searched by: an encoder reads no more


def aids_api(
    aids: Aids,
    desk: Desk,
    articles: Articles,
    agent: Callable[[], Agent],
    say: Callable[[], Say],
    rows: Rows,
) -> Blueprint:
    """The blueprint; `agent` is who is signed in, `say` the reader's language."""
    api = Blueprint("aids_api", __name__, url_prefix="/desk/api")

    @api.get("/search")
    def search() -> Response:
        page = aids.search.find(request.args.get("q", ""), _filters(), request.args.get("after"))
        cases = rows.all([each.case for each in page.found], say())
        results = [
            {
                "case": case,
                "snippet": [as_object(part) for part in each.snippet],
                "seq": each.seq,
            }
            for each, case in zip(page.found, cases, strict=True)
        ]
        return jsonify(results=results, found=page.count, next=page.next, all_words=page.all_words)

    @api.get("/cases/<ref>/canned")
    def canned(ref: str) -> Response:
        filled = aids.canned.filled(desk.case(ref_of(ref)), agent(), request.args.get("language"))
        return jsonify(canned=[as_object(each) for each in filled])

    @api.get("/macros")
    def macros() -> Response:
        return jsonify(macros=[as_object(macro) for macro in aids.macros.all()])

    @api.post("/cases/<ref>/macros/<int:id>")
    def run(ref: str, id: int) -> Response:
        ran = aids.macros.run(ref_of(ref), agent(), aids.macros.macro(id), text("client_id"))
        return jsonify(case=rows.of(ran.case, say()), inserted=ran.inserted, deeds=list(ran.deeds))

    @api.get("/labels")
    def labels() -> Response:
        return jsonify(labels=[as_object(label) for label in aids.labels.all()])

    @api.get("/articles")
    def find_articles() -> Response:
        question = request.args.get("q", "").strip()[:_QUESTION_CHARACTERS]
        language = request.args.get("language", "en")
        found = articles.search(question, language, _ARTICLES) if question else ()
        return jsonify(articles=[as_object(each) for each in found])

    @api.post("/cases/<ref>/check")
    def check(ref: str) -> Response:
        said = text("text")[: 2 * TEXT_CHARACTERS]  # more is refused as a reply anyway
        again = reasks(said, known_facts(desk.summary(ref_of(ref))))
        return jsonify(reasks=[as_object(each) for each in again], blanks=list(blanks(said)))

    @api.get("/figures")
    def figures() -> Response:
        since = moment("since")
        if since is None:
            raise ShapeError("since", "give the start of your day in ISO 8601")
        return jsonify(figures=as_object(aids.figures.of(working(agent()).email, since)))

    return api


def _filters() -> SearchFilters:
    def given(name: str) -> str | None:
        return storable(request.args.get(name, "")) or None

    status = given("status")
    if status is not None and status not in list(CaseStatus):
        raise ShapeError("status", f"{status!r:.40} is not one of {', '.join(CaseStatus)}")
    priority = given("priority")
    if priority is not None and priority not in list(Priority):
        raise ShapeError("priority", f"{priority!r:.40} is not one of {', '.join(Priority)}")
    return SearchFilters(
        team=given("team"),
        label=given("label"),
        language=given("language"),
        channel=given("channel"),
        priority=priority,
        status=status,
        since=moment("from"),
        until=moment("to"),
    )
