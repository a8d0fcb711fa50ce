"""A customer who asks to be forgotten: no byte of theirs is left in what the room keeps."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from handoff.case import CaseStatus, Outcome
from handoff.errors import NotAllowedError
from handoff.escalation import Line
from handoff.opening import Handoff
from handoff.store.search_queries import SearchFilters
from handoff.verbs.agent import Agent
from handoff.verbs.custom_fields import FieldDefinition
from tests.fakes import FakeClock
from tests.handoff.bridges.mirroring import mirror_over
from tests.handoff.conftest import INES, LEO
from tests.handoff.conversations import MONDAY, escalation

pytestmark = pytest.mark.engines

CANARY = "zwitscherling"
HERS = f"c-{CANARY}"
BOB = Agent("bob@nettly.example", "Bob", frozenset({"supervisor"}))
TOMORROW = MONDAY + timedelta(days=1)


def talks(room: Handoff) -> None:
    """All that a conversation leaves behind, in a case of its own and in one that it is merged into."""
    opened = room.intake.open(
        escalation(
            f"c: My {CANARY} lamp is broken, order NT-10427",
            f"b: What is wrong with your {CANARY}?",
            f"c: {CANARY.upper()}!!! I want a person",
            conversation=HERS,
            customer=f"visitor {CANARY}",
            name=f"Maya {CANARY.capitalize()}",
            address=f"maya@{CANARY}.example",
            because=f"the customer asked for a person: “{CANARY}”",
        )
    ).number
    room.seats.save_member(LEO.email, LEO.name, by=BOB.email)
    room.desk.claim(opened, INES)
    file = room.aids.files.keep(room.desk.case(opened), INES, f"{CANARY}.txt", CANARY.encode())
    room.desk.reply(
        opened, INES, f"About your {CANARY}", "r1", room.aids.files.refs(opened, [file.capability])
    )
    room.desk.note(opened, INES, f"@Leo do you know a {CANARY}?")
    room.aids.drafts.put(opened, LEO, "note", f"A {CANARY} is")
    room.desk.follow_up(opened, INES, TOMORROW, f"Ask for {CANARY}", "call_back", "+47 22 33 44 55")
    room.desk.set_fields(opened, INES, {"serial": CANARY})
    room.desk.label(opened, INES, [CANARY])
    room.desk.set_priority(opened, INES, "high", f"The {CANARY} is urgent")
    room.desk.escalate_to_lead(opened, INES, f"No {CANARY}", f"Asked for {CANARY}", BOB)


def merged(room: Handoff) -> None:
    """Its case goes on in another conversation's, which hears it from then on."""
    room.intake.open(escalation("c: human please", conversation="c-2", customer="somebody else"))
    room.desk.merge(1001, BOB, 1002, same_person=True)
    room.intake.hear(f"{HERS}-1", [Line(9, "customer", f"Still no {CANARY}", MONDAY)])


@pytest.fixture
def lived(room: Handoff) -> Handoff:
    room.fields.save(FieldDefinition("serial", "text"), BOB)
    talks(room)
    return room


def kept(room: Handoff) -> bytes:
    """Every value of every row, and on SQLite every byte of the file and its log."""
    with room.database.read() as tx:
        tables = [name for name in sa.inspect(tx).get_table_names() if not name.startswith("search_words")]
        rows = "\n".join(str(tx.execute(sa.text(f"SELECT * FROM {name}")).all()) for name in tables)
    path = getattr(room.database, "path", None)
    files = [] if path is None else [each for each in path.parent.iterdir() if each.is_file()]
    return b"".join([rows.encode(), *(each.read_bytes() for each in files)]).lower()


def test_no_byte_of_a_forgotten_customer_is_left(lived: Handoff) -> None:
    merged(lived)
    assert kept(lived).count(CANARY.encode()) > 20
    assert lived.forget(HERS) == 1
    left = kept(lived)
    at = left.find(CANARY.encode())
    assert at < 0, left[max(at - 300, 0) : at + 60]
    assert lived.forget(HERS) == 0


def test_figures_stay_and_the_case_can_be_opened(lived: Handoff) -> None:
    before = lived.aids.figures.of(INES.email, MONDAY - timedelta(days=1))
    lived.forget(HERS)
    case = lived.desk.case(1001)
    assert (case.status, case.outcome, case.customer_name) == (
        CaseStatus.RESOLVED,
        Outcome.CUSTOMER_LEFT,
        None,
    )
    assert [entry.text for entry in lived.desk.thread(1001)] == [
        "The customer was forgotten, with all that was said"
    ]
    assert lived.desk.summary(1001).facts == ()
    assert lived.dispatches.lease() == ()
    assert lived.desk.day(MONDAY - timedelta(days=1)) == (1, 1)
    after = lived.aids.figures.of(INES.email, MONDAY - timedelta(days=1))
    assert (after.taken, after.replied) == (before.taken, before.replied)
    assert lived.audit.verify().broken_at is None


