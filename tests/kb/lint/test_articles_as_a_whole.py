"""Stale, never found, not translated: what is said of an article and not of a line in it."""

from __future__ import annotations

from datetime import UTC, date, datetime

from kb.article import ArticleId
from kb.lint.library import Use
from kb.lint.stale import stale_articles
from kb.lint.translations import missing_translations
from kb.lint.unfound import never_found
from tests.kb.lint.bases import but, cases, found, text

OLD = datetime(2025, 1, 1, tzinfo=UTC)
ARTICLE = text("Return something", "It is free.", category="returns")
AGED = text("Return something", "It is free.", written=OLD)
ID = ArticleId("return-something")


def test_a_review_that_is_due_makes_an_article_stale() -> None:
    assert cases(found(stale_articles, but(ARTICLE, review_by=date(2026, 11, 22)))) == ["review_due"]
    assert not found(stale_articles, but(ARTICLE, review_by=date(2026, 11, 23)))


def test_a_draft_is_not_stale() -> None:
    assert not found(stale_articles, but(ARTICLE, review_by=date(2020, 1, 1), live=None))


def test_an_old_text_that_many_reject_is_stale() -> None:
    assert cases(found(stale_articles, AGED, use={ID: Use(30, 4, 6)})) == ["rejected"]


def test_few_or_outvoted_rejections_and_young_texts_are_not() -> None:
    assert not found(stale_articles, AGED, use={ID: Use(9, 0, 4)})
    assert not found(stale_articles, AGED, use={ID: Use(90, 60, 6)})
    assert not found(stale_articles, ARTICLE, use={ID: Use(30, 4, 6)})


def test_an_accepted_stale_article_opens_again_with_the_next_review() -> None:
    (one,) = found(stale_articles, but(ARTICLE, review_by=date(2026, 1, 1)))
    (next_one,) = found(stale_articles, but(ARTICLE, review_by=date(2026, 11, 1)))
    assert one.key != next_one.key


def test_an_article_its_own_questions_do_not_lead_to_is_never_found() -> None:
    (finding,) = found(never_found, ARTICLE, lost={ID: ("send it back?",)})
    assert (finding.case, finding.values) == ("own", ("send it back?",))


def test_an_article_no_real_question_came_near_is_never_found() -> None:
    assert cases(found(never_found, AGED, asked=1000)) == ["asked"]
    assert not found(never_found, AGED, asked=1000, found=frozenset({ID}))


def test_a_young_article_and_a_young_base_get_their_chance() -> None:
    assert not found(never_found, ARTICLE, asked=1000)
    assert not found(never_found, AGED, asked=200)


def test_internal_articles_and_drafts_need_not_be_found() -> None:
    lost = {ID: ("send it back?",)}
    assert not found(never_found, but(ARTICLE, public=False), but(ARTICLE, live=None), lost=lost)


def test_the_one_article_of_its_category_that_is_not_translated_is_found() -> None:
    originals = [text(f"Article {n}", "Text.", category="returns") for n in range(3)]
    translated = [
        text(f"Artikkel {n}", "Tekst.", language="nb", of=f"article-{n}", category="returns")
        for n in range(2)
    ]
    (finding,) = found(missing_translations, *originals, *translated)
    assert (finding.places[0].article, finding.values) == ("article-2", ("nb",))


def test_a_category_that_is_mostly_not_translated_is_left_alone() -> None:
    originals = [text(f"Article {n}", "Text.", category="returns") for n in range(3)]
    one = text("Artikkel 0", "Tekst.", language="nb", of="article-0", category="returns")
    assert not found(missing_translations, *originals, one)
