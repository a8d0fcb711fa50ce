"""What two processes over one PostgreSQL keep to, and what happens when the connection or the server goes."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from config.copying import copy_database
from config.database import (
    EVERY,
    Database,
    DatabaseLostError,
    NotErasedError,
    PerhapsWrittenError,
    Schema,
    open_database,
)
from config.listening import payloads
from config.postgres import DatabaseUrlError, UnfitServerError
from config.settings import load_settings
from tests.config.conftest import FIRST, SECOND, write_migrations
from tests.config.test_database import note, texts
from tests.postgres import Postgres, empty

TWICE = """
import sys
from pathlib import Path
from config.database import Schema, open_database
open_database(Schema(sys.argv[1], "room"), Path(sys.argv[2])).close()
"""


@pytest.fixture
def database_url(furnished_database: str) -> Iterator[str]:
    yield furnished_database
    empty(furnished_database)


@pytest.fixture
def schema(database_url: str) -> Schema:
    return Schema(database_url, "room")


@pytest.fixture
def other(schema: Schema, database: Database, migrations: Path) -> Iterator[Database]:
    """The same tables as another process has them open."""
    with open_database(schema, migrations) as opened:
        yield opened


def end_all_connections(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_another_process_hears_the_topics_of_a_write(database: Database, other: Database) -> None:
    other.watch()
    before, elsewhere = other.doorbell.count("notes"), other.doorbell.count("elsewhere")
    database.write(note("one"), wakes=["notes"])
    assert other.doorbell.wait_past("notes", before, 10) > before
    assert texts(other) == ["one"]
    assert other.doorbell.count("elsewhere") == elsewhere


def test_topics_may_come_from_what_the_work_returned(database: Database, other: Database) -> None:
    other.watch()
    before = other.doorbell.count("note 1")
    database.write(note("one"), wakes=lambda number: [f"note {number}"])
    assert other.doorbell.wait_past("note 1", before, 10) > before


def test_a_ring_without_a_write_is_heard_too(database: Database, other: Database) -> None:
    other.watch()
    before = other.doorbell.count("typing")
    database.doorbell.ring("typing")
    assert other.doorbell.wait_past("typing", before, 10) > before


def test_a_ring_meant_for_here_stays_here(database: Database, other: Database) -> None:
    other.watch()
    before, last = other.doorbell.count("here"), other.doorbell.count("last")
    database.doorbell.ring_here("here")
    database.doorbell.ring("last")
    other.doorbell.wait_past("last", last, 10)
    assert other.doorbell.count("here") == before


def test_what_was_undone_rings_nobody(database: Database, other: Database) -> None:
    other.watch()
    database.write(note("one"))
    before, last = other.doorbell.count("notes"), other.doorbell.count("last")
    with pytest.raises(sa.exc.IntegrityError):
        database.write(note("one"), wakes=["notes"])
    database.write(note("two"), wakes=["last"])
    other.doorbell.wait_past("last", last, 10)
    assert other.doorbell.count("notes") == before


def test_ones_own_writes_ring_once(database: Database) -> None:
    database.watch()
    rings: list[None] = []
    database.doorbell.subscribe(["notes"], lambda: rings.append(None))
    database.write(note("one"), wakes=["notes"])
    seen = database.doorbell.count("two")
    database.write(note("two"), wakes=["two"])
    database.doorbell.wait_past("two", seen, 10)
    assert rings == [None]


def test_many_and_long_topics_fit_into_notifications() -> None:
    topics = [f"conversation:{number:064}" for number in range(300)]
    sent = list(payloads("me", [*topics, "x" * 9000, topics[0]]))
    assert all(len(payload.encode()) < 8000 for payload in sent)
    heard = [topic for payload in sent for topic in payload.split("\n")[1:]]
    assert heard == [*topics, EVERY]
    assert list(payloads("me", [])) == []


def test_what_a_work_reads_nobody_changes_before_it_has_written(database: Database, other: Database) -> None:
    def count_up(connection: sa.Connection) -> None:
        last = connection.execute(sa.text("SELECT max(id) FROM notes")).scalar() or 0
        connection.execute(
            sa.text("INSERT INTO notes (id, text) VALUES (:id, :text)"), {"id": last + 1, "text": f"{last}"}
        )

    def many(mine: Database) -> None:
        for _ in range(40):
            mine.write(count_up)

    threads = [threading.Thread(target=many, args=(each,)) for each in (database, other, database, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(texts(database)) == 160


def test_a_key_is_had_by_one_process_at_a_time(database: Database, other: Database) -> None:
    with (
        database.alone("turn maya") as mine,
        other.alone("turn maya", wait=False) as theirs,
        other.alone("turn omar", wait=False) as apart,
    ):
        assert (mine, theirs, apart) == (True, False, True)
    with other.alone("turn maya", wait=False) as free:
        assert free


def test_a_process_that_is_gone_lets_go(database: Database, other: Database, database_url: str) -> None:
    with ExitStack() as held:
        held.enter_context(database.alone("turn maya"))
        end_all_connections(database_url)
        with other.alone("turn maya", wait=False) as free:
            assert free


def test_a_lost_connection_is_healed_at_once(database: Database, database_url: str) -> None:
    database.write(note("before"))
    assert texts(database) == ["before"]
    end_all_connections(database_url)
    database.write(note("after"))
    end_all_connections(database_url)
    assert texts(database) == ["before", "after"]


def test_a_work_whose_connection_breaks_is_run_again(database: Database, database_url: str) -> None:
    runs: list[None] = []

    def interrupted(connection: sa.Connection) -> None:
        runs.append(None)
        note("once")(connection)
        if len(runs) == 1:
            end_all_connections(database_url)
        note("and whole")(connection)

    database.write(interrupted)
    assert len(runs) == 2
    assert texts(database) == ["once", "and whole"]


def test_a_connection_that_breaks_while_it_commits_leaves_it_open(
    database: Database, database_url: str
) -> None:
    def cut(connection: sa.Connection) -> None:
        end_all_connections(database_url)

    sa.event.listen(database._writer, "commit", cut, once=True)
    with pytest.raises(PerhapsWrittenError, match="same client id") as raised:
        database.write(note("perhaps"))
    assert (raised.value.status, raised.value.retry_after) == (503, 2)
    database.write(note("again"))
    assert texts(database) == ["again"]


def test_a_server_hears_again_after_its_doorbell_was_cut(
    database: Database, other: Database, database_url: str
) -> None:
    other.watch()
    before = other.doorbell.count("anything")
    end_all_connections(database_url)
    heard = other.doorbell.wait_past("anything", before, 10)  # everything rings, as something may be missed
    assert heard > before
    database.write(note("one"), wakes=["anything"])
    assert other.doorbell.wait_past("anything", heard, 10) > heard


def test_a_read_that_is_cut_says_when_to_ask_again(database: Database, database_url: str) -> None:
    with pytest.raises(DatabaseLostError, match="in a moment") as raised, database.read() as connection:
        end_all_connections(database_url)
        connection.execute(sa.text("SELECT 1"))
    assert (raised.value.status, raised.value.retry_after) == (503, 2)


def test_two_processes_may_make_the_tables_at_once(schema: Schema, migrations: Path) -> None:
    command = [sys.executable, "-c", TWICE, schema.url, str(migrations)]
    both = [subprocess.Popen(command) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]


def test_an_old_schema_gets_what_it_lacks(schema: Schema, tmp_path: Path) -> None:
    migrations = write_migrations(tmp_path / "m", FIRST)
    with open_database(schema, migrations) as older:
        older.write(note("old"))
    write_migrations(tmp_path / "m", FIRST, SECOND)
    with open_database(schema, migrations) as newer, newer.read() as connection:
        row = connection.execute(sa.text("SELECT text, written_at FROM notes")).one()
    assert tuple(row) == ("old", None)


def test_texts_are_kept_whatever_their_length_and_sorted_by_code_point(
    schema: Schema, tmp_path: Path
) -> None:
    short = FIRST.replace("sa.Text", "sa.String(3)")
    with open_database(schema, write_migrations(tmp_path / "m", short)) as database:
        for text in ("b", "æ", "Zz", "a" * 50):
            database.write(note(text))
        with database.read() as connection:
            found = connection.execute(sa.text("SELECT text FROM notes ORDER BY text")).scalars().all()
    assert found == ["Zz", "a" * 50, "b", "æ"]


def test_rooms_do_not_see_each_others_tables(database: Database, schema: Schema, tmp_path: Path) -> None:
    database.write(note("mine"))
    with open_database(Schema(schema.url, "next"), write_migrations(tmp_path / "m", FIRST)) as beside:
        assert texts(beside) == []


def test_erasing_writes_the_tables_anew_unless_somebody_reads_them(
    database: Database, other: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.postgres._ERASE_WITHIN", "50ms")
    database.write(note("kept"))
    database.erase()
    with other.read() as connection:
        connection.execute(sa.text("SELECT * FROM notes")).all()
        with pytest.raises(NotErasedError, match="ask again"):
            database.erase()
    assert texts(database) == ["kept"]


def test_a_schema_is_copied_into_a_file_as_of_one_moment(
    database: Database, schema: Schema, migrations: Path, tmp_path: Path
) -> None:
    parent = database.write(note("first"))
    database.write(note("second", parent=parent))
    copy_database(schema, tmp_path / "copy.db", migrations)
    with open_database(tmp_path / "copy.db", migrations) as copy:
        assert texts(copy) == ["first", "second"]
        assert copy.write(note("third", parent=parent)) == 3


def test_what_check_shows_of_a_database(database: Database, database_url: str) -> None:
    state = database.state()
    assert state.engine == "PostgreSQL" and state.version.startswith("18")
    assert "schema room" in state.place
    assert "synchronous_commit on" in state.durability
    assert state.size > 0


@pytest.mark.parametrize(
    "url",
    [
        "mysql://firstline:sesame@db.example/x",
        "postgresql://firstline:sesame@db.example/x?no_such_option=1",
        "host=db.example password=sesame",
        "sesame",
    ],
)
def test_what_is_no_address_is_refused_without_repeating_it(url: str, migrations: Path) -> None:
    with pytest.raises(DatabaseUrlError, match=r"\[server\] database_url") as raised:
        open_database(Schema(url, "room"), migrations)
    assert "sesame" not in str(raised.value)


def test_a_server_that_is_not_there_is_named_without_its_password(tmp_path: Path, migrations: Path) -> None:
    url = f"postgresql://firstline:sesame@/support?host={tmp_path}"
    with pytest.raises(UnfitServerError, match=r"PostgreSQL support at .* can't be reached") as raised:
        open_database(Schema(url, "room"), migrations)
    assert "sesame" not in str(raised.value)


def test_a_password_is_in_no_repr(tmp_path: Path) -> None:
    url = "postgresql://firstline:sesame@db.example/support"
    settings = load_settings(tmp_path, {"FIRSTLINE_SERVER_DATABASE_URL": url})
    assert settings.database("kb") == Schema(url, "kb")
    assert "sesame" not in repr(settings) + repr(settings.database("kb"))


def test_another_encoding_is_refused(postgres: Postgres, migrations: Path) -> None:
    name = f"latin_{os.getpid()}"
    made = psycopg.sql.Identifier(name)
    postgres.execute(
        psycopg.sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'").format(made)
    )
    try:
        with pytest.raises(UnfitServerError, match="LATIN1"):
            open_database(Schema(postgres.address(name), "room"), migrations)
    finally:
        postgres.execute(psycopg.sql.SQL("DROP DATABASE {} (FORCE)").format(made))
