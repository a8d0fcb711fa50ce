from __future__ import annotations

from dataclasses import replace

import pytest

from kb.article import ArticleId, Draft, Status
from kb.editing.review import Kind
from kb.errors import (
    ArticleExistsError,
    FieldInvalidError,
    NoArticleError,
    NotAllowedError,
    SlugTakenError,
    StaleError,
)
from kb.opening import Kb
from tests.kb.bases import ARTICLES

pytestmark = pytest.mark.engines

ED, EVA = "ed@firstline.test", "eva@firstline.test"


def test_a_draft_is_kept_with_its_first_revision(room: Kb) -> None:
    article = room.editorial.draft("Return it", "Send it back.", language="en", questions=["How?"], by=ED)
    assert room.editorial.article(article.id) == article
    assert (article.status, article.live, article.latest, article.slug) == (
        Status.DRAFT,
        None,
        1,
        "return-it",
    )
    revision = room.editorial.revision(article.id, 1)
    assert (revision.body, revision.questions, revision.author) == ("Send it back.", ("How?",), ED)


def test_two_articles_of_one_title_get_two_addresses(room: Kb) -> None:
    first = room.editorial.draft("Return it", "One.", language="en", by=ED)
    second = room.editorial.draft("Return it", "Two.", language="en", by=ED)
    assert (first.slug, second.slug) == ("return-it", "return-it-2")
    assert first.id != second.id


def test_an_address_asked_for_by_name_is_given_only_once(room: Kb) -> None:
    room.editorial.draft("Return it", "One.", language="en", slug="return", by=ED)
    with pytest.raises(SlugTakenError):
        room.editorial.draft("Send it", "Two.", language="en", slug="return", by=ED)
    assert len(room.editorial.articles()) == 1


def test_the_same_address_may_exist_in_each_language(room: Kb) -> None:
    room.editorial.draft("Retur", "En.", language="en", slug="retur", by=ED)
    assert room.editorial.draft("Retur", "To.", language="nb", slug="retur", by=ED).slug == "retur"


def test_an_id_is_given_only_once(room: Kb) -> None:
    room.editorial.draft("One", "One.", language="en", article_id=ArticleId("one"), by=ED)
    with pytest.raises(ArticleExistsError):
        room.editorial.draft("Another", "Two.", language="en", article_id=ArticleId("one"), by=ED)


def test_a_translation_needs_its_original(room: Kb) -> None:
    with pytest.raises(NoArticleError):
        room.editorial.draft("Retur", "Tekst.", language="nb", translation_of=ArticleId("gone"), by=ED)


def test_a_revision_leaves_what_it_does_not_name(room: Kb) -> None:
    article = room.editorial.draft("A", "One.", language="en", category="orders", questions=["Why?"], by=ED)
    after = room.editorial.revise(article.id, version=article.version, title="B", body="Two.", by=EVA)
    assert (after.title, after.category, after.questions, after.latest) == ("B", "orders", ("Why?",), 2)
    assert [revision.body for revision in room.editorial.revisions(article.id)] == ["Two.", "One."]


def test_saving_over_a_colleague_is_refused_and_names_them(room: Kb) -> None:
    article = room.editorial.draft("A", "One.", language="en", by=ED)
    room.editorial.revise(article.id, version=article.version, title="A", body="Eva's.", by=EVA)
    with pytest.raises(StaleError) as refused:
        room.editorial.revise(article.id, version=article.version, title="A", body="Ed's.", by=ED)
    assert (refused.value.author, refused.value.revision, refused.value.version) == (EVA, 2, 2)
    assert room.editorial.revision(article.id, 2).body == "Eva's."


def test_publishing_what_a_colleague_has_changed_meanwhile_is_refused(room: Kb) -> None:
    article = room.editorial.draft("A", "One.", language="en", by=ED)
    room.editorial.revise(article.id, version=article.version, title="A", body="Eva's.", by=EVA)
    with pytest.raises(StaleError):
        room.editorial.publish(article.id, by=ED, version=article.version)


def test_a_published_article_keeps_its_live_revision_while_the_next_is_written(room: Kb) -> None:
    article = room.editorial.draft("A", "One.", language="en", by=ED)
    published = room.editorial.publish(article.id, by=ED)
    after = room.editorial.revise(article.id, version=published.version, title="A", body="Two.", by=ED)
    assert (after.status, after.live, after.latest, after.changed) == (Status.PUBLISHED, 1, 2, True)


