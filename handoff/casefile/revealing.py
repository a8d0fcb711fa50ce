"""Shows a secret that the desk hides, to those allowed, and keeps who looked.

Cards, bank accounts and national ids may be needed to help a customer; a password never is, and stays
hidden.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from config.clock import Clock
from handoff.case import Case
from handoff.entry import Entry
from handoff.errors import NothingHiddenError, NotYoursError
from handoff.finding.masking import secrets
from handoff.verbs.agent import Agent, working

NEVER = frozenset({"password"})
"""Secrets that nobody at the desk is shown."""


class CaseReader(Protocol):
    """Where cases and their threads are read; `handoff.store.Store` is one."""

    def case(self, ref: int | str) -> Case: ...

    def thread(self, ref: int | str, after: int = 0) -> Sequence[Entry]: ...


class Witness(Protocol):
    """What keeps that somebody looked; `handoff.store.looks.Looks` is one."""

    def looked(self, case: int, by: str, at: datetime, *, fact: str, message: int) -> None: ...


class Revealing:
    """One secret at a time."""

    def __init__(self, cases: CaseReader, witness: Witness, clock: Clock) -> None:
        self._cases, self._witness, self._clock = cases, witness, clock

    def reveal(self, ref: int | str, by: Agent, fact: str, message: int) -> str:
        """The words of a hidden fact as the customer wrote them; who looked is kept before they are given.

        fact: the secret's name in the case file. message: its message's number. Raises NotYoursError for who
        neither holds the case nor leads, and NothingHiddenError.
        """
        case = self._cases.case(ref)
        if case.agent != working(by).email and not by.leads:
            raise NotYoursError(case.number, "look into", case.agent_name or case.agent)
        found = [
            line.text[secret.start : secret.end]
            for line in self._cases.thread(case.number)
            if line.kind == "line" and line.number == message
            for secret in secrets(line.text)
            if secret.name == fact.removeprefix("detail:") and fact not in NEVER
        ]
        if not found:
            raise NothingHiddenError(case.number, fact, message)
        self._witness.looked(case.number, by.email, self._clock.now(), fact=fact, message=message)
        return ", ".join(found)
