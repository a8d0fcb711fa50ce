"""A helpdesk in a file, which outlives a process: a line a deed, and who tells it twice is there twice."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from handoff.bridges import (
    Around,
    Capabilities,
    CaseRef,
    Changes,
    HealthState,
    Incoming,
    IncomingFile,
    NewCase,
    Outgoing,
    RawReply,
    RawRequest,
    Step,
)
from tests.memory_helpdesk import CAPABILITIES


@dataclass(frozen=True, slots=True)
class FileSettings:
    """`[bridges.file]`."""

    path: str


@dataclass(frozen=True)
class Line:
    """One deed: `open` and its hand-over, or what was posted there under which key."""

    case: str
    key: str
    text: str


class FileHelpdesk:
    """The bridge to it. It never looks by itself whether it has been told something."""

    name = "file"
    capabilities: Capabilities = CAPABILITIES

    def __init__(self, path: Path) -> None:
        self._path = path
        self._path.touch()

    @classmethod
    def open(cls, around: Around) -> FileHelpdesk:
        return cls(Path(around.given.read(FileSettings).path))

    def lines(self) -> list[Line]:
        return [Line(**json.loads(line)) for line in self._path.read_text(encoding="utf-8").splitlines()]

    def find_case(self, handoff_id: str) -> CaseRef | None:
        known = any(line.case == handoff_id and line.key == "" for line in self.lines())
        return self._ref(handoff_id) if known else None

    def open_case(self, case: NewCase, key: str) -> CaseRef:
        self._write(case.handoff_id, "", case.subject)
        return self._ref(case.handoff_id)

    def post(self, case: CaseRef, item: Outgoing, key: str) -> str:
        self._write(case.case_key, key, item.text)
        return key

    def find_post(self, case: CaseRef, key: str) -> str | None:
        known = any(line.case == case.case_key and line.key == key for line in self.lines())
        return key if known else None

    def update(self, case: CaseRef, changes: Changes, key: str) -> CaseRef:
        return case

    def typing(self, case: CaseRef, typing: bool) -> None:
        pass

    def erase(self, handoff_id: str, case: CaseRef | None) -> None:
        pass

    def challenge(self, request: RawRequest) -> RawReply | None:
        return None

    def verify(self, request: RawRequest, now: datetime) -> None:
        pass

    def parse(self, request: RawRequest) -> Sequence[Incoming]:
        return ()

    def poll(self, cursor: str, cases: Sequence[CaseRef]) -> tuple[Sequence[Incoming], str, timedelta]:
        return (), cursor, timedelta(hours=1)

    def hydrate(self, event: Incoming) -> Incoming:
        return event

    def fetch(self, case: CaseRef, file: IncomingFile) -> bytes:
        return b""

    def health(self) -> HealthState:
        return HealthState(True, "the file is there")

    def check(self) -> Sequence[Step]:
        return ()

    def guide(self, webhook_url: str) -> str:
        return ""

    def close(self) -> None:
        pass

    def _ref(self, handoff_id: str) -> CaseRef:
        return CaseRef(self.name, handoff_id, None)

    def _write(self, case: str, key: str, text: str) -> None:
        # One write of a short line: those of several threads don't get into each other.
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"case": case, "key": key, "text": text}) + "\n")
