"""What is remembered of the cases holds as long as the log has nothing new, whoever writes it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from config.settings import Settings
from handoff.opening import Handoff, open_handoff
from handoff.store.memory import Memory, Seen
from handoff.store.reading import case_by
from handoff.store.tables import CASES
from handoff.store.writing import write
from handoff.verbs.change import Change
from handoff.verbs.handing import claimed
from tests.fakes import FakeClock
from tests.handoff.conftest import INES, LEO
from tests.handoff.conversations import MONDAY, escalation

pytestmark = pytest.mark.engines


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def elsewhere(settings: Settings, clock: FakeClock, room: Handoff) -> Iterator[Handoff]:
    """The same room, open in another process."""
    opened = open_handoff(settings, clock)
    yield opened
    opened.close()


def look(room: Handoff, memory: Memory) -> Seen:
    with room.database.read() as tx:
        return memory.seen(tx)


def opened(room: Handoff, *names: str) -> None:
    for name in names:
        room.intake.open(escalation("c: human please", conversation=name))


def test_nothing_is_read_again_while_nothing_has_changed(room: Handoff, memory: Memory) -> None:
    opened(room, "a", "b")
    assert look(room, memory) is look(room, memory)


def test_what_another_process_writes_is_seen(room: Handoff, elsewhere: Handoff, memory: Memory) -> None:
    opened(room, "a", "b")
    look(room, memory)
    elsewhere.desk.claim("a-1", LEO)
    elsewhere.desk.claim("b-1", LEO)
    elsewhere.desk.resolve("b-1", LEO, "solved")
    opened(elsewhere, "c")
    seen = look(room, memory)
    assert {case.conversation_id: case.agent for case in seen.board.cases} == {"a": LEO.email, "c": None}
    assert seen.floor.waiting == (room.desk.case("c-1"),)


def test_step_by_step_is_what_all_at_once_is(room: Handoff, clock: FakeClock, memory: Memory) -> None:
    look(room, memory)
    opened(room, "a", "b", "c")
    for ref in ("a-1", "b-1", "c-1"):
        room.desk.claim(ref, INES)
        look(room, memory)
        clock.moves(timedelta(minutes=1))
    room.desk.follow_up("a-1", INES, MONDAY + timedelta(days=1), "Ask again")
    room.desk.release("c-1", INES)
    room.desk.resolve("a-1", INES, "solved")
    room.desk.snooze("b-1", INES, until_reply=True)
    assert look(room, memory) == look(room, Memory())


def test_what_is_undone_is_not_remembered(room: Handoff, memory: Memory) -> None:
    opened(room, "a")
    look(room, memory)

    class Undone(Exception):
        """What the transaction ends with."""

    def work(tx: Connection) -> None:
        write(tx, case_by(tx, "a-1"), claim(tx))
        assert memory.within(tx).board.cases[0].agent == INES.email
        raise Undone

    def claim(tx: Connection) -> Change:
        change = claimed(case_by(tx, "a-1"), INES, MONDAY)
        assert change is not None
        return change

    with pytest.raises(Undone):
        room.database.write(work)
    assert look(room, memory).board.cases[0].agent is None


def test_a_transaction_that_is_behind_takes_nothing_back(room: Handoff, memory: Memory) -> None:
    opened(room, "a")
    with room.database.read() as behind:
        assert behind.execute(sa.select(sa.func.count()).select_from(CASES)).scalar() == 1
        opened(room, "b")
        newest = look(room, memory)
        assert memory.seen(behind) is newest
    assert look(room, memory) is newest and len(newest.board.cases) == 2


def test_a_long_absence_is_made_up_for(room: Handoff, memory: Memory) -> None:
    opened(room, "a")
    look(room, memory)

    def work(tx: Connection) -> None:
        for number in range(510):
            case = case_by(tx, "a-1")
            write(tx, case, Change(case, f"noted {number}", "system", MONDAY))

    room.database.write(work)
    assert look(room, memory) == look(room, Memory())
