"""Findings as they are kept: found, accepted, asked for again; and whether an article is found at all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kb.article import ArticleId, Draft
from kb.checks import Checks
from kb.errors import FieldInvalidError, NoFindingError
from kb.lint.finding import Finding, Kind
from kb.lint.retrieval import lost_articles
from kb.opening import Kb
from kb.store.findings import FindingStore
from tests.fakes import FakeClock
from tests.kb.bases import publish
from tests.kb.lint.bases import hashed

pytestmark = pytest.mark.engines

BROKEN = Draft("Broken", "First.\n\nSee [it](/help/en/nowhere).", id=ArticleId("broken"))
ME = "ed@firstline.test"


def kinds(room: Kb) -> list[tuple[str, bool]]:
    return [(noted.finding.kind.value, noted.accepted is not None) for noted in room.checks.findings()]


def only(room: Kb, kind: Kind) -> Finding:
    (finding,) = (noted.finding for noted in room.checks.findings() if noted.finding.kind is kind)
    return finding


def test_what_is_found_is_kept(stocked: Kb) -> None:
    publish(stocked, BROKEN)
    done = stocked.checks.run()
    assert (done.articles, done.generation) == (6, stocked.indexer.snapshot.generation)
    assert kinds(stocked) == [("dead_link", False)]
    assert stocked.checks.last() == done


def test_drafts_are_checked_before_they_are_published(room: Kb) -> None:
    room.editorial.take_in([BROKEN], by=ME, publish=False)
    room.checks.run()
    assert kinds(room) == [("dead_link", False)]


def test_a_finding_is_gone_once_it_is_mended(stocked: Kb) -> None:
    publish(stocked, BROKEN)
    stocked.checks.run()
    publish(
        stocked, Draft("Broken", "See [it](/help/en/return-something-you-bought).", id=ArticleId("broken"))
    )
    stocked.checks.run()
    assert kinds(stocked) == []


def test_a_finding_keeps_its_age(room: Kb, clock: FakeClock) -> None:
    room.editorial.take_in([BROKEN], by=ME, publish=False)
    room.checks.run()
    found_at = room.checks.findings()[0].found_at
    clock.moves(timedelta(days=2))
    room.checks.run()
    assert room.checks.findings()[0].found_at == found_at


def test_what_is_accepted_stays_so_until_the_text_changes(room: Kb) -> None:
    room.editorial.take_in([BROKEN], by=ME, publish=False)
    room.checks.run()
    room.checks.accept(only(room, Kind.DEAD_LINK).key, "comes in May", by=ME)
    room.checks.run()
    assert kinds(room) == [("dead_link", True)]
    noted = room.checks.findings()[0].accepted
    assert noted and (noted.note, noted.author) == ("comes in May", ME)
    moved = Draft("Broken", "One more line.\n\n" + BROKEN.body, id=BROKEN.id)
    room.editorial.take_in([moved], by=ME, publish=False)
    room.checks.run()
    assert kinds(room) == [("dead_link", True)]
    changed = Draft("Broken", "See [this](/help/en/nowhere).", id=BROKEN.id)
    room.editorial.take_in([changed], by=ME, publish=False)
    room.checks.run()
    assert kinds(room) == [("dead_link", False)]


def test_an_accepted_finding_can_be_opened_again(room: Kb) -> None:
    room.editorial.take_in([BROKEN], by=ME, publish=False)
    room.checks.run()
    key = only(room, Kind.DEAD_LINK).key
    room.checks.accept(key, "", by=ME)
    assert room.checks.of(ArticleId("broken")) == ()
    room.checks.reopen(key)
    assert [finding.key for finding in room.checks.of(ArticleId("broken"))] == [key]


def test_what_is_not_there_cannot_be_accepted(room: Kb) -> None:
    with pytest.raises(NoFindingError, match="/kb/checks"):
        room.checks.accept("nothing", "", by=ME)
    with pytest.raises(NoFindingError):
        room.checks.reopen("nothing")
    with pytest.raises(FieldInvalidError, match="note"):
        room.checks.accept("nothing", "x" * 501, by=ME)


def test_findings_concern_every_article_they_name(room: Kb) -> None:
    twins = [Draft(f"Twin {n}", "Text.", questions=("how?",), id=ArticleId(f"twin-{n}")) for n in (1, 2)]
    room.editorial.take_in(twins, by=ME, publish=False)
    room.checks.run()
    assert {article: [one.kind.value for one in some] for article, some in room.checks.open().items()} == {
        "twin-1": ["duplicate"],
        "twin-2": ["duplicate"],
    }


def test_a_worker_checks_once_after_the_last_publish_and_each_day(stocked: Kb, clock: FakeClock) -> None:
    assert [stocked.checks.work() for _ in range(3)] == [False, True, False]
    publish(stocked, BROKEN)
    assert not stocked.checks.work()
    publish(stocked, Draft("Broken", "Mended.", id=ArticleId("broken")))
    assert [stocked.checks.work() for _ in range(3)] == [False, True, False]
    clock.moves(timedelta(days=1))
    assert [stocked.checks.work(), stocked.checks.work()] == [True, False]


def outside(room: Kb, clock: FakeClock, answers: dict[str, int | str]) -> tuple[Checks, list[str]]:
    """Checks for which other people's sites answer so; and the addresses that were asked."""
    asked: list[str] = []

    def reach(address: str) -> int | str:
        asked.append(address)
        return answers[address]

    store = FindingStore(room.database)
    checks = Checks(store, room.indexer, room.knowledge, room.learning.outcomes.latest, None, clock, reach)
    return checks, asked


