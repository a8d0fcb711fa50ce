"""The queue's views, filters, places and counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handoff.case import Case
from handoff.errors import ShapeError
from handoff.floor.rules import Priority
from handoff.opening import Handoff
from handoff.verbs.agent import Agent
from handoff.verbs.queue import UNFILTERED, VIEWS, Filters, Mark
from tests.fakes import FakeClock
from tests.handoff.conftest import INES, LEO
from tests.handoff.conversations import MONDAY, escalation

SAM = Agent("sam@nettly.example", "Sam", frozenset({"supervisor"}))

pytestmark = pytest.mark.engines


def names(cases: tuple[Case, ...]) -> list[str]:
    return [case.conversation_id for case in cases]


@pytest.fixture
def busy(room: Handoff) -> Handoff:
    """One case in each state, opened in the order of the alphabet."""
    for name in ("asleep", "free", "gone", "late", "mine", "theirs"):
        room.intake.open(escalation("c: human please", conversation=name))
    for name, agent in (("asleep", INES), ("gone", INES), ("mine", INES), ("theirs", LEO)):
        room.desk.claim(f"{name}-1", agent)
    room.desk.snooze("asleep-1", INES, until_reply=True)
    room.desk.resolve("gone-1", INES, "solved")
    room.desk.follow_up("gone-1", INES, MONDAY + timedelta(days=1), "Ask again")
    room.desk.note("theirs-1", LEO, "Just so that you know")
    return room


def test_each_view_holds_its_own(busy: Handoff) -> None:
    seen = {
        view: names(busy.desk.queue(view, agent=INES.email))
        for view in ("mine", "unassigned", "all", "snoozed", "follow_ups", "resolved")
    }
    assert seen == {
        "mine": ["mine"],
        "unassigned": ["free", "late"],
        "all": ["free", "late", "mine", "theirs"],
        "snoozed": ["asleep"],
        "follow_ups": ["gone"],
        "resolved": ["gone"],
    }


def test_every_view_is_counted(busy: Handoff) -> None:
    assert busy.desk.counts(INES.email) == {
        "mine": 1,
        "unassigned": 2,
        "all": 4,
        "snoozed": 1,
        "breaching": 0,
        "mentions": 0,
        "follow_ups": 1,
        "resolved": 1,
    }


@pytest.mark.parametrize("filters", [UNFILTERED, Filters(team="support"), Filters(label="vip")])
def test_a_glance_tells_what_each_view_holds(busy: Handoff, clock: FakeClock, filters: Filters) -> None:
    busy.seats.sit_down(INES.email, "Ines Berg")
    busy.desk.note("theirs-1", LEO, "@Ines Berg have you seen this?")
    busy.desk.label("late-1", LEO, ["vip"])
    clock.moves(busy.desk.case("free-1").due_by - MONDAY)
    known = {case.number: case for case in busy.desk.queue(include_resolved=True)}
    for view in VIEWS:
        seen = busy.desk.glance([*known, 9_999], view, INES.email, filters, MONDAY - timedelta(days=1))
        held = busy.desk.queue(view, agent=INES.email, filters=filters)
        assert seen.within == {case.number for case in held}, view
        assert seen.counts[view] == len(held), view
        assert {case.number: case for case in seen.cases} == known, view
        assert seen.day == (6, 1)


def test_an_empty_house_counts_nothing(room: Handoff) -> None:
    assert set(room.desk.counts(INES.email).values()) == {0}


def test_what_is_late_is_breaching(busy: Handoff, clock: FakeClock) -> None:
    due = busy.desk.case("free-1").due_by
    clock.moves(due - MONDAY - timedelta(seconds=1))
    assert busy.desk.queue("breaching") == ()
    clock.moves(timedelta(seconds=1))
    assert names(busy.desk.queue("breaching")) == ["free", "late", "mine", "theirs"]
    assert busy.desk.counts(INES.email)["breaching"] == 4


def test_an_agents_mentions_are_a_view(busy: Handoff) -> None:
    busy.seats.sit_down(INES.email, "Ines Berg")
    busy.desk.note("theirs-1", LEO, "@Ines Berg have you seen this?")
    assert names(busy.desk.queue("mentions", agent=INES.email)) == ["theirs"]
    assert busy.desk.queue("mentions", agent=LEO.email) == ()
    busy.desk.resolve("theirs-1", LEO, "solved")
    assert busy.desk.counts(INES.email)["mentions"] == 1


def test_what_falls_due_first_comes_first_then_what_presses_then_what_is_older(
    room: Handoff, clock: FakeClock
) -> None:
    for name in ("a", "b", "c", "d"):
        room.intake.open(escalation("c: human please", conversation=name, at=MONDAY))
    cases = {case.conversation_id: case for case in room.desk.queue()}
    room.desk.set_priority("c-1", INES, "urgent", "A clinic.")
    assert names(room.desk.queue()) == ["c", "a", "b", "d"]
    assert cases["a"].due_by == cases["b"].due_by


@pytest.mark.parametrize("view", ["all", "resolved"])
def test_a_view_is_read_page_by_page(room: Handoff, clock: FakeClock, view: str) -> None:
    for number in range(7):
        room.intake.open(escalation("c: human please", conversation=f"c{number}", at=clock.now()))
        clock.moves(timedelta(minutes=number % 2))
        if view == "resolved":
            room.desk.claim(f"c{number}-1", INES)
            room.desk.resolve(f"c{number}-1", INES, "solved")
    whole = room.desk.queue(view)  # type: ignore[arg-type]
    read: list[Case] = []
    after: Mark | None = None
    for _ in range(4):
        page = room.desk.queue(view, after=after, limit=2)  # type: ignore[arg-type]
        read += page
        after = Mark.read(str(Mark.of(page[-1], view)))  # type: ignore[arg-type]
    assert (tuple(read), len(read)) == (whole, 7)
    assert room.desk.queue(view, after=after, limit=2) == ()  # type: ignore[arg-type]


def test_a_place_holds_though_its_case_moves_on(room: Handoff) -> None:
    for name in ("a", "b", "c"):
        room.intake.open(escalation("c: human please", conversation=name))
    place = Mark.of(room.desk.queue(limit=1)[0], "all")
    room.desk.set_priority("a-1", INES, "low", "It can wait.")
    assert names(room.desk.queue(after=place)) == ["b", "c", "a"]


@pytest.mark.parametrize("given", ["x", "eyJ9", "W10", "WzEsMiwzLDRd", "é", "W10" * 1000])
def test_a_place_that_is_none_is_refused(given: str) -> None:
    with pytest.raises(ShapeError):
        Mark.read(given)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(team="billing"), ["bill"]),
        (Filters(language="nb"), ["norsk"]),
        (Filters(label="vip"), ["norsk"]),
        (Filters(channel="email"), []),
        (Filters(priority=Priority.LOW), ["plain"]),
        (Filters(language="nb", label="none"), []),
    ],
)
def test_a_view_is_narrowed(room: Handoff, filters: Filters, found: list[str]) -> None:
    room.intake.open(escalation("c: my invoice is wrong", conversation="bill"))
    room.intake.open(escalation("c: hei", conversation="norsk", language="nb"))
    room.intake.open(escalation("c: hello", conversation="plain"))
    room.desk.label("norsk-1", INES, ["vip", "late"])
    room.desk.set_priority("plain-1", INES, "low", "It can wait.")
    assert names(room.desk.queue(filters=filters)) == found
    assert room.desk.counts(INES.email, filters)["all"] == len(found)
    for name in ("bill", "norsk", "plain"):
        room.desk.resolve(f"{name}-1", SAM, "solved")
    assert room.desk.counts(INES.email, filters)["resolved"] == len(found)


def test_a_label_that_was_taken_off_finds_nothing(room: Handoff) -> None:
    room.intake.open(escalation("c: hello"))
    room.desk.label(1001, INES, ["vip"])
    room.desk.label(1001, INES, ["late"])
    assert room.desk.queue(filters=Filters(label="vip")) == ()


def test_a_customers_other_cases_are_listed_the_latest_first(room: Handoff) -> None:
    for name, customer in (("a", "maya"), ("b", "arne"), ("c", "maya"), ("d", "maya")):
        room.intake.open(escalation("c: hello", conversation=name, customer=customer))
    assert names(room.desk.previous("c-1")) == ["d", "a"]


def test_the_place_of_a_case_is_what_its_view_is_ordered_by(room: Handoff) -> None:
    case = room.intake.open(escalation("c: hello"))
    ended = replace(case, resolved_at=MONDAY + timedelta(days=1))
    assert Mark.of(case, "all").at == case.due_by
    assert Mark.of(ended, "resolved").at == ended.resolved_at