def test_nobody_goes_on_with_a_forgotten_case(lived: Handoff) -> None:
    lived.forget(HERS)
    with pytest.raises(NotAllowedError):
        lived.desk.reopen(1001, BOB)
    with pytest.raises(NotAllowedError):
        lived.desk.note(1001, BOB, "who was it?")
    assert lived.lessons.since(0)[1] == ()


def test_a_customer_who_was_kept_away_stays_away(lived: Handoff) -> None:
    lived.desk.block(1001, BOB, f"swears about the {CANARY}")
    lived.forget(HERS)
    [block] = lived.desk.blocks()
    assert (block.customer_id, block.customer_name, block.because) == (f"visitor {CANARY}", None, "")


def test_the_words_of_others_are_kept_and_found(lived: Handoff, clock: FakeClock) -> None:
    merged(lived)
    lived.forget(HERS)
    assert lived.desk.case(1002).status is CaseStatus.OPEN
    assert lived.desk.thread(1002)[0].text == "human please"
    assert [each.case.number for each in lived.aids.search.find("human", SearchFilters()).found] == [1002]
    assert lived.aids.search.find(CANARY, SearchFilters()).found == ()
    assert "merged case #1001 into this one: —" in lived.desk.thread(1002)[-1].text


def test_a_score_counts_on_and_its_comment_goes(lived: Handoff) -> None:
    lived.intake.rated(f"{HERS}-1", "agent", 1, 4, f"nice {CANARY}")
    lived.forget(HERS)
    assert CANARY.encode() not in kept(lived)
    with lived.database.read() as tx:
        assert tx.execute(sa.text("SELECT score, comment FROM ratings")).all() == [(4, None)]


def test_the_audit_says_who_wanted_it_and_its_chain_holds(lived: Handoff) -> None:
    lived.forget(HERS, by=BOB.email)
    with lived.database.read() as tx:
        wanted = sa.text("SELECT case_number, actor FROM audit WHERE verb = 'forgotten'")
        assert tx.execute(wanted).all() == [(1001, BOB.email)]
    assert lived.audit.verify().broken_at is None


def test_a_helpdesk_outside_is_asked_to_erase_the_case_once(room: Handoff, clock: FakeClock) -> None:
    mirror = mirror_over(room, clock)
    room.intake.open(escalation("c: human please", conversation=HERS))
    mirror.drains()
    room.forget(HERS, by=BOB.email)
    room.forget(HERS, by=BOB.email)
    (owed,) = room.erasures.owed()
    assert (owed.bridge, owed.case, owed.handoff_id, owed.by) == ("memory", 1001, f"{HERS}-1", BOB.email)


def test_a_helpdesk_that_never_had_the_case_is_asked_nothing(room: Handoff, clock: FakeClock) -> None:
    mirror_over(room, clock)
    room.intake.open(escalation("c: human please", conversation=HERS))
    room.forget(HERS, by=BOB.email)
    assert room.erasures.owed() == ()


def test_once_the_helpdesk_has_erased_it_no_byte_is_left_here_either(room: Handoff, clock: FakeClock) -> None:
    mirror = mirror_over(room, clock)
    room.fields.save(FieldDefinition("serial", "text"), BOB)
    talks(room)
    mirror.says(room.desk.case(1001), f"a {CANARY} more")
    mirror.drains()
    room.forget(HERS)
    assert room.erasures.name(HERS)
    mirror.erasing.work()
    room.database.erase()
    assert not room.erasures.name(HERS)
    assert CANARY.encode() not in kept(room)
    assert mirror.helpdesk.erased == [f"{HERS}-1"]


def test_nothing_is_asked_where_cases_are_worked_at_our_own_desk(lived: Handoff) -> None:
    lived.forget(HERS)
    assert lived.erasures.owed() == ()


def test_what_was_heard_a_moment_too_late_is_not_written_down(lived: Handoff) -> None:
    """A worker has found the case, and its customer is forgotten before it writes."""
    lived.forget(HERS)
    late = [Line(9, "customer", f"Still no {CANARY}", MONDAY)]
    lived.store.hear(1001, HERS, late, lived.intake._heard)
    lived.intake.contact("forgotten-1001", "Maya", f"maya@{CANARY}.example")
    assert CANARY.encode() not in kept(lived)
