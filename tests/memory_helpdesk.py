"""A helpdesk in memory: it keeps what it is told, and fails as it is told to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

from handoff.bridges import Capabilities, CaseRef, Changes, HealthState, NewCase, Outgoing
from handoff.bridges.errors import PeerAwayError, PeerError, PeerRefusedError, PeerUnsureError

CAPABILITIES = Capabilities(
    receive="none",
    idempotent_create="lookup",
    idempotent_post="lookup",
    most_text=10_000,
    most_file=1_000,
    acknowledge_within=timedelta(seconds=5),
)

AWAY = PeerAwayError("no connection; is it running there?")
UNSURE = PeerUnsureError("it closed the connection without an answer")
REFUSED = PeerRefusedError("the queue 'Support' is not there; see [bridges.memory] queue")


@dataclass
class Kept:
    """A case as the helpdesk has it."""

    new: NewCase
    posts: list[tuple[str, Outgoing]] = field(default_factory=list)
    changes: list[Changes] = field(default_factory=list)

    def texts(self) -> list[str]:
        return [post.text for _, post in self.posts]


class MemoryHelpdesk:
    """Outward and Health. `fails` is asked before anything is done: an error given there is raised, and a
    PeerUnsureError only after it was done. `asked` counts what reached it."""

    name = "memory"
    capabilities = CAPABILITIES

    def __init__(self) -> None:
        self.cases: dict[str, Kept] = {}
        self.erased: list[str] = []
        self.asked: list[str] = []
        self.well = True
        self.fails: Callable[[str, str], PeerError | None] = lambda deed, key: None
        self.during: Callable[[str, str], None] = lambda deed, key: None
        self._lock = threading.Lock()

    def breaks(self, *errors: PeerError, deed: str = "") -> None:
        """The next deeds (of that name) fail like this, one after the other."""
        left = list(errors)
        self.fails = lambda done, key: left.pop(0) if left and deed in ("", done) else None

    def is_down(self) -> None:
        self.well, self.fails = False, lambda deed, key: AWAY

    def is_up(self) -> None:
        self.well, self.fails = True, lambda deed, key: None

    def find_case(self, handoff_id: str) -> CaseRef | None:
        with self._doing("find_case", handoff_id):
            return self._ref(handoff_id) if handoff_id in self.cases else None

    def open_case(self, case: NewCase, key: str) -> CaseRef:
        with self._doing("open", key):
            # It has no key of ours: who asks twice has two, as at most helpdesks.
            again = f"{case.handoff_id} again" if case.handoff_id in self.cases else case.handoff_id
            self.cases[again] = Kept(case)
            return self._ref(case.handoff_id)

    def post(self, case: CaseRef, item: Outgoing, key: str) -> str:
        with self._doing("post", key):
            kept = self._kept(case)
            kept.posts.append((key, replace(item)))
            return f"{case.case_key}:{len(kept.posts)}"

    def find_post(self, case: CaseRef, key: str) -> str | None:
        with self._doing("find_post", key):
            keys = [each for each, _ in self._kept(case).posts]
            return f"{case.case_key}:{keys.index(key) + 1}" if key in keys else None

    def update(self, case: CaseRef, changes: Changes, key: str) -> CaseRef:
        with self._doing("update", key):
            self._kept(case).changes.append(changes)
            return case

    def typing(self, case: CaseRef, typing: bool) -> None:
        pass

    def erase(self, handoff_id: str, case: CaseRef | None) -> None:
        with self._doing("erase", handoff_id):
            self.cases.pop(handoff_id, None)
            self.erased.append(handoff_id)

    def health(self) -> HealthState:
        self.asked.append("health")
        return HealthState(self.well, "well" if self.well else AWAY.says)

    @contextmanager
    def _doing(self, deed: str, key: str) -> Iterator[None]:
        self.asked.append(deed)
        self.during(deed, key)
        error = self.fails(deed, key)
        if error is not None and not isinstance(error, PeerUnsureError):
            raise error
        with self._lock:
            yield
        if error is not None:
            raise error

    def _kept(self, case: CaseRef) -> Kept:
        return self.cases[case.more["handoff_id"]]

    def _ref(self, handoff_id: str) -> CaseRef:
        key = str(list(self.cases).index(handoff_id) + 1) if handoff_id in self.cases else "0"
        return CaseRef("memory", key, f"https://desk.example/{key}", {"handoff_id": handoff_id})
