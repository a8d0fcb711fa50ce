from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import pytest

from kb.article import TRANSITIONS, Article, ArticleId, Draft, Event, Status, check, slug_of
from kb.errors import FieldInvalidError, NotAllowedError

ARTICLE = Article(
    id=ArticleId("return"),
    slug="return",
    language="en",
    status=Status.DRAFT,
    category="",
    labels=(),
    public=True,
    owner="ed@firstline.test",
    review_by=None,
    translation_of=None,
    live=None,
    latest=1,
    version=1,
    updated_at=datetime(2026, 11, 2, tzinfo=UTC),
    title="Return something",
    questions=(),
)


@pytest.mark.parametrize(("status", "event"), tuple(product(Status, Event)))
def test_in_the_bin_an_article_is_only_recovered_or_purged(status: Status, event: Event) -> None:
    article = replace(ARTICLE, status=status, deleted_at=datetime(2026, 11, 2, tzinfo=UTC))
    if event in (Event.RECOVERED, Event.PURGED):
        assert article.after(event) == article
    else:
        with pytest.raises(NotAllowedError) as refused:
            article.after(event)
        assert refused.value.state == "deleted"


@pytest.mark.parametrize(("status", "event"), tuple(product(Status, Event)))
def test_each_event_leads_where_the_table_says_or_is_refused(status: Status, event: Event) -> None:
    article = replace(ARTICLE, status=status)
    if event in TRANSITIONS[status]:
        assert article.after(event) == replace(article, status=TRANSITIONS[status][event])
    else:
        with pytest.raises(NotAllowedError) as refused:
            article.after(event)
        assert (refused.value.state, refused.value.event) == (status, event)


def test_every_status_has_a_way_out() -> None:
    assert all(set(TRANSITIONS[status].values()) - {status} for status in Status)


def test_a_refusal_names_what_is_allowed() -> None:
    with pytest.raises(NotAllowedError, match="allowed now: restored, commented, deleted"):
        replace(ARTICLE, status=Status.ARCHIVED).after(Event.PUBLISHED)


def test_an_article_has_changed_once_a_newer_revision_waits() -> None:
    assert replace(ARTICLE, live=1, latest=2).changed
    assert not replace(ARTICLE, live=2, latest=2).changed
    assert not ARTICLE.changed


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Return something you bought", "return-something-you-bought"),
        ("  Får jeg pengene tilbake?  ", "far-jeg-pengene-tilbake"),
        ("Ære, øl og båt", "aere-ol-og-bat"),
        ("Crème brûlée!", "creme-brulee"),
        ("日本語", "article"),
        ("a" * 200, "a" * 80),
    ],
)
def test_a_title_becomes_an_address(title: str, slug: str) -> None:
    assert slug_of(title) == slug


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (Draft(" ", "text"), "title"),
        (Draft("x" * 201, "text"), "title"),
        (Draft("two\nlines", "text"), "title"),
        (Draft("Title", " \n"), "body"),
        (Draft("Title", "x" * 200_001), "body"),
        (Draft("Title", "text", language="english"), "language"),
        (Draft("Title", "text", slug="Not a slug"), "slug"),
        (Draft("Title", "text", slug="a" * 81), "slug"),
        (Draft("Title", "text", id=ArticleId("a b")), "id"),
        (Draft("Title", "text", questions=("why?",) * 51), "questions"),
    ],
)
def test_a_field_that_cannot_be_accepted_is_named(draft: Draft, field: str) -> None:
    with pytest.raises(FieldInvalidError) as refused:
        check(draft)
    assert refused.value.field == field
