from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.data_folder import DataFolderInUseError, lock_data_folder, readying


def test_a_second_server_is_refused_and_told_who_the_first_is(tmp_path: Path) -> None:
    with lock_data_folder(tmp_path), pytest.raises(DataFolderInUseError, match=f"process id {os.getpid()};"):
        lock_data_folder(tmp_path)


def test_another_process_is_refused(tmp_path: Path) -> None:
    script = "import sys, pathlib, config.data_folder as d; d.lock_data_folder(pathlib.Path(sys.argv[1]))"
    with lock_data_folder(tmp_path):
        second = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True)
    assert second.returncode == 1
    assert f"process id {os.getpid()};" in second.stderr


def test_the_folder_is_free_again_after_release(tmp_path: Path) -> None:
    lock_data_folder(tmp_path).release()
    with lock_data_folder(tmp_path):
        pass


def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    with lock_data_folder(tmp_path / "new" / "data"):
        assert (tmp_path / "new" / "data").is_dir()


def test_servers_over_one_postgresql_share_the_folder(tmp_path: Path) -> None:
    with (
        lock_data_folder(tmp_path, shared=True),
        lock_data_folder(tmp_path, shared=True),
        pytest.raises(DataFolderInUseError),
    ):
        lock_data_folder(tmp_path)
    with lock_data_folder(tmp_path), pytest.raises(DataFolderInUseError):
        lock_data_folder(tmp_path, shared=True)


def test_only_one_process_makes_a_folder_ready(tmp_path: Path) -> None:
    data = tmp_path / "new"
    with readying(data), open(data / "readying.lock", "w") as file, pytest.raises(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
