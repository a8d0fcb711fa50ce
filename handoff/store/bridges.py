"""The cases that a helpdesk outside mirrors, in SQL: written with the events they come from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from config.database import Database
from handoff.bridges import CaseRef
from handoff.bridges.owing import Mirrored, NewItem, Owing, opening, owing, told
from handoff.case import Case, CaseStatus
from handoff.entry import Entry
from handoff.store.bridge_tables import (
    ARRIVED,
    BRIDGE_ATTEMPTS,
    BRIDGE_CASES,
    BRIDGE_DISPATCHES,
    BRIDGE_KEYS,
    BRIDGE_PEERS,
    TOPIC,
)
from handoff.store.erasures import owe_erasure
from handoff.store.tables import CASES
from handoff.verbs.change import Change

_ALIVE = CASES.c.status.in_([CaseStatus.OPEN, CaseStatus.SNOOZED])
_OF_CASE = sa.select(BRIDGE_CASES).where(BRIDGE_CASES.c.case_number == sa.bindparam("number"))
_MIRRORING = sa.select(BRIDGE_PEERS.c.bridge).where(BRIDGE_PEERS.c.mirrors)
_AMONG = sa.select(BRIDGE_CASES).where(
    BRIDGE_CASES.c.case_number.in_(sa.bindparam("numbers", expanding=True))
)
_WITH_CASES = sa.select(BRIDGE_CASES).join(CASES, CASES.c.number == BRIDGE_CASES.c.case_number)


def owe_peer(
    tx: Connection, before: Case | None, after: Case, entries: Sequence[Entry], change: Change
) -> None:
    """What an event makes us owe the helpdesk that mirrors its case, and who has the case from then on.

    A new case is mirrored by the helpdesk that settings name; one that has ended before anybody sees it by
    none.
    """
    if before is None:
        bridge = mirroring(tx)
        if bridge is None or after.status is CaseStatus.RESOLVED:
            return
        _begin(tx, bridge, after, change.at)
        owe(tx, bridge, after.number, after.handoff_id, opening(after).items, change.at)
        return
    mirrored = mirrored_case(tx, after.number)
    if mirrored is None:
        return
    owed = owing(mirrored, before, after, entries, change)
    owe(tx, mirrored.bridge, mirrored.case, mirrored.handoff_id, owed.items, change.at)
    _hand_over(tx, mirrored, owed, change)


def owe(
    tx: Connection, bridge: str, case: int, handoff_id: str, items: Sequence[NewItem], at: datetime
) -> None:
    """Write what a helpdesk is to be told, in this order, after all it is owed of the case already."""
    for item in items:
        tx.execute(
            sa.insert(BRIDGE_DISPATCHES).values(
                bridge=bridge,
                case_number=case,
                handoff_id=handoff_id,
                op=item.op,
                key=item.key,
                seq=item.seq,
                payload=item.payload,
                state="new",
                attempts=0,
                strikes=0,
                not_before=at,
                at=at,
            )
        )


def owe_entry(tx: Connection, number: int, seq: int, at: datetime) -> None:
    """Have the helpdesk that mirrors a case told one entry of its thread."""
    mirrored = mirrored_case(tx, number)
    if mirrored is not None:
        owe(tx, mirrored.bridge, number, mirrored.handoff_id, [told(mirrored.handoff_id, seq)], at)


def mirroring(tx: Connection) -> str | None:
    """The helpdesk that new cases go to."""
    return tx.execute(_MIRRORING).scalar()


def mirrored_case(tx: Connection, number: int) -> Mirrored | None:
    """How a helpdesk mirrors a case; None if none does."""
    found = tx.execute(_OF_CASE, {"number": number}).mappings().first()
    return None if found is None else mirrored_of(found)


def ref_of(row: RowMapping) -> CaseRef | None:
    """The case as its helpdesk knows it; None until it has opened it."""
    key = row["case_key"]
    return None if key is None else CaseRef(row["bridge"], key, row["url"], row["more"])


def mirrored_of(row: RowMapping) -> Mirrored:
    return Mirrored(
        bridge=row["bridge"],
        handoff_id=row["handoff_id"],
        case=row["case_number"],
        ref=ref_of(row),
        controller=row["controller"],
        epoch=row["epoch"],
        why=row["why"],
        since=row["since"],
        opened_at=row["opened_at"],
    )


def outside(tx: Connection, *of: sa.ColumnElement[bool]) -> frozenset[int]:
    """The cases, not resolved, that the people of a helpdesk outside work on."""
    theirs = (
        sa.select(BRIDGE_CASES.c.case_number)
        .join(CASES, CASES.c.number == BRIDGE_CASES.c.case_number)
        .where(BRIDGE_CASES.c.controller == "peer", _ALIVE, *of)
    )
    return frozenset(tx.execute(theirs).scalars())


def know(tx: Connection, number: int, ref: CaseRef, at: datetime) -> None:
    """Note what the helpdesk knows a case by from now on; what it knew it by before still leads to it."""
    mirrored = mirrored_case(tx, number)
    if mirrored is None:
        return
    known = {"case_key": ref.case_key, "url": ref.url, "more": dict(ref.more)}
    tx.execute(
        sa.update(BRIDGE_CASES)
        .where(BRIDGE_CASES.c.case_number == number)
        .values(state="open", opened_at=mirrored.opened_at or at, **known)
    )
    keyed = (BRIDGE_KEYS.c.bridge == ref.bridge, BRIDGE_KEYS.c.case_key == ref.case_key)
    if tx.execute(sa.select(BRIDGE_KEYS.c.case_number).where(*keyed)).first() is None:
        values = {"bridge": ref.bridge, "case_key": ref.case_key, "case_number": number}
        tx.execute(sa.insert(BRIDGE_KEYS).values(values))
    else:
        tx.execute(sa.update(BRIDGE_KEYS).where(*keyed).values(case_number=number))


def forget_mirrored(tx: Connection, case: Case, by: str, at: datetime) -> None:
    """Owe the helpdesk a request to erase a case, and nothing else of it any more; before the case goes."""
    mirrored = mirrored_case(tx, case.number)
    if mirrored is None:
        return
    theirs = BRIDGE_DISPATCHES.c.case_number == case.number
    asked = sa.select(BRIDGE_DISPATCHES.c.id).where(theirs, BRIDGE_DISPATCHES.c.attempts > 0).limit(1)
    if mirrored.ref is not None or tx.execute(asked).first() is not None:
        owe_erasure(tx, mirrored.bridge, case, by=by, at=at)
    ids = sa.select(BRIDGE_DISPATCHES.c.id).where(theirs)
    tx.execute(sa.delete(BRIDGE_ATTEMPTS).where(BRIDGE_ATTEMPTS.c.dispatch.in_(ids)))
    tx.execute(sa.delete(BRIDGE_DISPATCHES).where(theirs))
    if mirrored.ref is None:
        unmirror(tx, case.number)


def unmirror(tx: Connection, number: int) -> None:
    """Know nothing more of what a helpdesk had of a case."""
    tx.execute(sa.delete(BRIDGE_KEYS).where(BRIDGE_KEYS.c.case_number == number))
    tx.execute(sa.delete(BRIDGE_CASES).where(BRIDGE_CASES.c.case_number == number))


class BridgeStore:
    """Reads and writes of mirrored cases. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def mirror(self, bridge: str | None) -> None:
        """Have new cases mirrored by this helpdesk from now on; None: by none. What is mirrored stays so."""
        with self._database.read() as tx:
            if mirroring(tx) == bridge:
                return

        def work(tx: Connection) -> None:
            tx.execute(sa.update(BRIDGE_PEERS).values(mirrors=False))
            if bridge is None:
                return
            peer_row(tx, bridge)
            tx.execute(sa.update(BRIDGE_PEERS).where(BRIDGE_PEERS.c.bridge == bridge).values(mirrors=True))

        self._database.write(work, wakes=(TOPIC,))

    def mirroring(self) -> str | None:
        """The helpdesk that new cases go to."""
        with self._database.read() as tx:
            return mirroring(tx)

    def of_case(self, number: int) -> Mirrored | None:
        """How a helpdesk mirrors a case; None if none does."""
        with self._database.read() as tx:
            return mirrored_case(tx, number)

    def by_key(self, bridge: str, case_key: str) -> Mirrored | None:
        """The case that a helpdesk knows by this key, or has known by it before."""
        known = sa.select(BRIDGE_KEYS.c.case_number).where(
            BRIDGE_KEYS.c.bridge == bridge, BRIDGE_KEYS.c.case_key == case_key
        )
        with self._database.read() as tx:
            number = tx.execute(known).scalar()
            return None if number is None else mirrored_case(tx, number)

    def alive(self, bridge: str) -> tuple[Mirrored, ...]:
        """The cases that a helpdesk has opened and that are not resolved here, oldest first."""
        query = (
            _WITH_CASES.where(BRIDGE_CASES.c.bridge == bridge, BRIDGE_CASES.c.case_key.is_not(None), _ALIVE)
        ).order_by(BRIDGE_CASES.c.case_number)
        with self._database.read() as tx:
            return tuple(mirrored_of(row) for row in tx.execute(query).mappings())

    def left_behind(self) -> tuple[Mirrored, ...]:
        """The cases, not resolved, that another helpdesk has than the one that new cases go to."""
        now = sa.select(BRIDGE_PEERS.c.bridge).where(BRIDGE_PEERS.c.mirrors)
        query = _WITH_CASES.where(
            BRIDGE_CASES.c.controller == "peer", BRIDGE_CASES.c.bridge.not_in(now), _ALIVE
        ).order_by(BRIDGE_CASES.c.case_number)
        with self._database.read() as tx:
            return tuple(mirrored_of(row) for row in tx.execute(query).mappings())

    def among(self, numbers: Collection[int]) -> Mapping[int, Mirrored]:
        """Those of these cases that are mirrored, by number."""
        if not numbers:
            return {}
        with self._database.read() as tx:
            rows = tx.execute(_AMONG, {"numbers": list(numbers)}).mappings()
            return {row["case_number"]: mirrored_of(row) for row in rows}

    def knows(self, bridge: str, remote_id: str) -> bool:
        """Whether something at a helpdesk was posted by us: it must not come back."""
        ours = sa.select(BRIDGE_DISPATCHES.c.id).where(
            BRIDGE_DISPATCHES.c.bridge == bridge, BRIDGE_DISPATCHES.c.remote_id == remote_id
        )
        with self._database.read() as tx:
            return tx.execute(ours.limit(1)).first() is not None

    def follow(self, number: int, ref: CaseRef, now: datetime) -> None:
        """Go on with a case under another key of its helpdesk, as after a merging there."""
        self._database.write(lambda tx: know(tx, number, ref, now), wakes=(TOPIC, ARRIVED))

    def unmirror(self, number: int) -> None:
        """Know nothing more of what a helpdesk had of a case."""
        self._database.write(lambda tx: unmirror(tx, number))

    def tell(self, number: int, key: str, words: str, now: datetime) -> None:
        """Have the helpdesk's people told something about a case, by a note; once for a key."""

        def work(tx: Connection) -> None:
            mirrored = mirrored_case(tx, number)
            known = sa.select(BRIDGE_DISPATCHES.c.id).where(BRIDGE_DISPATCHES.c.key == key)
            if mirrored is None or tx.execute(known).first() is not None:
                return
            item = NewItem("post", key, payload={"note": words})
            owe(tx, mirrored.bridge, number, mirrored.handoff_id, [item], now)

        self._database.write(work, wakes=(TOPIC,))


