from __future__ import annotations

from datetime import date

import pytest

from kb.article import Article, ArticleId
from kb.editing.arranging import behind
from kb.errors import FieldInvalidError, NoArticleError, NotAllowedError, SlugTakenError
from kb.opening import Kb

pytestmark = pytest.mark.engines

ED, EVA = "ed@firstline.test", "eva@firstline.test"


def written(room: Kb, title: str, language: str = "en") -> Article:
    article = room.editorial.draft(title, f"{title} in full.", language=language, by=ED)
    return room.editorial.publish(article.id, by=ED)


def redirected(room: Kb, slug: str) -> ArticleId | None:
    found = room.store.redirect("en", slug)
    return found.id if found else None


def test_an_owner_and_a_review_date_make_nobodys_text_stale(room: Kb) -> None:
    article = written(room, "Return it")
    room.arranging.own(article.id, EVA, by=ED)
    after = room.arranging.review_by(article.id, date(2027, 1, 1), by=ED)
    assert (after.owner, after.review_by, after.version) == (EVA, date(2027, 1, 1), article.version)
    details = [line.detail for line in room.store.audited(article.id)[:2]]
    assert details == ["review_by: – → 2027-01-01", f"owner: {ED} → {EVA}"]


def test_what_no_answer_depends_on_is_no_news_for_the_index(room: Kb) -> None:
    article = written(room, "Return it")
    before = room.store.last_change()
    room.arranging.own(article.id, EVA, by=ED)
    assert room.store.last_change() == before
    room.arranging.label([article.id], add=["returns"], by=ED)
    assert room.store.last_change() > before


def test_the_old_address_leads_to_the_new_one_without_a_chain(room: Kb) -> None:
    article = written(room, "Return it")
    for slug in ("send-it-back", "returns"):
        room.arranging.rename(article.id, slug, by=ED)
    assert redirected(room, "return-it") == redirected(room, "send-it-back") == article.id
    assert set(room.store.redirects(article.id)) == {("en", "return-it"), ("en", "send-it-back")}


def test_going_back_to_an_old_address_turns_the_redirect_round(room: Kb) -> None:
    article = written(room, "Return it")
    room.arranging.rename(article.id, "returns", by=ED)
    room.arranging.rename(article.id, "return-it", by=ED)
    assert redirected(room, "return-it") is None
    assert redirected(room, "returns") == article.id


def test_a_redirect_never_shadows_an_article(room: Kb) -> None:
    moved = written(room, "Return it")
    room.arranging.rename(moved.id, "returns", by=ED)
    assert written(room, "Return it").slug == "return-it-2"  # what was given out is not taken by chance
    taker = room.editorial.draft("Other", "Text.", language="en", slug="return-it", by=ED)
    assert redirected(room, "return-it") is None
    assert room.editorial.by_slug("en", "return-it").id == taker.id


def test_an_address_in_use_or_malformed_is_refused(room: Kb) -> None:
    article, other = written(room, "Return it"), written(room, "Refunds")
    with pytest.raises(SlugTakenError):
        room.arranging.rename(article.id, other.slug, by=ED)
    with pytest.raises(FieldInvalidError, match="slug"):
        room.arranging.rename(article.id, "../admin", by=ED)
    assert room.editorial.article(article.id).slug == "return-it"
    assert room.store.redirects(article.id) == ()


def test_labels_are_put_on_and_taken_off_many_at_once_or_not_at_all(room: Kb) -> None:
    one, two = written(room, "A"), written(room, "B")
    room.arranging.label([one.id, two.id], add=["new", "new"], by=ED)
    room.arranging.label([one.id], add=["old"], remove=["new"], by=ED)
    assert room.editorial.article(one.id).labels == ("old",)
    with pytest.raises(NoArticleError):
        room.arranging.label([two.id, ArticleId("gone")], remove=["new"], by=ED)
    assert room.editorial.article(two.id).labels == ("new",)


def test_an_existing_article_becomes_a_translation(room: Kb) -> None:
    original, translation = written(room, "Return it"), written(room, "Retur", "nb")
    after = room.arranging.link(translation.id, original.id, by=ED)
    assert (after.translation_of, after.translated_revision) == (original.id, 1)
    assert room.arranging.unlink(translation.id, by=ED).translation_of is None


def test_a_translation_of_a_translation_joins_its_original(room: Kb) -> None:
    english, norwegian, german = written(room, "A"), written(room, "B", "nb"), written(room, "C", "de")
    room.arranging.link(norwegian.id, english.id, by=ED)
    assert room.arranging.link(german.id, norwegian.id, by=ED).translation_of == english.id


def test_a_family_that_is_linked_brings_its_translations_along(room: Kb) -> None:
    english, norwegian, german = written(room, "A"), written(room, "B", "nb"), written(room, "C", "de")
    room.arranging.link(german.id, norwegian.id, by=ED)
    room.arranging.link(norwegian.id, english.id, by=ED)
    assert room.editorial.article(german.id).translation_of == english.id


@pytest.mark.parametrize("language", ["en", "nb"])
def test_two_articles_of_a_language_are_no_translations_of_each_other(room: Kb, language: str) -> None:
    original, other = written(room, "A"), written(room, "B", language)
    room.arranging.link(written(room, "C", "nb").id, original.id, by=ED)
    with pytest.raises(FieldInvalidError, match="unlink it first"):
        room.arranging.link(other.id, original.id, by=ED)


def test_an_article_is_not_linked_to_itself(room: Kb) -> None:
    article = written(room, "A")
    with pytest.raises(FieldInvalidError, match="linked already"):
        room.arranging.link(article.id, article.id, by=ED)


def test_a_translation_is_behind_once_its_original_says_something_newer(room: Kb) -> None:
    original, translation = written(room, "Return it"), written(room, "Retur", "nb")
    room.arranging.link(translation.id, original.id, by=ED)
    revised = room.editorial.revise(
        original.id, version=original.version, title="Return it", body="Newer.", by=ED
    )
    assert not behind(room.editorial.article(translation.id), revised)  # readers don't see it yet
    published = room.editorial.publish(original.id, by=ED)
    assert behind(room.editorial.article(translation.id), published)
    assert not behind(room.arranging.match(translation.id, by=ED), published)


def test_only_a_translation_keeps_up_with_another(room: Kb) -> None:
    with pytest.raises(FieldInvalidError, match="translation_of"):
        room.arranging.match(written(room, "A").id, by=ED)


def test_an_archived_article_is_not_rearranged(room: Kb) -> None:
    article = written(room, "A")
    room.editorial.archive(article.id, by=ED)
    with pytest.raises(NotAllowedError):
        room.arranging.own(article.id, EVA, by=ED)
