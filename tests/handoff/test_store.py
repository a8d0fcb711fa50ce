from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from handoff.opening import Handoff
from handoff.store.aids_tables import META as AIDS
from handoff.store.tables import AUDIT, CASES, META
from tests.handoff.conftest import INES, LEO
from tests.handoff.conversations import escalation

pytestmark = pytest.mark.engines

ROOT = Path(__file__).parents[2]


def test_the_migrations_make_the_tables_that_are_used(room: Handoff) -> None:
    known = sa.MetaData()
    for table in (*META.tables.values(), *AIDS.tables.values()):
        table.to_metadata(known)
    with room.database.read() as tx:
        context = MigrationContext.configure(tx, opts={"include_name": ours})
        differences = compare_metadata(context, known)
    # Constraints and indexes are the migrations' alone.
    assert [
        each for each in differences if isinstance(each, tuple) and each[0].endswith(("table", "column"))
    ] == []


def ours(name: str | None, kind: str, parents: object) -> bool:
    """All but the engines' own words for the search."""
    return name != "lexemes" and not (name or "").startswith("search_words")


def test_a_conversation_cannot_have_two_open_cases_even_in_the_database(room: Handoff) -> None:
    room.intake.open(escalation())

    def again(tx: sa.Connection) -> None:
        row = dict(tx.execute(sa.select(CASES)).mappings().one())
        tx.execute(sa.insert(CASES).values({**row, "number": 1002, "handoff_id": "conv1-2"}))

    with pytest.raises(sa.exc.IntegrityError):
        room.database.write(again)


def test_a_thread_is_read_from_a_place_on(room: Handoff) -> None:
    case = room.intake.open(escalation())
    room.desk.note(case.number, INES, "one")
    whole = room.store.thread(case.number)
    assert len(whole) > 1
    assert room.store.thread(case.handoff_id, whole[-2].seq) == whole[-1:]
    assert room.store.thread(case.number, whole[-1].seq) == ()


def test_every_change_of_state_has_one_audit_row_with_its_actor(room: Handoff) -> None:
    room.intake.open(escalation())
    room.desk.claim(1001, INES)
    room.desk.claim(1001, INES)
    room.desk.release(1001, INES)
    room.desk.claim(1001, LEO)
    room.desk.resolve(1001, LEO, "solved")
    with room.database.read() as tx:
        rows = tx.execute(sa.select(AUDIT).order_by(AUDIT.c.id)).mappings().all()
    assert [(row["verb"], row["actor"], row["after"]["agent"], row["after"]["status"]) for row in rows] == [
        ("opened", "bot", None, "open"),
        ("claimed", INES.email, INES.email, "open"),
        ("released", INES.email, None, "open"),
        ("claimed", LEO.email, LEO.email, "open"),
        ("resolved", LEO.email, LEO.email, "resolved"),
    ]
    assert rows[1]["before"]["agent"] is None


OPENER = """
import sys
from pathlib import Path
from config.clock import SystemClock
from config.settings import load_settings
from handoff.opening import open_handoff
from tests.handoff.conversations import escalation

room = open_handoff(load_settings(Path(sys.argv[1])), SystemClock())
numbers = [room.intake.open(escalation(conversation=f"conv{i}")).number for i in range(20)]
print(len(set(numbers)))
room.close()
"""


def test_two_processes_open_the_same_escalations_once(
    room: Handoff, tmp_path: Path, environment: dict[str, str]
) -> None:
    openers = [
        subprocess.Popen(
            [sys.executable, "-c", OPENER, str(tmp_path)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            env={**os.environ, **environment},
        )
        for _ in range(2)
    ]
    assert [opener.communicate(timeout=120)[0].strip() for opener in openers] == [b"20", b"20"]
    cases = room.desk.queue()
    assert sorted(case.number for case in cases) == list(range(1001, 1021))
    assert len({case.handoff_id for case in cases}) == 20


KILLED = """
import sys
from pathlib import Path
from config.clock import SystemClock
from config.settings import load_settings
from handoff.opening import open_handoff
from tests.handoff.conftest import INES
from tests.handoff.conversations import escalation

room = open_handoff(load_settings(Path(sys.argv[1])), SystemClock())
room.intake.open(escalation("c: human please"))
room.desk.claim("conv1-1", INES)
room.desk.reply("conv1-1", INES, "Hello", "r1")
"""


@pytest.mark.parametrize(
    ("failpoint", "kinds"),
    [("handoff.case.opened", []), ("handoff.reply.written", ["joined", "reply"])],
)
def test_a_process_killed_at_a_failpoint_loses_and_doubles_nothing(
    room: Handoff, tmp_path: Path, environment: dict[str, str], failpoint: str, kinds: list[str]
) -> None:
    command = [sys.executable, "-c", KILLED, str(tmp_path)]
    env = {**environment, "FIRSTLINE_FAILPOINT": failpoint, "PATH": ""}
    assert subprocess.run(command, cwd=ROOT, env=env, timeout=120, check=False).returncode == 137
    assert [each.kind for each in room.dispatches.lease()] == kinds
    case = room.intake.open(escalation("c: human please"))
    assert (case.number, room.desk.summary(case.number).case) == (1001, 1001)
    if kinds:
        room.desk.reply("conv1-1", INES, "Hello", "r1")
    assert [entry.kind for entry in room.desk.thread(1001)].count("reply") == kinds.count("reply")