def peer_row(tx: Connection, bridge: str) -> RowMapping:
    """The row of a helpdesk, made if nobody has heard of it yet."""
    query = sa.select(BRIDGE_PEERS).where(BRIDGE_PEERS.c.bridge == bridge)
    found = tx.execute(query).mappings().first()
    if found is not None:
        return found
    tx.execute(sa.insert(BRIDGE_PEERS).values(bridge=bridge, mirrors=False, failures=0, says=""))
    return tx.execute(query).mappings().one()


def _begin(tx: Connection, bridge: str, case: Case, at: datetime) -> None:
    tx.execute(
        sa.insert(BRIDGE_CASES).values(
            case_number=case.number,
            bridge=bridge,
            handoff_id=case.handoff_id,
            state="opening",
            more={},
            controller="peer",
            epoch=1,
            why="",
            since=at,
        )
    )


def _hand_over(tx: Connection, mirrored: Mirrored, owed: Owing, change: Change) -> None:
    """Who gets a case back has the whole time again to open it."""
    if owed.controller is None:
        return
    tx.execute(
        sa.update(BRIDGE_CASES)
        .where(BRIDGE_CASES.c.case_number == mirrored.case)
        .values(controller=owed.controller, epoch=mirrored.epoch + 1, why=change.because, since=change.at)
    )
