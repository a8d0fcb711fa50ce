"""Macros: several deeds in one go, all of them or none."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.aids.labels import Label
from handoff.aids.macros import (
    Deed,
    HandOverDeed,
    InsertDeed,
    Known,
    LabelDeed,
    Macro,
    NoteDeed,
    PriorityDeed,
    ReplyDeed,
    ResolveDeed,
    SnoozeDeed,
)
from handoff.case import Case, CaseStatus
from handoff.entry import Entry
from handoff.errors import MacroRefusedError, NoAidError, NotKeptError
from handoff.opening import Handoff
from tests.fakes import FakeClock
from tests.handoff.conftest import INES, LEO
from tests.handoff.conversations import escalation

pytestmark = pytest.mark.engines

KNOWN = Known(("support", "billing"), ("vip", "refund"))
THANKS = ReplyDeed({"en": "Thank you {{customer.first_name}}, {{fact.order}} is settled.", "nb": "Takk."})


@pytest.fixture
def case(room: Handoff) -> Case:
    for name in KNOWN.labels:
        room.aids.labels.save(Label(name, "blue"), INES)
    opened = room.intake.open(escalation("c: where is order NT-10427? I want a human", name="Maya Lind"))
    return room.desk.claim(opened.number, INES)


def macro(room: Handoff, *deeds: Deed, name: str = "Settle") -> Macro:
    return room.aids.macros.save(Macro(0, name, deeds), INES, KNOWN)


def said(room: Handoff, case: Case, *kinds: str) -> list[Entry]:
    return [entry for entry in room.desk.thread(case.number) if entry.kind in kinds]


def test_all_its_deeds_are_done_in_one_go(room: Handoff, case: Case) -> None:
    settle = macro(
        room,
        THANKS,
        NoteDeed("Settled by macro for {{customer.name}}."),
        LabelDeed(add=("refund",)),
        PriorityDeed("low", "it is only paperwork now"),
        ResolveDeed("solved", "refund promised"),
    )
    ran = room.aids.macros.run(case.number, INES, settle, "m1")
    assert (ran.case.status, ran.case.outcome, ran.case.labels) == (
        CaseStatus.RESOLVED,
        "solved",
        ("refund",),
    )
    assert ran.case.priority == "low"
    assert [entry.text for entry in said(room, case, "reply")] == ["Thank you Maya, NT-10427 is settled."]
    assert "Settled by macro for Maya Lind." in [entry.text for entry in said(room, case, "note")]
    assert room.audit.verify().broken_at is None


def test_one_deed_that_is_refused_undoes_them_all(room: Handoff, case: Case) -> None:
    settle = macro(room, LabelDeed(add=("vip",)), THANKS, ResolveDeed("solved"))
    room.desk.release(case.number, INES)
    room.desk.claim(case.number, LEO)
    before, thread = room.desk.case(case.number), room.desk.thread(case.number)
    with pytest.raises(MacroRefusedError) as refused:
        room.aids.macros.run(case.number, INES, settle, "m1")
    assert (refused.value.step, "nothing was done" in str(refused.value)) == (1, True)
    assert (room.desk.case(case.number), room.desk.thread(case.number)) == (before, thread)


def test_a_refusal_in_the_last_step_undoes_the_first(room: Handoff, case: Case) -> None:
    settle = macro(room, THANKS, HandOverDeed("billing"))
    room.desk.resolve(case.number, INES, "solved")
    thread = room.desk.thread(case.number)
    log = room.desk.log_end()
    with pytest.raises(MacroRefusedError):
        room.aids.macros.run(case.number, INES, settle, "m1")
    assert room.desk.thread(case.number) == thread and room.desk.log_end() == log
    assert not room.aids.search.find("settled").found


def test_a_reply_with_an_empty_variable_is_never_sent(room: Handoff) -> None:
    nobody = room.desk.claim(room.intake.open(escalation("c: human please")).number, INES)
    with pytest.raises(MacroRefusedError) as refused:
        room.aids.macros.run(nobody.number, INES, macro(room, THANKS), "m1")
    assert "customer.first_name" in str(refused.value)
    assert said(room, nobody, "reply") == []


def test_the_same_click_twice_does_it_once(room: Handoff, case: Case) -> None:
    settle = macro(room, THANKS, ResolveDeed("solved"))
    room.aids.macros.run(case.number, INES, settle, "m1")
    again = room.aids.macros.run(case.number, INES, settle, "m1")
    assert again.case.status is CaseStatus.RESOLVED
    assert len(said(room, case, "reply")) == 1


def test_a_text_to_insert_changes_nothing(room: Handoff, case: Case) -> None:
    log = room.desk.log_end()
    ran = room.aids.macros.run(
        case.number, INES, macro(room, InsertDeed({"en": "Hello {{customer.first_name}}"})), "m1"
    )
    assert (ran.inserted, room.desk.log_end()) == ("Hello Maya", log)


def test_it_snoozes_and_hands_over(room: Handoff, case: Case, clock: FakeClock) -> None:
    slept = room.aids.macros.run(case.number, INES, macro(room, SnoozeDeed(90), name="Later"), "m1").case
    assert slept.snoozed_until == clock.now() + timedelta(minutes=90)
    passed = room.aids.macros.run(
        case.number, INES, macro(room, HandOverDeed("billing", "yours"), name="Pass"), "m2"
    )
    assert (passed.case.team, passed.case.agent) == ("billing", None)


def test_the_desk_is_told_as_if_by_hand(room: Handoff, case: Case) -> None:
    bell = room.database.doorbell
    before = bell.count("desk"), bell.count("dispatches"), bell.count(f"case:{case.number}")
    room.aids.macros.run(case.number, INES, macro(room, THANKS), "m1")
    after = bell.count("desk"), bell.count("dispatches"), bell.count(f"case:{case.number}")
    assert all(now > then for now, then in zip(after, before, strict=True))


@pytest.mark.parametrize(
    "deeds",
    [
        (),
        (NoteDeed("x"),) * 11,
        (ReplyDeed({}),),
        (ReplyDeed({"en": "Hi {{who}}"}),),
        (NoteDeed(" "),),
        (LabelDeed(),),
        (LabelDeed(add=("no such",)),),
        (PriorityDeed("soon", "why"),),
        (PriorityDeed("high", " "),),
        (HandOverDeed("no such"),),
        (SnoozeDeed(0),),
        (SnoozeDeed(10**9),),
        (ResolveDeed("fine"),),
        (ResolveDeed("solved"), NoteDeed("after the end")),
        (THANKS, THANKS),
    ],
)
def test_what_could_never_run_is_not_kept(room: Handoff, deeds: tuple[Deed, ...]) -> None:
    with pytest.raises(NotKeptError):
        macro(room, *deeds)
    assert room.aids.macros.all() == ()


def test_a_name_is_one_macros_and_a_macro_can_be_changed_and_removed(room: Handoff) -> None:
    kept = macro(room, NoteDeed("x"))
    with pytest.raises(NotKeptError):
        macro(room, NoteDeed("y"), name="settle")
    room.aids.macros.save(Macro(kept.id, "Settle", (NoteDeed("z"),)), INES, KNOWN)
    assert room.aids.macros.macro(kept.id).deeds == (NoteDeed("z"),)
    room.aids.macros.remove(kept.id, INES)
    with pytest.raises(NoAidError):
        room.aids.macros.macro(kept.id)
