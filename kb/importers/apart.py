"""Reads an import in a process of its own, which is ended when a file takes it too long or too far."""

from __future__ import annotations

import logging
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from kb.importers import Note, Weight
from kb.importers.reading import Batch, Begun
from kb.importers.wire import from_line

FILE_WITHIN_SECONDS = 30.0
Progress = Callable[[int, int], None]
"""Told how many files are done, and of how many."""

_log = logging.getLogger(__name__)
_ROOT = Path(__file__).parents[2]  # where the packages are found


def read_apart(
    path: Path,
    kind: str | None = None,
    *,
    progress: Progress = lambda done, of: None,
    within: float = FILE_WITHIN_SECONDS,
) -> Batch:
    """What the files below `path` hold; a file that takes longer than `within` seconds is a problem of it.

    The process has little memory and may write nothing; whatever happens to it happens to no one else.
    """
    batch = Batch()
    now = Begun(path.name, 0, 0)
    command = [sys.executable, "-B", "-m", "kb.importers", str(path.absolute()), *([kind] if kind else [])]
    environment = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(_ROOT)}
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        cwd=_ROOT,
    ) as process:
        lines, complaints = _listened(process.stdout), _listened(process.stderr)
        ends = time.monotonic() + within
        try:
            while (line := lines.get(timeout=max(ends - time.monotonic(), 0))) is not None:
                told = from_line(line)
                batch.take(told)
                if isinstance(told, Begun):
                    now, ends = told, time.monotonic() + within
                    progress(told.number - 1, told.of)
            if process.wait(timeout=within) != 0:
                said = [text for text in iter(complaints.get, None) if text]
                _log.error("reading %s failed: %s", now.path, b"".join(said[-20:]).decode("utf-8", "replace"))
                batch.notes.append(
                    _problem(now.path, "could not be read; see the log for why, or leave it out")
                )
        except (queue.Empty, subprocess.TimeoutExpired):
            batch.notes.append(_problem(now.path, f"took longer than {within:g} seconds to read; split it"))
        finally:
            process.kill()
    progress(batch.files, batch.files)
    return batch


def _listened(stream: IO[bytes] | None) -> queue.SimpleQueue[bytes | None]:
    """The stream's lines as they come, and None at its end."""
    lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()

    def listen(stream: IO[bytes]) -> None:
        with stream:
            for line in stream:
                lines.put(line)
        lines.put(None)

    assert stream is not None
    threading.Thread(target=listen, args=(stream,), daemon=True).start()
    return lines


def _problem(path: str, message: str) -> Note:
    return Note(Weight.PROBLEM, path, 1, message)
