"""Two things happen to one case at one moment: one goes first, the other is told, and nothing is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from handoff.case import Case, CaseStatus
from handoff.desk import Agent
from handoff.dispatch import Dispatch
from handoff.errors import HandoffError, NotAllowedError, NotYoursError, TakenError
from handoff.escalation import Line
from handoff.opening import Handoff
from tests.handoff.conftest import INES, LEO
from tests.handoff.conversations import MONDAY, escalation

pytestmark = pytest.mark.engines

ROUNDS = 8


def at_once(*works: Callable[[], object]) -> list[HandoffError | None]:
    """Do all of them at the same moment, each on a thread; what each was refused with."""
    refused: list[HandoffError | None] = [None] * len(works)
    here = threading.Barrier(len(works))

    def do(place: int, work: Callable[[], object]) -> None:
        here.wait()
        try:
            work()
        except HandoffError as error:
            refused[place] = error

    threads = [threading.Thread(target=do, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def a_case(room: Handoff, name: str, by: Agent | None = None) -> Case:
    case = room.intake.open(escalation("c: human please", conversation=name, customer=name))
    return case if by is None else room.desk.claim(case.number, by)


def told(room: Handoff) -> list[Dispatch]:
    """All that customers are told, in order."""
    said: list[Dispatch] = []
    while due := room.dispatches.lease():
        said += due
        for each in due:
            room.dispatches.done(each.id)
    return said


def test_an_agent_who_claims_while_the_case_is_routed_to_another(room: Handoff) -> None:
    room.seats.sit_down(LEO.email, LEO.name)
    room.seats.save_member(LEO.email, LEO.name, by="admin", capacity=50)
    for number in range(ROUNDS):
        room.seats.set_status(LEO.email, "away")
        case = a_case(room, f"routed{number}")
        room.seats.set_status(LEO.email, "online")
        claimed, _ = at_once(lambda ref=case.number: room.desk.claim(ref, INES), room.rounds.work)
        holder = room.desk.case(case.number).agent_name
        if claimed is None:
            assert holder == "Ines"
        else:
            assert isinstance(claimed, TakenError) and claimed.holder_name == holder == "Leo"
        joined = [each.author_name for each in told(room) if each.conversation_id == case.conversation_id]
        assert joined == [holder], "the customer is told of one of them, once"


def test_an_agent_who_replies_while_a_supervisor_resolves(room: Handoff) -> None:
    lead = Agent("liv@nettly.example", "Liv", frozenset({"agent", "supervisor"}))
    for number in range(ROUNDS):
        case = a_case(room, f"resolved{number}", INES)
        told(room)
        replied, resolved = at_once(
            lambda ref=case.number: room.desk.reply(ref, INES, "It leaves us today.", "r1"),
            lambda ref=case.number: room.desk.resolve(ref, lead, "solved"),
        )
        assert resolved is None and room.desk.case(case.number).status is CaseStatus.RESOLVED
        said = [each.kind for each in told(room)]
        if replied is None:
            assert said == ["reply", "resolved"], "what was said reaches the customer, before the end does"
        else:
            assert isinstance(replied, NotAllowedError) and said == ["resolved"]


def test_a_customer_who_writes_while_their_case_is_resolved(room: Handoff) -> None:
    line = Line(2, "customer", "it is the blue one", MONDAY)
    for number in range(ROUNDS):
        case = a_case(room, f"writes{number}", INES)
        heard, resolved = at_once(
            lambda case=case: room.intake.hear(case.handoff_id, [line]),
            lambda ref=case.number: room.desk.resolve(ref, INES, "solved"),
        )
        assert (heard, resolved) == (None, None)
        now = room.desk.case(case.number)
        assert now.status is CaseStatus.RESOLVED, "a line does not open a case again"
        assert [entry.text for entry in room.desk.thread(case.number)].count("it is the blue one") == 1
        assert room.intake.open_case(case.conversation_id) is None


def test_an_agent_who_replies_while_the_case_is_merged_into_another(room: Handoff) -> None:
    for number in range(ROUNDS):
        duplicate = room.intake.open(escalation("c: human", conversation=f"phone{number}", customer="maya"))
        kept = room.intake.open(escalation("c: a human!", conversation=f"laptop{number}", customer="maya"))
        for case in (duplicate, kept):
            room.desk.claim(case.number, INES)
        told(room)
        merged, in_duplicate, in_kept = at_once(
            lambda a=duplicate.number, b=kept.number: room.desk.merge(a, INES, b),
            lambda ref=duplicate.number: room.desk.reply(ref, INES, "on the phone", "r1"),
            lambda ref=kept.number: room.desk.reply(ref, INES, "on the laptop", "r2"),
        )
        assert merged is None and in_kept is None
        assert in_duplicate is None or isinstance(in_duplicate, NotAllowedError | NotYoursError)
        said = [(each.conversation_id, each.text) for each in told(room) if each.kind == "reply"]
        assert said.count((duplicate.conversation_id, "on the phone")) == (in_duplicate is None)
        assert said.count((kept.conversation_id, "on the laptop")) == 1
        assert len(said) == len(set(said))
        last = [entry for entry in room.desk.thread(kept.number) if entry.kind == "reply"]
        assert [entry.text for entry in last] == ["on the laptop"]
