"""The audit's chain: each row is sealed with the one before it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from handoff.opening import Handoff
from handoff.store.audit import record
from handoff.store.tables import AUDIT
from tests.fakes import MONDAY_MORNING
from tests.handoff.conftest import INES
from tests.handoff.conversations import escalation

pytestmark = pytest.mark.engines


@pytest.fixture
def lived(room: Handoff) -> Handoff:
    """Four rows: opened, claimed, labelled, resolved."""
    room.intake.open(escalation())
    room.desk.claim(1001, INES)
    room.desk.label(1001, INES, ["vip"])
    room.desk.resolve(1001, INES, "solved")
    return room


def test_what_nobody_touched_holds(lived: Handoff) -> None:
    verdict = lived.audit.verify()
    assert (verdict.rows, verdict.unsealed, verdict.broken_at) == (4, 0, None)


@pytest.mark.parametrize(
    "values", [{"actor": "leo@nettly.example"}, {"verb": "noted"}, {"after": {"agent": None}}, {"hash": "0"}]
)
def test_a_row_that_was_changed_is_found(lived: Handoff, values: dict[str, object]) -> None:
    lived.database.write(
        lambda tx: tx.execute(sa.update(AUDIT).where(AUDIT.c.id == 2).values(**values)).close()
    )
    assert lived.audit.verify().broken_at == 2


def test_a_row_that_was_taken_out_is_found(lived: Handoff) -> None:
    lived.database.write(lambda tx: tx.execute(sa.delete(AUDIT).where(AUDIT.c.id == 2)).close())
    assert lived.audit.verify().broken_at == 3


def test_a_row_that_was_put_in_is_found(lived: Handoff) -> None:
    lived.database.write(
        lambda tx: tx.execute(sa.insert(AUDIT).values(actor="x", verb="noted", at=MONDAY_MORNING)).close()
    )
    assert lived.audit.verify().broken_at == 5


def test_rows_from_before_there_were_seals_are_counted(room: Handoff) -> None:
    def before(tx: sa.Connection) -> None:
        tx.execute(sa.insert(AUDIT).values(actor="x", verb="noted", at=MONDAY_MORNING))
        record(tx, "field_saved", "y", MONDAY_MORNING, subject="field plan", after={"kind": "text"})

    room.database.write(before)
    verdict = room.audit.verify()
    assert (verdict.rows, verdict.unsealed, verdict.broken_at) == (1, 1, None)
