"""Runs the training of a candidate in a process of its own, follows it, and writes down what came of it."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack, nullcontext
from pathlib import Path
from typing import Any

from bot.editing.shelf import Shelf
from config.clock import Clock
from kb.coaching.training import Progress, State
from kb.errors import CandidateBusyError
from kb.store.candidates import CandidateStore, report_of

STOPPED = "Firstline was stopped while this was being trained; train again."
_LAST_LINES = 5  # of what a process that broke has complained about

_log = logging.getLogger(__name__)


class Trainer:
    """At most one training at a time, as the store lets no second candidate be open."""

    def __init__(
        self,
        data: Path,
        environment: Mapping[str, str],
        store: CandidateStore,
        shelf: Shelf,
        clock: Clock,
        alone: Callable[..., AbstractContextManager[bool]] = lambda key, *, wait: nullcontext(True),
    ) -> None:
        """environment: the process's, which must lead to the same settings as this one's. alone: held while
        a training runs, so that another server does not take it for one that a crash has left.
        """
        self._alone = alone
        self._data, self._environment = data.absolute(), dict(environment)
        self._store, self._shelf, self._clock = store, shelf, clock
        self._guard = threading.Lock()
        self._running: tuple[int, subprocess.Popen[str]] | None = None
        self._progress: Progress | None = None
        self._threads: list[threading.Thread] = []

    def train(self, candidate: int) -> None:
        """Begin; the store learns the outcome."""
        command = [sys.executable, "-m", "bot.editing", str(self._data), str(candidate)]
        held = ExitStack()
        held.enter_context(self._alone(_key(candidate), wait=True))
        try:
            process = subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                stdin=subprocess.DEVNULL,
                env=self._environment,
                text=True,
                encoding="utf-8",
            )
        except BaseException:
            held.close()
            raise
        with self._guard:
            self._running, self._progress = (candidate, process), Progress("starting", 0.0)
        thread = threading.Thread(
            target=self._follow, args=(candidate, process, held), name=f"training {candidate}", daemon=True
        )
        self._threads = [thread]
        thread.start()

    def progress(self, candidate: int) -> Progress | None:
        with self._guard:
            here = self._running is not None and self._running[0] == candidate
            return self._progress if here else None

    def cancel(self, candidate: int) -> None:
        """Stop the process; what it has written is thrown away once it is gone."""
        with self._guard:
            running = self._running
        if running is not None and running[0] == candidate:
            running[1].kill()
        else:
            self._shelf.discard(candidate)

    def wait(self) -> None:
        """Until the training has ended and its outcome is written down."""
        for thread in self._threads:
            thread.join()

    def close(self) -> None:
        """Stop what runs; it counts as failed."""
        with self._guard:
            running = self._running
        if running is not None:
            running[1].kill()
        self.wait()

    def recover(self) -> bool:
        """What an earlier process left in training is over. True if there was any."""
        left = self._store.open()
        if left is None or left.state is not State.TRAINING or self.progress(left.number) is not None:
            return False
        with self._alone(_key(left.number), wait=False) as free:
            if not free:
                return False
            self._end(left.number, State.FAILED, why=STOPPED)
            self._shelf.discard(left.number)
        return True

    def _follow(self, candidate: int, process: subprocess.Popen[str], held: ExitStack) -> None:
        assert process.stdout is not None and process.stderr is not None
        complaints: deque[str] = deque(maxlen=_LAST_LINES)
        # Both pipes are read, or the process would stand still once one of them is full.
        reader = threading.Thread(target=complaints.extend, args=(process.stderr,), daemon=True)
        reader.start()
        said: dict[str, Any] = {}
        for line in process.stdout:
            said = _read(line) or said
            if "stage" in said:
                with self._guard:
                    self._progress = Progress(str(said["stage"]), float(said["share"]))
        status = process.wait()
        reader.join()
        process.stdout.close()
        process.stderr.close()
        try:
            if status == 0 and "report" in said:
                self._end(candidate, State.READY, report=said["report"])
            else:
                last = "".join(complaints).strip() or f"the training ended with status {status}"
                why = STOPPED if status < 0 else str(said.get("failed") or last)
                self._end(candidate, State.FAILED, why=why)
                self._shelf.discard(candidate)
        finally:
            held.close()
            with self._guard:
                self._running = self._progress = None

    def _end(
        self, candidate: int, state: State, *, why: str | None = None, report: Mapping[str, Any] | None = None
    ) -> None:
        try:
            self._store.end(
                candidate,
                state,
                by="firstline",
                at=self._clock.now(),
                why=why,
                report=None if report is None else report_of(report),
            )
        except CandidateBusyError:
            # Somebody cancelled it a moment ago.
            self._shelf.discard(candidate)


def _key(candidate: int) -> str:
    return f"training {candidate}"


def _read(line: str) -> dict[str, Any]:
    """What the process says in a line; other programs' chatter is passed over."""
    try:
        said = json.loads(line)
    except ValueError:
        _log.info("training: %s", line.rstrip())
        return {}
    return said if isinstance(said, dict) else {}


def environment_of(
    sections: Mapping[str, Mapping[str, object]], inherited: Mapping[str, str]
) -> dict[str, str]:
    """The environment in which another process reads the same settings.

    sections: by the section's name, its keys and values; inherited: this process's own.
    """
    said = {
        f"FIRSTLINE_{section}_{key}".upper(): _setting(value)
        for section, keys in sections.items()
        for key, value in keys.items()
    }
    return {**inherited, **said}


def _setting(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
