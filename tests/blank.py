"""Rooms' files as they are when they are made: copying one is far quicker than migrating one."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import bot
import config
import handoff
import kb
from config.database import open_database

ROOMS = {"house": config, "bot": bot, "kb": kb, "handoff": handoff}


def furnish(data: Path, rooms: Iterable[str] = tuple(ROOMS)) -> Path:
    """The same data folder, made if missing, with an empty file of each room that has none in it yet."""
    data.mkdir(parents=True, exist_ok=True)
    for room in rooms:
        if not (data / f"{room}.db").exists():
            shutil.copy2(_made(room), data / f"{room}.db")
    return data


@cache
def _made(room: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="firstline-blank-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    open_database(folder / f"{room}.db", Path(ROOMS[room].__path__[0]) / "migrations").close()
    return folder / f"{room}.db"
