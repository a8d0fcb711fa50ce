"""What was deleted is erased from the file's bytes, and from its log's."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from config.database import Database, NestedWriteError, NotErasedError, open_database
from tests.config.test_database import note, texts


def test_what_was_deleted_is_erased_from_the_file_and_its_log(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "data" / "room.db"

    def delete(connection: sa.Connection) -> None:
        connection.execute(sa.text("DELETE FROM notes"))

    def found() -> bool:
        log = path.with_name("room.db-wal")
        return any(b"canary" in file.read_bytes() for file in (path, log))

    database.write(note("canary " * 2000))
    database.write(delete)
    assert found()
    assert texts(database) == []
    database.erase()
    assert not found()
    database.write(note("after"))
    assert texts(database) == ["after"]


def test_a_reader_of_an_older_state_keeps_what_was_deleted(
    database: Database, tmp_path: Path, migrations: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "data" / "room.db"
    database.close()
    monkeypatch.setattr("config.sqlite._BUSY_SECONDS", 0.05)
    with open_database(path, migrations) as hasty:
        hasty.write(note("canary"))
        with hasty.read() as connection:
            connection.execute(sa.text("SELECT * FROM notes")).all()
            with pytest.raises(NotErasedError, match="ask again"):
                hasty.erase()
        hasty.erase()
        assert texts(hasty) == ["canary"]


def test_erasing_inside_a_write_is_refused(database: Database) -> None:
    with pytest.raises(NestedWriteError):
        database.write(lambda connection: database.erase())
