from __future__ import annotations

from datetime import timedelta

import pytest

from kb.article import Article, Status
from kb.errors import NoArticleError, NotAllowedError, StaleError
from kb.opening import Kb
from tests.fakes import FakeClock
from tests.kb.bases import titles

pytestmark = pytest.mark.engines

ED, EVA = "ed@firstline.test", "eva@firstline.test"


def published(room: Kb, title: str = "Return a lamp", language: str = "en") -> Article:
    article = room.editorial.draft(title, "Send the lamp back.", language=language, by=ED)
    return room.editorial.publish(article.id, by=ED)


def test_a_deleted_article_leaves_the_answers_and_comes_back_as_it_was(room: Kb) -> None:
    before = published(room)
    room.indexer.work()
    room.bin.delete(before.id, by=ED)
    room.indexer.work()
    assert room.editorial.articles() == () and list(titles(room, "return a lamp")) == []
    assert [one.id for one in room.bin.deleted()] == [before.id]
    back = room.bin.recover(before.id, by=EVA)
    room.indexer.work()
    assert (back.status, back.live, back.slug) == (Status.PUBLISHED, 1, before.slug)
    assert list(titles(room, "return a lamp")) == ["Return a lamp"]
    assert [line.verb for line in room.store.audited(before.id)[:2]] == ["recovered", "deleted"]


def test_nothing_is_done_to_an_article_in_the_bin(room: Kb) -> None:
    gone = room.bin.delete(published(room).id, by=ED)
    for verb in (room.editorial.publish, room.editorial.archive, room.bin.delete):
        with pytest.raises(NotAllowedError, match="is deleted"):
            verb(gone.id, by=ED)


def test_only_what_is_in_the_bin_is_recovered_or_purged(room: Kb) -> None:
    article = published(room)
    with pytest.raises(NotAllowedError):
        room.bin.recover(article.id, by=ED)
    with pytest.raises(NotAllowedError):
        room.bin.purge(article.id, by=ED)


def test_deleting_what_a_colleague_has_changed_meanwhile_is_refused(room: Kb) -> None:
    article = published(room)
    room.editorial.revise(article.id, version=article.version, title="New", body="New.", by=EVA)
    with pytest.raises(StaleError):
        room.bin.delete(article.id, version=article.version, by=ED)


def test_what_is_in_the_bin_makes_way_for_a_new_article(room: Kb) -> None:
    old = room.bin.delete(published(room).id, by=ED)
    new = room.editorial.draft("Return a lamp", "Anew.", language="en", slug="return-a-lamp", by=ED)
    assert new.slug == "return-a-lamp"
    assert room.bin.recover(old.id, by=ED).slug == "return-a-lamp-2"


def test_a_deleted_articles_old_address_leads_nowhere(room: Kb) -> None:
    article = published(room)
    room.arranging.rename(article.id, "lamps", by=ED)
    room.bin.delete(article.id, by=ED)
    assert room.store.redirect("en", "return-a-lamp") is None
    assert room.store.by_slug("en", "lamps") is None


def test_purging_erases_all_but_the_audit(room: Kb) -> None:
    article = published(room)
    room.editorial.comment(article.id, "A remark.", by=EVA)
    room.arranging.rename(article.id, "lamps", by=ED)
    room.bin.delete(article.id, by=ED)
    room.bin.purge(article.id, by=EVA)
    with pytest.raises(NoArticleError):
        room.editorial.article(article.id)
    assert room.editorial.revisions(article.id) == () == room.comments.of(article.id)
    assert room.editorial.redirects(article.id) == ()
    line = room.editorial.audited(article.id)[0]
    assert (line.verb, line.actor, line.detail) == ("purged", EVA, "en/lamps")


def test_a_purged_originals_first_translation_takes_its_place(room: Kb) -> None:
    english, norwegian, german = published(room), published(room, "A", "nb"), published(room, "B", "de")
    for one in (norwegian, german):
        room.arranging.link(one.id, english.id, by=ED)
    room.bin.delete(english.id, by=ED)
    room.bin.purge(english.id, by=ED)
    assert room.editorial.article(norwegian.id).translation_of is None
    assert room.editorial.article(german.id).translation_of == norwegian.id


def test_the_bin_empties_itself_after_thirty_days(room: Kb, clock: FakeClock) -> None:
    article = room.bin.delete(published(room).id, by=ED)
    clock.moves(timedelta(days=29))
    assert not room.bin.empty()
    clock.moves(timedelta(days=1, minutes=1))
    assert room.bin.empty() and not room.bin.empty()
    assert room.bin.deleted() == ()
    assert room.editorial.audited(article.id)[0].actor == "firstline"
