"""The page of findings and the dialog before a change, over HTTP."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract_from_file

import kb.web
from config.pages import HOUSE_TEXTS
from config.texts import Texts
from kb.article import ArticleId
from kb.lint.finding import Place
from kb.opening import Kb
from kb.web.checks_words import checks_words, pieces
from tests.kb.editors import Editor

WEB = Path(kb.web.__file__).parent
BROKEN = "First.\n\nSee [it](/help/en/nowhere)."


def key(base: Kb) -> str:
    return base.checks.findings()[0].finding.key


def test_an_unchecked_base_says_what_will_be_here(ines: Editor) -> None:
    assert "Nothing has been checked yet" in ines.opens("/kb/checks")


def test_a_base_without_findings_is_praised(ines: Editor, base: Kb) -> None:
    base.checks.run()
    assert "Nothing to mend" in ines.opens("/kb/checks")


def test_a_finding_leads_to_its_line(ines: Editor, base: Kb) -> None:
    ines.writes("Broken", BROKEN)
    base.checks.run()
    page = ines.opens("/kb/checks")
    assert "There is no article at /help/en/nowhere." in page
    assert 'href="/kb/articles/broken?line=3"' in page and "line 3" in page


def test_both_sides_of_a_contradiction_are_shown_with_their_values_marked(ines: Editor, base: Kb) -> None:
    original = ines.writes("Delivery", "It takes 3 days.")
    ines.writes("Levering", "Det tar 5 dager.", language="nb", translation_of=original["id"])
    base.checks.run()
    page = ines.opens("/kb/checks")
    assert "<mark>5 dager</mark>" in page and "<mark>3 days</mark>" in page


def test_findings_are_filtered_by_kind_severity_and_article(ines: Editor, base: Kb) -> None:
    ines.writes("Broken", BROKEN)
    ines.writes("Lights", "## Red\n\n![](red.png)", questions=[])
    base.checks.run()
    assert "no alternative text" in ines.opens("/kb/checks")
    for query in ("kind=dead_link", "severity=error", "article=broken"):
        page = ines.opens(f"/kb/checks?{query}")
        assert "There is no article" in page and "no alternative text" not in page
    assert "Nothing of this kind" in ines.opens("/kb/checks?kind=stale")


def test_an_accepted_finding_moves_to_the_accepted_ones_with_who_said_why(ines: Editor, base: Kb) -> None:
    ines.writes("Broken", BROKEN)
    base.checks.run()
    ines.asks("POST", "/checks/accept", key=key(base), note="comes in May")
    assert "There is no article" not in ines.opens("/kb/checks")
    page = ines.opens("/kb/checks?accepted=1")
    assert "Accepted by Ines Dahl" in page and "comes in May" in page
    ines.asks("POST", "/checks/reopen", key=key(base))
    assert "There is no article" in ines.opens("/kb/checks")


def test_the_list_says_what_was_found_in_a_word(ines: Editor, base: Kb) -> None:
    ines.writes("Broken", BROKEN)
    assert "Dead link" not in ines.opens("/kb/")
    base.checks.run()
    assert "Dead link" in ines.opens("/kb/")
    base.checks.accept(key(base), "", by="ines@nettly.example")
    assert "Dead link" not in ines.opens("/kb/")


def test_an_article_counts_its_open_checks_and_leads_to_them(ines: Editor, base: Kb) -> None:
    article = ines.writes("Broken", BROKEN)
    assert ines.details(article)["checks"] == 0
    base.checks.run()
    there = len(base.checks.open()[ArticleId("broken")])
    assert there and ines.details(article)["checks"] == there
    assert 'href="/kb/checks?article=broken"' in ines.opens("/kb/articles/broken")
    ines.asks("POST", "/checks/accept", key=key(base), note="")
    assert ines.details(article)["checks"] == there - 1


def test_what_is_not_there_is_refused_with_the_way_out(ines: Editor) -> None:
    reply = ines.sends("POST", "/checks/accept", key="nothing", note="")
    assert reply.status_code == 404 and "/kb/checks" in reply.text


def test_a_check_can_be_asked_for_and_followed(ines: Editor, base: Kb) -> None:
    ines.writes("Broken", BROKEN)
    state = ines.asks("POST", "/checks")
    while state["running"]:
        state = ines.asks("GET", "/checks")
    assert state["at"] and not state["failed"]
    assert len(base.checks.findings()) == 1


def test_the_page_is_for_staff_alone(customer: Any) -> None:
    assert customer.get("/kb/checks").status_code in (302, 303, 401)
    assert customer.post("/kb/api/blast", json={}).status_code in (302, 303, 401, 403)


def test_markup_in_an_article_stays_text(ines: Editor, base: Kb) -> None:
    ines.writes("Broken <b>x</b>", "See [<script>alert(1)</script>](/help/en/nowhere).")
    base.checks.run()
    page = ines.opens("/kb/checks")
    assert "<script>alert(1)" not in page and "<b>x</b>" not in page


def test_marks_are_found_in_the_order_they_stand_in() -> None:
    place = Place(ArticleId("a"), 1, "from 3 to 5 days", ("5 days", "3"))
    assert [(piece.text, piece.marked) for piece in pieces(place)] == [
        ("from ", False), ("3", True), (" to ", False), ("5 days", True),
    ]  # fmt: skip


def blast(editor: Editor, verb: str, *articles: str) -> str:
    """What the dialog shows, however long it takes."""
    found = editor.asks("POST", "/blast", verb=verb, articles=list(articles))
    while not found["html"]:
        found = editor.asks("GET", f"/blast/{found['job']}")
    return str(found["html"])


def live(ines: Editor, base: Kb) -> None:
    ines.moves(ines.writes("Reset your Hub", questions=["how do i reset the hub"]), "publish")
    base.indexer.work()


def test_archiving_shows_the_question_and_both_sides(ines: Editor, base: Kb) -> None:
    live(ines, base)
    found = base.knowledge.answer("how do i reset the hub", language="en")
    base.learning.outcomes.asked(
        "how do i reset the hub", language="en", found=found, conversation="c", message=1
    )
    base.learning.outcomes.reacted("c", "reset-your-hub", helped=True)
    html = blast(ines, "archive", "reset-your-hub")
    assert "1 answer changes, 1 not answered any more." in html
    assert "<q>how do i reset the hub</q>" in html and "a customer said that it helped" in html
    assert "The last 1 real questions" in html and "No answer" in html


def test_without_real_questions_the_dialog_says_so(ines: Editor, base: Kb) -> None:
    live(ines, base)
    assert "No real questions yet" in blast(ines, "publish", "reset-your-hub")


def test_what_better_and_worse_mean_is_said_with_its_bound(ines: Editor, base: Kb) -> None:
    live(ines, base)
    html = blast(ines, "publish", "reset-your-hub")
    assert "What better and worse mean" in html and "10%" in html


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"verb": "publish", "articles": ["nobody"]}, 404),
        ({"verb": "publish", "articles": []}, 422),
        ({"verb": "burn", "articles": ["a"]}, 422),
        ({"verb": "publish", "articles": "a"}, 422),
    ],
)
def test_what_cannot_be_previewed_is_refused(ines: Editor, body: dict[str, object], status: int) -> None:
    assert ines.sends("POST", "/blast", **body).status_code == status


def test_a_preview_that_is_gone_says_so(ines: Editor) -> None:
    assert ines.sends("GET", "/blast/nothing").status_code == 404


def test_every_page_has_the_dialog(ines: Editor) -> None:
    assert '<dialog id="blast"' in ines.opens("/kb/articles/new")


def test_the_texts_are_said_in_bokmal() -> None:
    sources = [WEB / "checks_words.py", WEB / "blast_words.py"]
    templates = [WEB / "templates" / name for name in ("checks.html", "blast.html", "blast_result.html")]
    said = {
        str(found[1])
        for method, files in (("python", sources), ("jinja2", templates))
        for file in files
        for found in extract_from_file(method, str(file), keywords={"_": None})
    }
    assert said and Texts.load(HOUSE_TEXTS, WEB / "locale").missing("nb", frozenset(said)) == frozenset()


def test_the_page_is_handed_the_words_its_modules_say() -> None:
    scripts = "".join((WEB / "static" / name).read_text() for name in ("checks.js", "api.js"))
    assert set(re.findall(r'\bsay\("(\w+)"', scripts)) <= checks_words(str).keys()
    assert all(f'"{word}"' in scripts for word in checks_words(str))
