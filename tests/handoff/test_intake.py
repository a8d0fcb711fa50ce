from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from config.settings import Settings
from handoff.case import CaseStatus, Outcome
from handoff.errors import NoCaseError, NoLinesError
from handoff.escalation import Line, Told
from handoff.intake import Place
from handoff.opening import Handoff, open_handoff
from tests.fakes import FakeClock
from tests.handoff.conftest import INES, LEO
from tests.handoff.conversations import MONDAY, escalation

pytestmark = pytest.mark.engines

LATER = MONDAY + timedelta(minutes=5)


def test_an_escalation_opens_a_case_with_its_summary(room: Handoff) -> None:
    case = room.intake.open(escalation("c: I want to talk to a human about order 10427", name="Maya"))
    assert (case.number, case.handoff_id, case.status) == (1001, "conv1-1", CaseStatus.OPEN)
    assert (case.team, case.priority, case.agent, case.unread) == ("orders", "normal", None, 1)
    assert room.desk.summary(case.number).case == 1001
    assert room.desk.summary("conv1-1").headline.text == case.headline


def test_the_same_escalation_again_gives_the_same_case(room: Handoff) -> None:
    first = room.intake.open(escalation())
    assert room.intake.open(escalation()) == first
    assert room.desk.queue() == (first,)


