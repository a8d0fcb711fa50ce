"""Does what was decided about an event, all of it in one transaction, as somebody of the helpdesk's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from config.clock import Clock
from config.database import Database
from handoff.bridges.deeds import (
    Assign,
    Claim,
    Deed,
    GoOn,
    Merge,
    Note,
    Plan,
    Release,
    Reopen,
    Reply,
    Resolve,
    Snooze,
    TakeOver,
    Tell,
    Wake,
)
from handoff.bridges.falling_back import taken_over
from handoff.bridges.owing import Mirrored
from handoff.desk import Desk
from handoff.file import FileRef
from handoff.floor.rules import Rules
from handoff.store import Store
from handoff.store.bridges import BridgeStore
from handoff.store.inbox import InboxStore
from handoff.store.together import together
from handoff.verbs.agent import Agent


class Doing:
    """The desk's own verbs, so that whatever holds for an agent of ours holds for the helpdesk's."""

    def __init__(
        self,
        database: Database,
        desk_over: Callable[[Database], Desk],
        rules: Callable[[], Rules],
        clock: Clock,
        house: str,
    ) -> None:
        """desk_over: the desk over a database as it is inside a transaction. house: who speaks for us."""
        self._database, self._desk_over, self._rules = database, desk_over, rules
        self._clock, self._house = clock, Agent("system", house)

    def do(
        self,
        event: int,
        mirrored: Mirrored,
        plan: Plan,
        files: Sequence[FileRef] = (),
        *,
        parked: str | None = None,
    ) -> None:
        """Do all of a plan and note that the event is applied, or why it is parked; or nothing of it.

        Raises what the verbs do: NotAllowedError, NotFilledError, MergeError and others.
        """

        def work(inside: Database) -> None:
            desk, inbox, now = self._desk_over(inside), InboxStore(inside, mirrored.bridge), self._clock.now()
            for deed in plan.deeds:
                if isinstance(deed, GoOn):
                    self._go_on(BridgeStore(inside), mirrored, deed.case_key)
                elif isinstance(deed, TakeOver):
                    self._take_over(Store(inside), mirrored, deed.because)
                else:
                    self._deed(desk, mirrored.case, plan.by, deed, files)
            if parked is None:
                inbox.done(event, plan.because, now)
            else:
                inbox.park(event, parked, now)

        together(self._database, mirrored.case, work)

    def _deed(self, desk: Desk, case: int, by: Agent, deed: Deed, files: Sequence[FileRef]) -> None:
        match deed:
            case Claim(agent):
                desk.claim(case, agent)
            case Reply(text, key, carries):
                desk.reply(case, by, text, key, files if carries else ())
            case Note(text, key, carries):
                desk.note(case, by, text, key, files if carries else ())
            case Tell(text, key):
                desk.note(case, self._house, text, key)
            case Resolve(outcome):
                desk.resolve(case, by, outcome)
            case Reopen():
                desk.reopen(case, by)
            case Wake():
                desk.wake(case, by)
            case Snooze():
                desk.snooze(case, by, until_reply=True)
            case Assign(to):
                desk.assign(case, by, to)
            case Release():
                desk.release(case, by)
            case Merge(into):
                desk.merge(case, by, into, same_person=True)

    def _go_on(self, known: BridgeStore, mirrored: Mirrored, case_key: str) -> None:
        if mirrored.ref is not None:
            known.follow(mirrored.case, replace(mirrored.ref, case_key=case_key), self._clock.now())

    def _take_over(self, cases: Store, mirrored: Mirrored, because: str) -> None:
        now = self._clock.now()
        cases.change(mirrored.case, lambda case: taken_over(case, mirrored, because, self._rules(), now))
