from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from config.settings import Settings
from handoff.errors import TeamsError
from handoff.floor.arrangements import HoursDraft, RaiseDraft, RuleDraft, TargetDraft, TeamDraft
from handoff.floor.triage import Priority
from handoff.opening import Handoff, open_handoff
from tests.fakes import FakeClock
from tests.handoff.conversations import escalation

pytestmark = pytest.mark.engines

ADMIN = "admin@nettly.example"
VIP = TeamDraft("vip", {"en": "Good customers"}, "long", skills=("vip",), words=("Gold card",))


def team_of(room: Handoff, text: str, name: str = "conv1") -> str:
    return room.intake.open(escalation(f"c: {text}", conversation=name)).team


def test_without_a_change_the_file_holds(room: Handoff) -> None:
    assert room.arrangements.teams()[0].name == "support"
    assert room.arrangements.routing().fallback == room.rules().fallback
    assert room.arrangements.history() == ()


def test_a_new_team_gets_cases_at_once(room: Handoff) -> None:
    assert team_of(room, "I have a gold card", "a") == "support"
    room.arrangements.team_saved(VIP, ADMIN)
    assert team_of(room, "I have a gold card", "b") == "vip"


def test_another_process_has_it_too(room: Handoff, settings: Settings, clock: FakeClock) -> None:
    other = open_handoff(settings, clock)
    try:
        other.database.watch()
        room.arrangements.team_saved(VIP, ADMIN)
        other.database.doorbell.ring("*")  # what its watch does when it sees the write
        assert "vip" in [team.name for team in other.rules().teams]
    finally:
        other.close()


def test_what_was_saved_is_there_after_a_restart(room: Handoff, settings: Settings, clock: FakeClock) -> None:
    room.arrangements.team_saved(VIP, ADMIN)
    again = open_handoff(settings, clock)
    try:
        assert again.arrangements.teams() == room.arrangements.teams()
        assert again.rules() == room.rules()
    finally:
        again.close()


@pytest.mark.parametrize("kind", ["teams", "hours", "targets", "rules", "raises"])
def test_what_is_read_can_be_saved_as_it_is(room: Handoff, kind: str) -> None:
    verbs = room.arrangements
    save = {
        "teams": verbs.team_saved,
        "hours": verbs.hours_saved,
        "targets": verbs.target_saved,
        "rules": verbs.rule_saved,
        "raises": verbs.raise_saved,
    }[kind]
    before, rules = getattr(verbs, kind)(), room.rules()
    for draft in before:
        save(draft, ADMIN)
    assert getattr(verbs, kind)() == before
    assert room.rules() == rules


def test_hours_and_holidays_change_what_is_due(room: Handoff) -> None:
    office = next(hours for hours in room.arrangements.hours() if hours.name == "office")
    monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    room.arrangements.holidays_saved("office", ["2026-11-23"], ADMIN)
    assert not room.rules().team("support").calendar.is_open(monday)
    room.arrangements.hours_saved(replace(office, week={"monday": ["09:00-12:00"]}), ADMIN)
    calendar = room.rules().team("support").calendar
    assert calendar.is_open(monday) and not calendar.is_open(monday + timedelta(hours=3))


def test_targets_change_what_is_promised(room: Handoff) -> None:
    room.arrangements.target_saved(TargetDraft("normal", "20m", "8h", "5m"), ADMIN)
    target = room.rules().targets[Priority.NORMAL]
    assert target.first_reply_within == timedelta(minutes=20)
    assert target.warning(target.first_reply_within) == timedelta(minutes=5)


def test_a_rule_can_be_made_moved_and_removed(room: Handoff) -> None:
    rule = RuleDraft("press", "urgent", {"en": "the press asks"}, words=["newspaper"])
    room.arrangements.rule_saved(rule, ADMIN)
    assert room.arrangements.rules()[-1].name == "press"
    room.arrangements.rules_ordered(["press"], ADMIN)
    assert room.rules().priorities[0].name == "press"
    case = room.intake.open(escalation("c: I write for a newspaper"))
    assert case.priority_because == "Urgent: the press asks (“newspaper” in message 1)."
    room.arrangements.rule_removed("press", ADMIN)
    assert "press" not in [each.name for each in room.rules().priorities]


