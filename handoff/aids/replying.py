"""Which conversations somebody is writing an answer in just now."""

from __future__ import annotations

from typing import Protocol

from handoff.aids.presence import Present
from handoff.case import Case
from handoff.errors import NoCaseError


class Presence(Protocol):
    """Who is at which case; `handoff.aids.presence.Presence` is one."""

    def now(self) -> tuple[Present, ...]: ...


class Cases(Protocol):
    """The cases; `handoff.store.Store` has them."""

    def case(self, ref: int | str) -> Case: ...


class Replying:
    """What customers may know of who is at their case: that an answer is being written, by whoever has it."""

    def __init__(self, presence: Presence, cases: Cases) -> None:
        self._presence, self._cases = presence, cases

    def conversations(self) -> frozenset[str]:
        """The conversations of those cases; what was merged into one is not among them."""
        at = {present.case for present in self._presence.now() if present.doing == "replying"}
        return frozenset(conversation for number in at if (conversation := self._conversation(number)))

    def _conversation(self, number: int) -> str:
        try:
            return self._cases.case(number).conversation_id
        except NoCaseError:
            return ""