def test_a_text_that_changes_under_review_is_a_draft_again(room: Kb) -> None:
    article = room.editorial.draft("A", "One.", language="en", by=ED)
    submitted = room.editorial.submit(article.id, by=ED)
    assert submitted.status is Status.IN_REVIEW
    after = room.editorial.revise(article.id, version=submitted.version, title="A", body="Two.", by=ED)
    assert after.status is Status.DRAFT


def test_restoring_brings_an_old_text_back_as_the_newest(room: Kb) -> None:
    article = room.editorial.draft("Old title", "Old.", language="en", by=ED)
    room.editorial.revise(article.id, version=1, title="New title", body="New.", by=ED)
    after = room.editorial.restore(article.id, 1, by=EVA)
    assert (after.latest, after.title) == (3, "Old title")
    assert room.editorial.revision(article.id, 3).body == "Old."
    assert room.editorial.revision(article.id, 3).author == EVA


def test_an_archived_article_comes_back_as_a_draft(room: Kb) -> None:
    article = room.editorial.draft("A", "One.", language="en", by=ED)
    room.editorial.publish(article.id, by=ED)
    assert room.editorial.archive(article.id, by=ED).live is None
    assert room.editorial.restore(article.id, 1, by=ED).status is Status.DRAFT


def test_what_is_refused_changes_nothing(room: Kb) -> None:
    article = room.editorial.draft("A", "One.", language="en", by=ED)
    room.editorial.archive(article.id, by=ED)
    before = room.editorial.article(article.id)
    with pytest.raises(NotAllowedError):
        room.editorial.revise(article.id, version=before.version, title="B", body="Two.", by=ED)
    with pytest.raises(FieldInvalidError):
        room.editorial.draft("", "Two.", language="en", by=ED)
    assert room.editorial.articles() == (before,)
    assert len(room.editorial.revisions(article.id)) == 1


def test_many_are_published_together_or_not_at_all(room: Kb) -> None:
    one = room.editorial.draft("A", "One.", language="en", by=ED)
    with pytest.raises(NoArticleError):
        room.editorial.publish_many([one.id, ArticleId("gone")], by=ED)
    assert room.editorial.article(one.id).live is None
    assert room.store.last_change() == 0


def test_only_what_can_answer_is_news_for_the_index(room: Kb) -> None:
    article = room.editorial.draft("A", "One.", language="en", by=ED)
    assert room.store.last_change() == 0
    room.editorial.publish(article.id, by=ED)
    assert room.store.last_change() == 1


def test_the_list_is_filtered_and_newest_first(room: Kb) -> None:
    room.editorial.draft("A", "One.", language="en", category="orders", by=ED)
    b = room.editorial.draft("B", "En.", language="nb", by=ED)
    assert [article.title for article in room.editorial.articles(language="nb")] == ["B"]
    assert [article.title for article in room.editorial.articles(category="orders")] == ["A"]
    room.editorial.publish(b.id, by=ED)
    assert [article.title for article in room.editorial.articles(status=Status.PUBLISHED)] == ["B"]


def test_an_article_is_found_by_its_address(room: Kb) -> None:
    article = room.editorial.draft("Return it", "One.", language="en", by=ED)
    assert room.editorial.by_slug("en", "return-it") == article
    with pytest.raises(NoArticleError):
        room.editorial.by_slug("nb", "return-it")


def test_what_does_not_exist_is_named(room: Kb) -> None:
    with pytest.raises(NoArticleError, match="gone"):
        room.editorial.publish(ArticleId("gone"), by=ED)
    article = room.editorial.draft("A", "One.", language="en", by=ED)
    with pytest.raises(NoArticleError, match="revision 7"):
        room.editorial.revision(article.id, 7)


def test_importing_twice_changes_nothing_the_second_time(room: Kb) -> None:
    first = room.editorial.take_in(ARTICLES, by=ED, publish=True)
    second = room.editorial.take_in(ARTICLES, by=ED, publish=True)
    assert (len(first.added), len(first.revised), first.unchanged) == (len(ARTICLES), 0, 0)
    assert (len(second.added), len(second.revised), second.unchanged) == (0, 0, len(ARTICLES))


def test_importing_a_changed_text_revises_it(room: Kb) -> None:
    draft = Draft("A", "One.", id=ArticleId("a"))
    room.editorial.take_in([draft], by=ED, publish=True)
    taken = room.editorial.take_in([Draft("A", "Two.", id=ArticleId("a"))], by=ED, publish=True)
    assert taken.revised == (ArticleId("a"),)
    assert room.editorial.article(ArticleId("a")).live == 2


