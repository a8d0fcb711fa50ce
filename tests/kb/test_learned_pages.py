"""Gaps, proposals and figures as an editor's browser sees them, and as programs read them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config.clock import SystemClock
from config.identity import Identity, open_identity
from config.pages import Brand
from config.sign_in import COOKIE
from kb.app import kb_app
from kb.article import ArticleId
from kb.knowledge import Answer
from kb.opening import Kb
from kb.store.pages import Pages
from tests.fakes import FakeClock
from tests.kb.contract import conforming
from tests.kb.learnt import PAINT, STEPS, fails, gaps, lesson

PASSWORD = "a long enough password"


@dataclass
class Ines:
    """An editor with the studio open."""

    client: FlaskClient
    csrf: str

    def opens(self, path: str, language: str = "en") -> str:
        reply = self.client.get(f"/kb{path}", headers={"Accept-Language": language})
        assert reply.status_code == 200, reply.text
        return reply.text

    def sends(self, path: str, **body: object) -> TestResponse:
        return self.client.post(f"/kb/api{path}", json=body, headers={"X-CSRF-Token": self.csrf})

    def asks(self, path: str, **body: object) -> Any:
        reply = self.sends(path, **body)
        assert reply.status_code < 300, reply.text
        return reply.json

    def reads(self, path: str) -> Any:
        return self.client.get(f"/kb/api{path}").json


@pytest.fixture
def identity(tmp_path: Path) -> Iterator[Identity]:
    opened = open_identity(tmp_path, FakeClock())
    yield opened
    opened.close()


@pytest.fixture
def ines(stocked: Kb, identity: Identity) -> Ines:
    identity.add("ines@nettly.example", "Ines Dahl", ["editor"], PASSWORD)
    token = identity.sign_in("ines@nettly.example", PASSWORD, "127.0.0.1")
    client = conforming(kb_app(stocked, identity, Brand.load())).test_client()
    client.set_cookie(COOKIE, token)
    return Ines(client, identity.csrf(token))


@pytest.fixture
def gap(stocked: Kb) -> int:
    """One gap: three customers, one resolved case of 14 minutes."""
    fails(stocked, PAINT[0], case=1001)
    fails(stocked, *PAINT[1:])
    stocked.learning.proposals.take(lesson(1001, STEPS, minutes=14.0, question=PAINT[0]))
    return gaps(stocked)[0].id


@pytest.mark.parametrize("path", ["/gaps", "/proposals", "/figures", "/gaps?state=closed"])
def test_an_empty_page_says_what_will_be_here(ines: Ines, path: str) -> None:
    assert 'class="empty"' in ines.opens(path)


def test_a_gap_reads_as_a_question_with_its_cost(ines: Ines, gap: int) -> None:
    page = ines.opens("/gaps")
    assert "About 19 agent minutes this week" in page  # 14, and two guesses
    assert "14 measured in 1 case, about 5 estimated for the rest." in page
    assert "Asked 3 times" in page and "nothing close enough" in page
    assert all(question in page for question in PAINT)


def test_a_gap_is_written_for_and_leads_to_the_draft(ines: Ines, stocked: Kb, gap: int) -> None:
    article = ines.asks(f"/gaps/{gap}/write")["article"]
    assert article["url"] == f"/kb/articles/gap-{gap}"
    page = ines.opens("/gaps")
    assert "An article is being written:" in page and article["url"] in page
    assert stocked.editorial.article(article["id"]).owner == "ines@nettly.example"


def test_asking_again_says_what_is_not_answered(ines: Ines, gap: int) -> None:
    proof = ines.asks(f"/gaps/{gap}/replay")["gap"]["proof"]
    assert (proof["answered"], proof["asked"]) == (0, 3)
    page = ines.opens(f"/gaps/{gap}")
    assert "0 of 3 are answered" in page and page.count("Not answered") == 3


def test_a_gaps_own_page_quotes_the_agent_with_case_and_message(ines: Ines, gap: int) -> None:
    page = ines.opens(f"/gaps/{gap}")
    assert STEPS in page and "Ines, case #1001, message 7" in page


def test_a_gap_is_set_aside_with_a_reason_and_taken_up_again(ines: Ines, gap: int) -> None:
    assert ines.sends(f"/gaps/{gap}/dismiss", because=" ").status_code == 422
    assert ines.asks(f"/gaps/{gap}/dismiss", because="no paint here")["gap"]["state"] == "dismissed"
    assert "no paint here" in ines.opens("/gaps?state=dismissed")
    assert ines.sends(f"/gaps/{gap}/write").status_code == 409
    assert ines.asks(f"/gaps/{gap}/reopen")["gap"]["state"] == "open"


def test_gaps_are_told_to_programs_with_what_is_measured_and_what_is_not(ines: Ines, gap: int) -> None:
    told = ines.reads("/gaps")
    assert told["counts"] == {"open": 1, "writing": 0, "closed": 0, "dismissed": 0}
    [one] = told["gaps"]
    assert one["minutes"]["week"] == {"measured": 14.0, "estimated": 4.8, "cases": 1}
    assert one["may"] == ["begun", "proved", "dismissed"]
    assert ines.reads(f"/gaps/{gap}")["gap"]["questions"][0]["question"] == PAINT[2]


def test_nobody_can_be_found_in_what_programs_are_told(ines: Ines, gap: int) -> None:
    assert "who asked" not in str(ines.reads("/gaps")) + str(ines.reads("/proposals"))


def test_an_unknown_gap_is_not_found(ines: Ines) -> None:
    assert ines.client.get("/kb/gaps/77").status_code == 404
    assert ines.sends("/gaps/77/write").status_code == 404


def test_a_verb_without_the_sessions_token_does_nothing(ines: Ines, stocked: Kb, gap: int) -> None:
    assert ines.client.post(f"/kb/api/gaps/{gap}/write", json={}).status_code == 403
    assert gaps(stocked)[0].article is None


def test_a_proposal_shows_the_agents_words_under_its_gap(ines: Ines, gap: int) -> None:
    page = ines.opens("/proposals")
    assert f'href="/kb/gaps/{gap}"' in page and STEPS in page and "14 agent minutes" in page


def test_a_proposal_becomes_a_draft_or_is_set_aside(ines: Ines, stocked: Kb) -> None:
    for case in (1001, 1002):
        stocked.learning.proposals.take(lesson(case, STEPS, question="is there an app for whales?"))
    assert ines.asks("/proposals/1001/accept")["article"]["url"] == "/kb/articles/case-1001"
    ines.asks("/proposals/1002/dismiss", because="once is enough")
    assert ines.sends("/proposals/1002/accept").status_code == 404
    assert "once is enough" in ines.opens("/proposals?state=dismissed")
    assert "/kb/articles/case-1001" in ines.opens("/proposals?state=accepted")
    assert ines.reads("/proposals")["counts"] == {"new": 0, "accepted": 1, "dismissed": 1}


def test_a_proposal_is_added_to_the_article_that_it_is_near(ines: Ines, stocked: Kb) -> None:
    stocked.learning.proposals.take(lesson(1001, STEPS, question="connect a lamp to the hub"))
    stocked.learning.proposals.take(lesson(1002, STEPS, question="glorp fizzle wibbly"))
    assert ines.opens("/proposals").count('data-do="extend"') == 1
    assert ines.asks("/proposals/1001/extend")["article"] == {"id": "pair", "url": "/kb/articles/pair"}
    assert ines.sends("/proposals/1002/extend").status_code == 409


def test_figures_tell_what_articles_did(ines: Ines, stocked: Kb) -> None:
    asked = "How do I send my parcel back?"
    found = stocked.knowledge.answer(asked, language="en")
    assert isinstance(found, Answer)
    for name in ("a", "b", "c"):
        stocked.learning.outcomes.asked(asked, language="en", found=found, conversation=name)
        stocked.learning.outcomes.reacted(name, "return", helped=name != "c")
    assert ines.reads("/figures") == {
        "articles": [
            {
                "id": "return",
                "title": "Return something you bought",
                "shown": 3,
                "helped": 2,
                "rejected": 1,
                "handed_over": 0,
                "readers": {"helped": 0, "rejected": 0},
            }
        ]
    }
    assert ines.reads("/figures/return")["week"]["shown"] == 3
    assert ines.client.get("/kb/api/figures/nothing").status_code == 404
    page = ines.opens("/figures?by=rejected&within=week")
    assert "67%" in page and 'aria-sort="descending"' in page


def test_readers_votes_are_a_line_of_their_own(ines: Ines, stocked: Kb) -> None:
    pages, today = Pages(stocked.database), SystemClock().now().date()
    for day, helped in ((today, True), (today, False), (today - timedelta(days=20), True)):
        pages.vote(ArticleId("refund"), 1, day, helped=helped)
    readers = ines.reads("/figures/refund")["readers"]
    assert readers["week"] == {"helped": 1, "rejected": 1}
    assert readers["ever"] == readers["month"] == {"helped": 2, "rejected": 1}
    assert ines.reads("/articles/refund/details")["figures"]["readers"] == readers
    [line] = ines.reads("/figures?within=week")["articles"]
    assert (line["id"], line["shown"], line["readers"]) == ("refund", 0, readers["week"])
    assert "Help centre: 2 yes, 1 no" in ines.opens("/figures")


def test_the_pages_speak_bokmal(ines: Ines, gap: int) -> None:
    page = ines.opens("/gaps", "nb")
    assert "Omtrent 19 medarbeiderminutter denne uken" in page and "Skriv artikkel" in page


def test_customers_words_are_never_markup(ines: Ines, stocked: Kb) -> None:
    fails(stocked, "<script>alert(1)</script> can I paint it?")
    for path in ("/gaps", f"/gaps/{gaps(stocked)[0].id}"):
        assert "<script>alert(1)" not in ines.opens(path)