def test_what_raises_a_priority_can_be_changed(room: Handoff) -> None:
    room.arrangements.raise_saved(RaiseDraft("waiting", "high", {"en": "it waits"}, waited="2h"), ADMIN)
    waiting = next(rule for rule in room.rules().raises if rule.name == "waiting")
    assert (waiting.at_most, waiting.waited) == (Priority.HIGH, timedelta(hours=2))
    room.arrangements.raise_removed("waiting", ADMIN)
    assert "waiting" not in [rule.name for rule in room.rules().raises]


@pytest.mark.parametrize(
    ("draft", "field", "why"),
    [
        (replace(VIP, hours="lang"), "hours", "did you mean long?"),
        (replace(VIP, title={"nb": "VIP"}), "title", "in English at least"),
        (replace(VIP, reasons=("fraud",)), "reasons", "no such reason"),
        (replace(VIP, overflow="vip"), "overflow", "must be another team"),
        (replace(VIP, silent_after="soon"), "silent_after", "must be a duration"),
        (replace(VIP, name="Very Important"), "name", "letters a-z"),
    ],
)
def test_a_team_that_nobody_could_work_by_is_refused(
    room: Handoff, draft: TeamDraft, field: str, why: str
) -> None:
    with pytest.raises(TeamsError, match=why) as caught:
        room.arrangements.team_saved(draft, ADMIN)
    assert caught.value.field == field
    assert room.arrangements.history() == ()


def test_hours_that_can_not_be_are_refused(room: Handoff) -> None:
    with pytest.raises(TeamsError) as caught:
        room.arrangements.hours_saved(HoursDraft("night", "Europe/Olso", {}), ADMIN)
    assert caught.value.field == "zone"
    with pytest.raises(TeamsError, match="must be dates") as caught:
        room.arrangements.holidays_saved("office", ["Christmas"], ADMIN)
    assert caught.value.field == "holidays"
    with pytest.raises(TeamsError, match="there are no opening hours"):
        room.arrangements.holidays_saved("night", [], ADMIN)


def test_what_others_need_can_not_be_removed(room: Handoff) -> None:
    with pytest.raises(TeamsError, match="no such opening hours"):
        room.arrangements.hours_removed("long", ADMIN)
    with pytest.raises(TeamsError, match="must be another team"):
        room.arrangements.team_removed("support", ADMIN)
    with pytest.raises(TeamsError, match="there is no 'vip'"):
        room.arrangements.team_removed("vip", ADMIN)


def test_two_who_change_things_at_once_can_not_break_them_together(room: Handoff) -> None:
    room.arrangements.team_saved(VIP, ADMIN)
    room.arrangements.hours_saved(HoursDraft("night", "UTC", {"monday": ["20:00-24:00"]}), ADMIN)
    room.arrangements.team_saved(replace(VIP, hours="night"), ADMIN)
    with pytest.raises(TeamsError):
        room.arrangements.hours_removed("night", ADMIN)


def test_every_change_is_in_the_audit_with_what_was_before(room: Handoff, clock: FakeClock) -> None:
    room.arrangements.team_saved(VIP, ADMIN)
    room.arrangements.team_saved(replace(VIP, words=()), "leo@nettly.example")
    room.arrangements.team_removed("vip", ADMIN)
    removed, changed, made = room.arrangements.history()
    assert (made.kind, made.name, made.by, made.at) == ("teams", "vip", ADMIN, clock.now())
    assert made.before is None and made.after is not None and made.after["words"] == ["Gold card"]
    assert (changed.by, changed.before) == ("leo@nettly.example", made.after)
    assert removed.after is None
    assert room.audit.verify().broken_at is None