def test_the_same_escalation_at_once_from_many_threads_opens_one_case(room: Handoff) -> None:
    numbers: list[int] = []
    threads = [
        threading.Thread(target=lambda: numbers.append(room.intake.open(escalation()).number))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert numbers == [1001] * 8
    assert len(room.desk.thread(1001)) == 2


def test_a_case_is_found_after_a_restart(room: Handoff, settings: Settings, clock: FakeClock) -> None:
    case = room.intake.open(escalation())
    again = open_handoff(settings, clock)
    try:
        assert again.intake.open(escalation()) == case
    finally:
        again.close()


def test_the_thread_holds_the_conversation_and_why_it_came(room: Handoff) -> None:
    room.intake.open(escalation("b: Hi", "c: human please"))
    assert [(entry.kind, entry.author, entry.number) for entry in room.desk.thread("conv1-1")] == [
        ("line", "bot", 1),
        ("line", "customer", 2),
        ("event", "system", None),
    ]
    assert room.desk.thread("conv1-1")[-1].text == "Handed over by the bot: The customer asked for a person."


def test_secrets_are_masked_in_the_thread(room: Handoff) -> None:
    room.intake.open(escalation("c: my card is 4111 1111 1111 1111"))
    assert room.desk.thread(1001)[0].text == "my card is •••• 1111"


def test_numbers_grow(room: Handoff) -> None:
    numbers = [room.intake.open(escalation(conversation=name)).number for name in ("a", "b", "c")]
    assert numbers == [1001, 1002, 1003]


def test_a_conversation_that_people_hold_gets_no_second_case(room: Handoff) -> None:
    first = room.intake.open(escalation("c: human please"))
    again = room.intake.open(escalation("c: human please", "c: hello? human!", episode=2))
    room.intake.open(escalation("c: human please", "c: hello? human!", episode=2))
    assert again.number == first.number
    assert [entry.text for entry in room.desk.thread(first.number)][2:] == [
        "hello? human!",
        "Handed over by the bot again: The customer asked for a person.",
    ]
    assert room.intake.hear("conv1-2", [Line(3, "customer", "well?", LATER)]).number == first.number


def test_a_customer_who_is_back_before_the_desk_heard_of_it_is_with_the_agent_again(room: Handoff) -> None:
    first = room.intake.open(escalation("c: human please"))
    room.desk.claim(first.number, INES)
    room.intake.open(escalation("c: human please", "c: a person again", episode=2))
    told = [(each.kind, each.handoff_id, each.author_name) for each in room.dispatches.lease()]
    assert told == [("joined", first.handoff_id, INES.name), ("joined", "conv1-2", INES.name)]


def test_a_new_episode_after_a_resolve_opens_a_new_case(room: Handoff) -> None:
    first = room.intake.open(escalation("c: human please"))
    room.desk.claim(first.number, INES)
    room.desk.resolve(first.number, INES, "solved")
    second = room.intake.open(escalation("c: human please", "c: a person again", episode=2, since=2))
    assert (second.number, second.handoff_id) == (1002, "conv1-2")


def test_earlier_cases_of_the_customer_are_counted(room: Handoff) -> None:
    room.intake.open(escalation(conversation="a"))
    room.desk.claim("a-1", INES)
    room.desk.resolve("a-1", INES, "not_solved")
    room.intake.open(escalation(conversation="b"))
    previous = room.desk.summary("b-1").customer.previous
    assert (previous.conversations, previous.last_outcome) == (1, "not_solved")


def test_an_escalation_without_lines_opens_nothing(room: Handoff) -> None:
    with pytest.raises(NoLinesError):
        room.intake.open(replace(escalation(), lines=()))
    assert room.desk.queue() == ()


def test_a_case_hears_what_the_customer_says_next(room: Handoff) -> None:
    room.intake.open(escalation("c: human please"))
    case = room.intake.hear("conv1-1", [Line(2, "customer", "are you there?", LATER)])
    assert case.unread == 2
    assert room.desk.thread(1001)[-1].text == "are you there?"


def test_a_correction_while_waiting_is_in_the_summary(room: Handoff) -> None:
    case = room.intake.open(escalation("c: human please, order NT-10472 has not come"))
    room.intake.hear("conv1-1", [Line(2, "customer", "sorry, it is NT-10427", LATER)])
    orders = [fact for fact in room.desk.summary(case.number).facts if fact.name == "order"]
    assert [(fact.value, fact.superseded) for fact in orders] == [("NT-10472", True), ("NT-10427", False)]


def test_what_is_added_while_waiting_does_not_route_the_case_anew(room: Handoff) -> None:
    case = room.intake.open(escalation("c: human please, order NT-10472 has not come"))
    before = room.desk.summary(case.number).routing
    heard = room.intake.hear("conv1-1", [Line(2, "customer", "I was charged twice!!!", LATER)])
    assert room.desk.summary(case.number).routing == before
    assert (heard.team, heard.priority) == (case.team, case.priority)


def test_hearing_the_same_again_writes_nothing(room: Handoff) -> None:
    room.intake.open(escalation("c: human please"))
    room.intake.hear("conv1-1", [Line(2, "customer", "hello?", LATER)])
    end, bell = room.desk.log_end(), room.database.doorbell
    rings = [bell.count(topic) for topic in ("desk", "dispatches", "case:1001")]
    room.intake.hear("conv1-1", [Line(2, "customer", "hello?", LATER)])
    assert room.desk.log_end() == end
    assert [bell.count(topic) for topic in ("desk", "dispatches", "case:1001")] == rings


def test_what_was_overheard_is_not_added_again_and_counts_in_the_summary(room: Handoff) -> None:
    room.intake.open(escalation("c: human please"))
    lines = [Line(2, "customer", "it is NT-10427", LATER), Line(3, "customer", "hello?", LATER)]
    room.intake.overhear("conv1-1", lines[:1])
    room.intake.hear("conv1-1", lines, overheard=2)
    said = [entry.number for entry in room.desk.thread(1001) if entry.kind == "line"]
    assert said == [1, 2, 3]
    assert [fact.value for fact in room.desk.summary(1001).facts if fact.name == "order"] == ["NT-10427"]


def test_the_log_tells_whether_the_row_is_another_with_the_case_file(room: Handoff) -> None:
    before = room.intake.open(escalation("c: human please")).headline
    for number, text in ((2, "hello?"), (3, "My router drops the connection every evening")):
        case = room.intake.hear("conv1-1", [Line(number, "customer", text, LATER)])
        told = "summarised" if case.headline == before else "retitled"
        assert room.desk.log(0)[-1].what == told
    assert told == "retitled", "the headline is of the router now"


def test_a_line_heard_twice_is_there_once(room: Handoff) -> None:
    room.intake.open(escalation("c: human please"))
    line = Line(2, "customer", "are you there?", LATER)
    once = room.intake.hear("conv1-1", [line])
    assert room.intake.hear("conv1-1", [line]) == once
    assert len(room.desk.thread(1001)) == 3


def test_what_an_agent_said_is_not_heard_back(room: Handoff) -> None:
    case = room.intake.open(escalation("c: human please"))
    assert room.intake.hear("conv1-1", [Line(2, "agent", "Hello", LATER, "Ines")]) == case


def test_a_customer_waits_again_once_they_write(room: Handoff) -> None:
    room.intake.open(escalation("c: human please"))
    room.desk.claim(1001, INES)
    room.desk.reply(1001, INES, "Hello", "r1")
    assert room.desk.case(1001).waiting_since is None
    case = room.intake.hear("conv1-1", [Line(3, "customer", "ok?", LATER)])
    assert (case.waiting_since, case.unread) == (LATER, 1)


def test_a_resolved_case_keeps_a_late_line_and_stays_resolved(room: Handoff) -> None:
    room.intake.open(escalation("c: human please"))
    room.desk.claim(1001, INES)
    room.desk.resolve(1001, INES, "solved")
    case = room.intake.hear("conv1-1", [Line(2, "customer", "wait", LATER)])
    assert case.status is CaseStatus.RESOLVED
    assert room.desk.thread(1001)[-1].text == "wait"


def test_a_case_nobody_knows_hears_nothing(room: Handoff) -> None:
    with pytest.raises(NoCaseError):
        room.intake.hear("nobody-1", [])


def test_the_open_case_of_a_conversation_is_found(room: Handoff) -> None:
    assert room.intake.open_case("conv1") is None
    case = room.intake.open(escalation())
    assert room.intake.open_case("conv1") == case
    room.desk.claim(case.number, INES)
    room.desk.resolve(case.number, INES, "solved")
    assert room.intake.open_case("conv1") is None


def test_customers_stand_in_line_by_team(room: Handoff) -> None:
    room.intake.open(escalation("c: my invoice is wrong", conversation="a"))
    room.intake.open(escalation("c: my invoice is wrong", conversation="b", at=LATER))
    room.intake.open(escalation("c: my router is odd", conversation="c", at=LATER))
    assert [room.intake.outlook(f"{name}-1").place for name in "abc"] == [
        Place(1, None),
        Place(2, None),
        Place(1, None),
    ]


def test_a_customer_whom_somebody_has_is_in_no_line(room: Handoff) -> None:
    room.intake.open(escalation())
    room.desk.claim(1001, INES)
    assert room.intake.outlook("conv1-1").place is None


def test_the_wait_is_told_from_the_last_cases(room: Handoff, clock: FakeClock) -> None:
    for minutes, name in ((2, "a"), (4, "b"), (6, "c"), (8, "d"), (10, "e")):
        opened = room.intake.open(escalation("c: my invoice is wrong", conversation=name, at=clock.now()))
        clock.moves(timedelta(minutes=minutes))
        room.desk.claim(opened.number, LEO)
    room.intake.open(escalation("c: my invoice is wrong", conversation="f", at=clock.now()))
    place = room.intake.outlook("f-1").place
    assert place == Place(1, (timedelta(minutes=4), timedelta(minutes=8)))


def test_a_customer_waits_with_a_case_whose_version_grows_with_what_it_says(
    room: Handoff, clock: FakeClock
) -> None:
    room.intake.open(escalation("c: my invoice is wrong"))
    before = room.intake.wait("conv1-1")
    clock.moves(timedelta(minutes=1))
    room.desk.note(1001, INES, "I look into it.")
    assert room.intake.wait("conv1-1").version == before.version
    room.intake.hear("conv1-1", [Line(2, "customer", "it is order NT-10427", clock.now())])
    after = room.intake.wait("conv1-1")
    assert (after.case, after.outlook.place) == (1001, Place(1, None))
    assert after.version > before.version


def test_what_a_customer_fills_in_is_a_fact_that_stays(room: Handoff) -> None:
    room.intake.open(escalation("c: human please, my colour is blue"))
    lines = [Line(2, "customer", "Correction: colour is red, not blue.", LATER)]
    told = Told("detail:colour", "red", 2, validated=False, instead_of="blue")
    room.intake.hear("conv1-1", lines, [told])
    room.intake.hear("conv1-1", [Line(3, "customer", "thank you", LATER)])
    held = [(fact.value, fact.messages) for fact in room.desk.summary(1001).facts if not fact.superseded]
    assert held == [("red", (2,))]
    shown = room.intake.shown("conv1-1")
    assert [(fact.value, fact.corrected) for fact in shown.facts] == [("red", True)]


def test_a_case_whose_customer_has_left_has_ended_once(room: Handoff) -> None:
    case = room.intake.open(escalation("c: human please"))
    room.desk.claim(case.number, INES)
    for _ in range(2):
        room.intake.left("conv1-1", "conversation", after=1)
    ended = room.desk.case(case.number)
    assert (ended.status, ended.outcome, ended.agent) == (
        CaseStatus.RESOLVED,
        Outcome.CUSTOMER_LEFT,
        INES.email,
    )
    texts = [entry.text for entry in room.desk.thread(case.number)]
    assert texts.count("The customer ended the conversation") == 1
    assert [each.kind for each in room.dispatches.lease()] == ["joined"]


def test_a_case_that_has_heard_its_customer_since_goes_on(room: Handoff) -> None:
    room.intake.open(escalation("c: human please"))
    room.intake.hear("conv1-1", [Line(4, "customer", "I am back", LATER)])
    assert room.intake.left("conv1-1", "queue", after=3).status is CaseStatus.OPEN


def test_a_customer_who_left_an_unknown_case_is_no_error_of_the_desk(room: Handoff) -> None:
    with pytest.raises(NoCaseError):
        room.intake.left("nobody-1", "queue", after=1)


def test_a_rating_is_kept_with_who_had_the_case(room: Handoff) -> None:
    case = room.intake.open(escalation("c: human please"))
    room.desk.claim(case.number, INES)
    room.desk.resolve(case.number, INES, "solved")
    for score in (4, 1):
        room.intake.rated("conv1-1", "agent", 1, score, "My IBAN is NO9386011117947")
    room.intake.rated("conv1-1", "agent", 2, 5)
    said = [entry.text for entry in room.desk.thread(case.number) if " of 5" in entry.text]
    assert len(said) == 2 and said[1] == "The customer gave Ines 5 of 5"
    assert said[0].startswith("The customer gave Ines 4 of 5: My IBAN is ") and "9386011117947" not in said[0]
    given = room.aids.figures.of(INES.email, case.opened_at)
    assert (given.rated, given.score) == (2, 4.5)
    assert room.desk.case(case.number).status is CaseStatus.RESOLVED
    assert room.audit.verify().broken_at is None


def test_nothing_is_added_to_who_was_forgotten(room: Handoff) -> None:
    case = room.intake.open(escalation("c: human please"))
    room.desk.claim(case.number, INES)
    room.forget("conv1")
    before = room.desk.thread(case.number)
    for verb in (
        lambda: room.intake.rated("conv1-1", "agent", 1, 5),
        lambda: room.intake.left("conv1-1", "queue", after=1),
    ):
        with pytest.raises(NoCaseError):
            verb()
    assert room.desk.thread(case.number) == before
