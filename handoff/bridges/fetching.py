"""Fetches the files of a helpdesk's messages, and takes each in as if one of our own agents sent it."""

from __future__ import annotations

from typing import Protocol

from handoff.aids.errors import FileRefusedError
from handoff.aids.files import MOST_FILES, KeptFile
from handoff.bridges import CaseRef, Incoming, IncomingFile
from handoff.bridges.errors import PeerError, PeerRefusedError
from handoff.bridges.relay_words import NOT_FETCHED, TOO_LARGE, TOO_MANY
from handoff.case import Case
from handoff.file import FileRef
from handoff.verbs.agent import Agent

TRIES = 8
"""Of a file, over some two minutes, after which a message goes without it."""


class Peer(Protocol):
    """Where the files are."""

    def fetch(self, case: CaseRef, file: IncomingFile) -> bytes: ...


class Files(Protocol):
    """Who takes files in; `handoff.aids.files.Files` does."""

    most_bytes: int

    def keep(self, case: Case, by: Agent, called: str, content: bytes) -> KeptFile: ...


class Fetching:
    """Gets files from the helpdesk that names them, and from nowhere else."""

    def __init__(self, peer: Peer, files: Files) -> None:
        self._peer, self._files = peer, files

    def files(
        self, ref: CaseRef, case: Case, by: Agent, event: Incoming, tried: int
    ) -> tuple[tuple[FileRef, ...], tuple[str, ...]]:
        """The files of a message, taken in for the case, and a sentence about each that can't be had.

        tried: how often before. Raises PeerAwayError and PeerUnsureError while it is worth trying again.
        """
        kept: list[FileRef] = []
        problems: list[str] = []
        for file in event.files[:MOST_FILES]:
            try:
                kept.append(self._file(ref, case, by, file))
            except FileRefusedError as error:
                problems.append(NOT_FETCHED.format(name=file.name, why=error.why))
            except PeerError as error:
                if tried < TRIES and not isinstance(error, PeerRefusedError):
                    raise
                problems.append(NOT_FETCHED.format(name=file.name, why=error.says))
        for file in event.files[MOST_FILES:]:
            problems.append(NOT_FETCHED.format(name=file.name, why=TOO_MANY.format(most=MOST_FILES)))
        return tuple(kept), tuple(problems)

    def _file(self, ref: CaseRef, case: Case, by: Agent, file: IncomingFile) -> FileRef:
        if file.size is not None and file.size > self._files.most_bytes:
            raise PeerRefusedError(TOO_LARGE.format(most=f"{self._files.most_bytes:,}"))
        return self._files.keep(case, by, file.name, self._peer.fetch(ref, file)).ref
