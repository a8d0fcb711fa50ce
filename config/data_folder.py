"""One server a data folder, or several over one PostgreSQL; and one at a time that makes it ready."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TextIO

from config.errors import ConfigError


class DataFolderInUseError(ConfigError):
    """Another server holds the data folder."""

    status = 503

    def __init__(self, data: Path, pid: str) -> None:
        self.data = data
        self.pid = pid
        super().__init__(
            f"{data} is in use by the Firstline server with process id {pid or 'unknown'}; "
            "stop that one first, or give this one another folder with --data"
        )


class DataFolderLock:
    """Holds the folder until released or until the process is gone, however it goes."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def release(self) -> None:
        """Give the folder back; a second call does nothing."""
        self._file.close()

    def __enter__(self) -> DataFolderLock:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def lock_data_folder(data: Path, *, shared: bool = False) -> DataFolderLock:
    """Take the folder for this process (made if missing), or raise DataFolderInUseError naming a holder.

    shared: with other servers that share it: theirs is a database that several may write to.
    """
    data.mkdir(parents=True, exist_ok=True)
    file = open(data / "firstline.lock", "a+", encoding="ascii")  # noqa: SIM115 - stays open as long as the lock
    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        pid = file.read().strip()
        file.close()
        raise DataFolderInUseError(data, pid) from None
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return DataFolderLock(file)


@contextmanager
def readying(data: Path) -> Iterator[None]:
    """Wait until no other process makes the folder ready, and let none do so meanwhile."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / "readying.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
