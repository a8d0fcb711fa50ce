"""What a helpdesk outside tells us, in SQL: each event once, kept before it is answered and applied later.

A row that has been applied holds no words any more, only that it was: the thread has them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from config.database import Database
from handoff.bridges import Incoming, IncomingFile
from handoff.bridges.arrived import Arrived, Kept, Missed, Reading, State
from handoff.bridges.owing import Mirrored
from handoff.entry import Entry
from handoff.store.bridge_tables import ARRIVED, BRIDGE_CASES, BRIDGE_DISPATCHES, BRIDGE_KEYS
from handoff.store.bridges import mirrored_of
from handoff.store.inbox_tables import CURSORS, EVENTS, MISSED, UNREADABLE, WITH_CASES
from handoff.store.reading import entry_by, open_case
from handoff.values import as_object, from_json
from handoff.verbs.sentences import storable

_AT_ONCE = 500  # events that one round looks at
_ID_CHARACTERS = 200
_UNDER_WAY = ("sending", "unsure")


class InboxStore:
    """Reads and writes of one bridge's events. Every method is one transaction."""

    def __init__(self, database: Database, bridge: str) -> None:
        self._database, self._bridge = database, bridge

    def keep(self, events: Sequence[Incoming], raw: bytes | None, now: datetime) -> int:
        """Keep what has come in; how many of the events were not known. raw: the webhook they came with."""
        if not events:
            return 0
        return self._database.write(
            lambda tx: self._keep(tx, events, raw, now), wakes=lambda fresh: (ARRIVED,) if fresh else ()
        )

    def keep_unreadable(self, raw: bytes, why: str, now: datetime) -> None:
        """Keep a webhook that can't be read, for a person to look at; the same bytes once."""
        event_id = f"unreadable:{sha256(raw).hexdigest()}"

        def work(tx: Connection) -> None:
            if event_id not in self._known(tx, [event_id]):
                row = self._row(event_id, "", UNREADABLE, now, now)
                tx.execute(sa.insert(EVENTS).values(row | {"state": "parked", "why": why, "raw": raw}))

        self._database.write(work)

    def reading(self) -> Reading:
        """How far the helpdesk was read."""
        known = CURSORS.c
        query = sa.select(known.place, known.quiet, known.at, known.not_before, known.why)
        with self._database.read() as tx:
            row = tx.execute(query.where(known.bridge == self._bridge)).first()
        return Reading() if row is None else Reading(*row)

    def read_on(self, events: Sequence[Incoming], reading: Reading, now: datetime) -> int:
        """Keep what a poll found, and how far it read, together; how many of the events were not known."""

        def work(tx: Connection) -> int:
            said = {
                "place": reading.place,
                "quiet": reading.quiet,
                "at": reading.at,
                "not_before": reading.not_before,
                "why": reading.why,
            }
            ours = CURSORS.c.bridge == self._bridge
            if not tx.execute(sa.update(CURSORS).where(ours).values(said)).rowcount:
                tx.execute(sa.insert(CURSORS).values({"bridge": self._bridge, **said}))
            return self._keep(tx, events, None, now)

        return self._database.write(work, wakes=lambda fresh: (ARRIVED,) if fresh else ())

    def missed(self, events: int, now: datetime) -> None:
        """Note that webhooks have not told of so many events that a poll has found."""

        def work(tx: Connection) -> None:
            before = missed(tx, self._bridge)
            after = Missed(events, now, now) if before is None else before.more(events, now)
            values = {"events": after.events, "since": after.since, "last": after.last}
            if before is None:
                tx.execute(sa.insert(MISSED).values(bridge=self._bridge, **values))
            else:
                tx.execute(sa.update(MISSED).where(MISSED.c.bridge == self._bridge).values(values))

        self._database.write(work)

    def waiting(self, now: datetime) -> Mapping[int, tuple[Arrived, ...]]:
        """The events to be applied, by the number of their case, as they came in.

        A case that waits for its next try is left out whole: what happened second is never applied first.
        """
        new = (EVENTS.c.bridge == self._bridge, EVENTS.c.state == "new")
        later = WITH_CASES.where(*new, EVENTS.c.not_before > now)
        query = (
            WITH_CASES.add_columns(*EVENTS.c)
            .where(*new, BRIDGE_KEYS.c.case_number.not_in(later))
            .order_by(EVENTS.c.id)
            .limit(_AT_ONCE)
        )
        found: dict[int, list[Arrived]] = {}
        with self._database.read() as tx:
            for row in tx.execute(query).mappings():
                found.setdefault(row["case_number"], []).append(_arrived(row))
        return {case: tuple(events) for case, events in found.items()}

    def open_case(self, conversation_id: str) -> Mirrored | None:
        """How the helpdesk mirrors the case that hears a conversation now; None if it does not."""
        with self._database.read() as tx:
            case = open_case(tx, conversation_id)
            if case is None:
                return None
            theirs = (BRIDGE_CASES.c.bridge == self._bridge, BRIDGE_CASES.c.case_number == case.number)
            row = tx.execute(sa.select(BRIDGE_CASES).where(*theirs)).mappings().first()
        return None if row is None else mirrored_of(row)

    def drop_strangers(self, since: datetime, why: str, now: datetime) -> int:
        """Give up on events that no case of ours has claimed, came they before `since`; how many."""
        known = sa.exists().where(
            BRIDGE_KEYS.c.bridge == EVENTS.c.bridge, BRIDGE_KEYS.c.case_key == EVENTS.c.case_key
        )
        strange = (EVENTS.c.bridge == self._bridge, EVENTS.c.state == "new", EVENTS.c.at < since, ~known)
        with self._database.read() as tx:
            if tx.execute(sa.select(EVENTS.c.id).where(*strange).limit(1)).first() is None:
                return 0
        ended = {"state": "dropped", "why": why, "done_at": now, "document": sa.null(), "raw": None}
        return self._database.write(
            lambda tx: tx.execute(sa.update(EVENTS).where(*strange).values(ended)).rowcount
        )

    def posting(self, case: int) -> bool:
        """Whether something of ours is on its way there, so that its id is not known yet."""
        query = sa.select(BRIDGE_DISPATCHES.c.id).where(
            BRIDGE_DISPATCHES.c.bridge == self._bridge,
            BRIDGE_DISPATCHES.c.case_number == case,
            BRIDGE_DISPATCHES.c.state.in_(_UNDER_WAY),
        )
        with self._database.read() as tx:
            return tx.execute(query.limit(1)).first() is not None

    def last_status(self, case: int) -> datetime | None:
        """When the peer's case last changed its status, of all that has been applied."""
        keys = sa.select(BRIDGE_KEYS.c.case_key).where(
            BRIDGE_KEYS.c.bridge == self._bridge, BRIDGE_KEYS.c.case_number == case
        )
        query = sa.select(sa.func.max(EVENTS.c.occurred_at)).where(
            EVENTS.c.bridge == self._bridge,
            EVENTS.c.case_key.in_(keys),
            EVENTS.c.kind == "status",
            EVENTS.c.state == "done",
        )
        with self._database.read() as tx:
            found: datetime | None = tx.execute(query).scalar()
        return found

    def said(self, case: int, client_id: str) -> Entry | None:
        """What stands in a case's thread under this key."""
        with self._database.read() as tx:
            return entry_by(tx, case, client_id)

    def done(self, event: int, why: str | None, now: datetime) -> None:
        """Applied."""
        self._ended(event, "done", why, now)

    def drop(self, event: int, why: str, now: datetime) -> None:
        """Nothing to apply."""
        self._ended(event, "dropped", why, now)

    def park(self, event: int, why: str, now: datetime) -> None:
        """Given up: it is kept for a person to look at, and the later ones of its case go ahead."""
        self._set(event, {"state": "parked", "why": why, "done_at": now, "raw": None})

    def again(self, event: int, why: str, not_before: datetime, *, failed: bool = True) -> None:
        """Not applied; to be tried again at a moment, with the later ones of its case behind it."""
        self._set(event, {"why": why, "not_before": not_before, "attempts": EVENTS.c.attempts + int(failed)})

    def recent(self, limit: int = 100, *states: State) -> tuple[Kept, ...]:
        """What has come in, the latest first; what is in one of these states, if any are named."""
        wanted = (EVENTS.c.bridge == self._bridge, *((EVENTS.c.state.in_(states),) if states else ()))
        query = sa.select(EVENTS).where(*wanted).order_by(EVENTS.c.id.desc())
        with self._database.read() as tx:
            return tuple(_kept(row) for row in tx.execute(query.limit(limit)).mappings())

    def event(self, event_id: str) -> Kept | None:
        """What is known of an event; None for one that never came, or is forgotten."""
        this = (EVENTS.c.bridge == self._bridge, EVENTS.c.event_id == event_id)
        with self._database.read() as tx:
            row = tx.execute(sa.select(EVENTS).where(*this)).mappings().first()
        return None if row is None else _kept(row)

    def replay(self, event_id: str, now: datetime) -> bool:
        """Have a parked event applied after all; False where it is not parked, or can't be read."""
        this = (
            EVENTS.c.bridge == self._bridge,
            EVENTS.c.event_id == event_id,
            EVENTS.c.state == "parked",
            EVENTS.c.kind != UNREADABLE,
        )
        anew = {"state": "new", "attempts": 0, "not_before": now, "at": now, "done_at": None}
        return self._database.write(
            lambda tx: bool(tx.execute(sa.update(EVENTS).where(*this).values(anew)).rowcount),
            wakes=(ARRIVED,),
        )

    def raw(self, event_id: str) -> bytes | None:
        """The webhook that brought an event, while it is kept."""
        this = (EVENTS.c.bridge == self._bridge, EVENTS.c.event_id == event_id)
        with self._database.read() as tx:
            found = tx.execute(sa.select(EVENTS.c.raw).where(*this)).scalar()
        return None if found is None else bytes(found)

    def clear(self, before: datetime) -> int:
        """Forget what ended before a moment: the thread knows its replies by their event, too."""
        ended = sa.delete(EVENTS).where(EVENTS.c.state != "new", EVENTS.c.at < before)
        return self._database.write(lambda tx: tx.execute(ended).rowcount)

    def _ended(self, event: int, state: str, why: str | None, now: datetime) -> None:
        empty = {"document": sa.null(), "raw": None}
        self._set(event, {"state": state, "why": why, "done_at": now, **empty})

    def _set(self, event: int, values: Mapping[str, object]) -> None:
        this = (EVENTS.c.id == event, EVENTS.c.state == "new")
        self._database.write(lambda tx: tx.execute(sa.update(EVENTS).where(*this).values(values)).rowcount)

    def _keep(self, tx: Connection, events: Sequence[Incoming], raw: bytes | None, now: datetime) -> int:
        named = {_short(event.event_id): _clean(event) for event in reversed(events)}
        known = self._known(tx, list(named))
        fresh = {key: event for key, event in reversed(named.items()) if key not in known}
        epochs = self._mirrored(tx, {event.case_key for event in fresh.values()}) if fresh else {}
        for key, event in fresh.items():
            mirrored = epochs.get(event.case_key)
            row = self._row(key, event.case_key, event.type, event.occurred_at, now)
            told = {"document": as_object(event), "raw": raw, "epoch": mirrored and mirrored.epoch}
            tx.execute(sa.insert(EVENTS).values({**row, **told}))
            raw = None
        return len(fresh)

    def _known(self, tx: Connection, ids: Sequence[str]) -> set[str]:
        these = sa.select(EVENTS.c.event_id).where(
            EVENTS.c.bridge == self._bridge, EVENTS.c.event_id.in_(ids)
        )
        return set(tx.execute(these).scalars())

    def _row(
        self, event_id: str, case_key: str, kind: str, occurred_at: datetime, now: datetime
    ) -> dict[str, object]:
        return {
            "bridge": self._bridge,
            "event_id": event_id,
            "case_key": case_key,
            "kind": kind,
            "occurred_at": occurred_at,
            "state": "new",
            "attempts": 0,
            "not_before": now,
            "at": now,
        }

    def _mirrored(self, tx: Connection, keys: Collection[str]) -> dict[str, Mirrored]:
        query = (
            sa.select(BRIDGE_CASES, BRIDGE_KEYS.c.case_key.label("known_as"))
            .join(BRIDGE_KEYS, BRIDGE_KEYS.c.case_number == BRIDGE_CASES.c.case_number)
            .where(BRIDGE_KEYS.c.bridge == self._bridge, BRIDGE_KEYS.c.case_key.in_(list(keys)))
        )
        return {row["known_as"]: mirrored_of(row) for row in tx.execute(query).mappings()}


