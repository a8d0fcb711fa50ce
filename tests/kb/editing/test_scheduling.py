from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from config.settings import Settings
from kb.article import Article, Status
from kb.errors import FieldInvalidError, NotAllowedError, StaleError
from kb.opening import Kb, open_kb
from tests.fakes import MONDAY_MORNING, FakeClock

pytestmark = pytest.mark.engines

ED, EVA = "ed@firstline.test", "eva@firstline.test"
TOMORROW = MONDAY_MORNING + timedelta(days=1)


def planned(room: Kb, at: datetime = TOMORROW) -> Article:
    article = room.editorial.draft("A", "One.", language="en", by=ED)
    return room.schedule.plan(article.id, at, by=EVA)


def test_a_text_goes_live_when_its_time_has_come(room: Kb, clock: FakeClock) -> None:
    article = planned(room)
    clock.moves(timedelta(hours=23, minutes=59))
    assert not room.schedule.publish_due()
    clock.moves(timedelta(minutes=1))
    assert room.schedule.publish_due() and not room.schedule.publish_due()
    after = room.editorial.article(article.id)
    assert (after.status, after.live, after.publish_at) == (Status.PUBLISHED, 1, None)
    assert room.store.last_change() > 0
    line = room.store.audited(article.id)[0]
    assert (line.actor, line.verb, line.detail) == (EVA, "published", "revision 1 at 2026-11-03 09:00 UTC")


def test_an_appointment_outlives_a_restart(room: Kb, settings: Settings, clock: FakeClock) -> None:
    article = planned(room)
    room.close()
    clock.moves(timedelta(days=3))
    again = open_kb(settings, clock)
    again.schedule.publish_due()
    assert again.editorial.article(article.id).live == 1
    again.close()


def test_what_is_written_afterwards_does_not_go_live_with_it(room: Kb, clock: FakeClock) -> None:
    article = planned(room)
    room.editorial.revise(article.id, version=article.version, title="A", body="Unread.", by=ED)
    clock.moves(timedelta(days=1))
    room.schedule.publish_due()
    after = room.editorial.article(article.id)
    assert (after.live, after.latest, after.changed) == (1, 2, True)


def test_a_time_is_kept_whatever_zone_it_was_given_in(room: Kb) -> None:
    nine = datetime(2026, 11, 3, 9, 0, tzinfo=timezone(timedelta(hours=1)))
    article = planned(room, nine)
    assert room.editorial.article(article.id).publish_at == nine


@pytest.mark.parametrize("undo", ["cancel", "publish", "archive", "delete"])
def test_an_appointment_ends_with_what_makes_it_pointless(room: Kb, clock: FakeClock, undo: str) -> None:
    article = planned(room)
    verbs = {
        "cancel": room.schedule.cancel,
        "publish": room.editorial.publish,
        "archive": room.editorial.archive,
        "delete": room.bin.delete,
    }
    assert verbs[undo](article.id, by=ED).publish_at is None
    clock.moves(timedelta(days=2))
    assert not room.schedule.publish_due()


def test_cancelling_nothing_changes_nothing(room: Kb) -> None:
    article = room.editorial.draft("A", "One.", language="en", by=ED)
    assert room.schedule.cancel(article.id, by=ED) == article


def test_planning_makes_nobodys_text_stale(room: Kb) -> None:
    article = room.editorial.draft("A", "One.", language="en", by=ED)
    room.schedule.plan(article.id, TOMORROW, by=EVA)
    after = room.editorial.revise(article.id, version=article.version, title="A", body="Two.", by=ED)
    assert after.latest == 2


@pytest.mark.parametrize("by", [timedelta(0), timedelta(hours=-1), timedelta(days=3000)])
def test_a_moment_that_has_passed_or_is_years_away_is_refused(room: Kb, by: timedelta) -> None:
    article = room.editorial.draft("A", "One.", language="en", by=ED)
    with pytest.raises(FieldInvalidError, match="publish_at"):
        room.schedule.plan(article.id, MONDAY_MORNING + by, by=ED)


def test_what_is_live_already_is_not_planned(room: Kb) -> None:
    article = room.editorial.draft("A", "One.", language="en", by=ED)
    room.editorial.publish(article.id, by=ED)
    with pytest.raises(FieldInvalidError, match="publish_at"):
        room.schedule.plan(article.id, TOMORROW, by=ED)


def test_a_text_nobody_has_seen_is_not_planned(room: Kb) -> None:
    article = room.editorial.draft("A", "One.", language="en", by=ED)
    room.editorial.revise(article.id, version=1, title="A", body="Two.", by=EVA)
    with pytest.raises(StaleError):
        room.schedule.plan(article.id, TOMORROW, version=article.version, by=ED)


def test_an_archived_article_is_not_planned(room: Kb) -> None:
    article = room.editorial.draft("A", "One.", language="en", by=ED)
    room.editorial.archive(article.id, by=ED)
    with pytest.raises(NotAllowedError):
        room.schedule.plan(article.id, TOMORROW, by=ED)