def test_an_import_may_name_a_translation_before_its_original(room: Kb) -> None:
    translation = Draft("Retur", "Tekst.", "nb", id=ArticleId("a-nb"), translation_of=ArticleId("a"))
    room.editorial.take_in([translation, Draft("Return", "Text.", id=ArticleId("a"))], by=ED, publish=False)
    assert room.editorial.article(ArticleId("a-nb")).translation_of == "a"


def test_an_import_brings_back_what_was_deleted(room: Kb) -> None:
    draft = Draft("A", "One.", id=ArticleId("a"))
    room.editorial.take_in([draft], by=ED, publish=True)
    room.bin.delete(ArticleId("a"), by=ED)
    assert room.editorial.take_in([draft], by=ED, publish=True).revised == (ArticleId("a"),)
    back = room.editorial.article(ArticleId("a"))
    assert (back.deleted_at, back.live, back.latest) == (None, 1, 1)


def test_an_import_leaves_alone_what_was_archived_and_is_the_same(room: Kb) -> None:
    draft = Draft("A", "One.", id=ArticleId("a"))
    room.editorial.take_in([draft], by=ED, publish=True)
    room.editorial.archive(ArticleId("a"), by=ED)
    assert room.editorial.take_in([draft], by=ED, publish=True).unchanged == 1
    assert room.editorial.article(ArticleId("a")).status is Status.ARCHIVED
    room.editorial.take_in([replace(draft, body="Two.")], by=ED, publish=True)
    assert room.editorial.article(ArticleId("a")).live == 2


def test_a_change_beside_the_text_makes_no_revision_and_keeps_the_review(room: Kb) -> None:
    article = room.editorial.draft("A", "One.", language="en", by=ED)
    submitted = room.editorial.submit(article.id, by=ED)
    after = room.editorial.revise(
        article.id, version=submitted.version, title="A", body="One.", category="orders", by=EVA
    )
    assert (after.latest, after.status, after.category) == (1, Status.IN_REVIEW, "orders")
    assert after.version > submitted.version
    assert room.store.audited(article.id)[0].detail == "category: – → orders"


def test_what_is_saved_unchanged_leaves_no_trace(room: Kb) -> None:
    article = room.editorial.draft("A", "One.", language="en", by=ED)
    assert room.editorial.revise(article.id, version=1, title="A", body="One.", by=EVA) == article
    assert len(room.store.audited(article.id)) == 1


def test_a_review_is_asked_for_sent_back_and_approved_in_one_thread(room: Kb) -> None:
    article = room.editorial.draft("A", "One.", language="en", by=ED)
    room.editorial.submit(article.id, note=" Is it true? ", by=ED)
    back = room.editorial.send_back(article.id, comment="It takes two.", by=EVA)
    room.editorial.comment(article.id, "So it does.", by=ED)
    room.editorial.revise(article.id, version=back.version, title="A", body="Two.", by=ED)
    room.editorial.submit(article.id, by=ED)
    room.editorial.publish(article.id, by=EVA)
    assert [(one.kind, one.revision, one.text, one.author) for one in room.comments.of(article.id)] == [
        (Kind.ASKED, 1, "Is it true?", ED),
        (Kind.RETURNED, 1, "It takes two.", EVA),
        (Kind.SAID, 1, "So it does.", ED),
        (Kind.ASKED, 2, "", ED),
        (Kind.APPROVED, 2, "", EVA),
    ]


def test_sending_back_needs_a_reason(room: Kb) -> None:
    article = room.editorial.draft("A", "One.", language="en", by=ED)
    room.editorial.submit(article.id, by=ED)
    with pytest.raises(FieldInvalidError, match="text: must say something"):
        room.editorial.send_back(article.id, comment=" ", by=EVA)
    assert room.editorial.article(article.id).status is Status.IN_REVIEW


def test_a_comment_makes_nobodys_text_stale(room: Kb) -> None:
    article = room.editorial.draft("A", "One.", language="en", by=ED)
    room.editorial.comment(article.id, "Good.", by=EVA)
    after = room.editorial.revise(article.id, version=article.version, title="A", body="Two.", by=ED)
    assert after.latest == 2


def test_many_are_archived_together_or_not_at_all(room: Kb) -> None:
    one = room.editorial.publish(room.editorial.draft("A", "One.", language="en", by=ED).id, by=ED)
    with pytest.raises(NoArticleError):
        room.editorial.archive_many([one.id, ArticleId("gone")], by=ED)
    assert room.editorial.article(one.id).live == 1
    assert room.editorial.archive_many([one.id], by=ED)[0].live is None