def test_other_sites_are_asked_only_on_request_and_each_address_once(room: Kb, clock: FakeClock) -> None:
    body = "[a](https://a.example/) [b](https://b.example/) [c](https://c.example/) [a](https://a.example/)"
    room.editorial.take_in([Draft("Out", body, id=ArticleId("out"))], by=ME, publish=False)
    answers: dict[str, int | str] = {
        "https://a.example/": 404,
        "https://b.example/": 403,
        "https://c.example/": "no answer within 10 s",
    }
    checks, asked = outside(room, clock, answers)
    checks.run()
    assert asked == [] and kinds(room) == []
    checks.run_outside()
    assert sorted(asked) == sorted(answers)
    assert [noted.finding.values for noted in room.checks.findings()] == [
        ("https://a.example/", "404"),
        ("https://c.example/", "no answer within 10 s"),
    ]


def test_what_other_sites_said_stays_until_the_text_changes(room: Kb, clock: FakeClock) -> None:
    out = Draft("Out", "See [a](https://a.example/).", id=ArticleId("out"))
    room.editorial.take_in([out], by=ME, publish=False)
    checks, _ = outside(room, clock, {"https://a.example/": 404})
    checks.run_outside()
    checks.run()
    assert kinds(room) == [("dead_link", False)]
    room.editorial.take_in([Draft("Out", "Gone.", id=ArticleId("out"))], by=ME, publish=False)
    checks.run()
    assert kinds(room) == []


def test_an_article_that_its_own_questions_do_not_lead_to_is_lost(stocked: Kb) -> None:
    questions = ("refund arrives on my card", "print the parcel label")
    many = [
        Draft(
            f"Refund {n}",
            "The refund arrives on my card. Print the parcel label.",
            id=ArticleId(f"refund-{n}"),
        )
        for n in range(8)
    ]
    body = "The warranty of every product lasts three years."
    publish(stocked, Draft("Odds and ends", body, questions=questions, id=ArticleId("odd")), *many)
    lost = lost_articles(stocked.indexer.snapshot, None)
    assert lost["odd"] == ("Odds and ends", *questions)
    telling = ("how long is the warranty", *questions)
    publish(stocked, Draft("Odds and ends", body, questions=telling, id=ArticleId("odd")))
    assert "odd" not in lost_articles(stocked.indexer.snapshot, None)


def test_articles_found_by_any_of_their_questions_are_not_lost(stocked: Kb) -> None:
    assert lost_articles(stocked.indexer.snapshot, hashed) == {}
    assert lost_articles(stocked.indexer.snapshot, None) == {}