def missed(tx: Connection, bridge: str) -> Missed | None:
    """What webhooks of a helpdesk have not told; None where they always have."""
    query = sa.select(MISSED.c.events, MISSED.c.since, MISSED.c.last).where(MISSED.c.bridge == bridge)
    row = tx.execute(query).first()
    return None if row is None else Missed(*row)


def forget_events(tx: Connection, case: int) -> None:
    """Erase what helpdesks have told of a case, before what they know it by goes.

    Of what can't be read nobody knows whose it is, so that goes, too.
    """
    keys = sa.select(BRIDGE_KEYS.c.case_key).where(
        BRIDGE_KEYS.c.bridge == EVENTS.c.bridge, BRIDGE_KEYS.c.case_number == case
    )
    theirs = sa.or_(EVENTS.c.case_key.in_(keys), EVENTS.c.kind == UNREADABLE)
    tx.execute(sa.delete(EVENTS).where(theirs))


def _kept(row: RowMapping) -> Kept:
    document = row["document"]
    return Kept(
        event_id=row["event_id"],
        case_key=row["case_key"],
        type=row["kind"],
        state=row["state"],
        attempts=row["attempts"],
        why=row["why"],
        at=row["at"],
        done_at=row["done_at"],
        event=None if document is None else from_json(Incoming, document, "event"),
    )


def _arrived(row: RowMapping) -> Arrived:
    event = from_json(Incoming, row["document"], "event")
    return Arrived(row["id"], event, row["at"], row["epoch"], row["attempts"])


def _short(event_id: str) -> str:
    """The id as the table has it: a long one by its hash."""
    known = storable(event_id)
    return known if len(known) <= _ID_CHARACTERS else sha256(known.encode()).hexdigest()


def _clean(event: Incoming) -> Incoming:
    """The event without the signs that no database stores."""
    files = tuple(
        IncomingFile(storable(file.key), storable(file.name), storable(file.type), file.size)
        for file in event.files
    )
    return replace(
        event,
        event_id=storable(event.event_id),
        case_key=storable(event.case_key),
        author=storable(event.author),
        author_name=storable(event.author_name),
        text=storable(event.text),
        files=files,
        into=_storable(event.into),
        assignee=_storable(event.assignee),
        about=_storable(event.about),
        remote_id=_storable(event.remote_id),
    )


def _storable(text: str | None) -> str | None:
    return None if text is None else storable(text)
