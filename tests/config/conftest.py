"""A small room of its own for the database tests, and staff whose clock can be told to go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from config.database import Database, Schema, open_database
from config.identity import Identity, open_identity
from tests.blank import furnish
from tests.conftest import Where
from tests.fakes import QUICK, FakeClock

FIRST = """
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("text", sa.Text, nullable=False, unique=True),
        sa.Column("parent", sa.Integer, sa.ForeignKey("notes.id")),
    )
"""

SECOND = """
import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"


def upgrade() -> None:
    op.add_column("notes", sa.Column("written_at", sa.String(32)))
"""


def write_migrations(folder: Path, *scripts: str) -> Path:
    """A migrations folder with these scripts as 0001.py, 0002.py …"""
    (folder / "versions").mkdir(parents=True, exist_ok=True)
    for number, script in enumerate(scripts, start=1):
        (folder / "versions" / f"{number:04}.py").write_text(script)
    return folder


@pytest.fixture
def migrations(tmp_path: Path) -> Path:
    return write_migrations(tmp_path / "migrations", FIRST)


@pytest.fixture
def database(where: Where, migrations: Path) -> Iterator[Database]:
    with open_database(where("room"), migrations) as opened:
        yield opened


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def identity(database_url: str, tmp_path: Path, clock: FakeClock) -> Iterator[Identity]:
    where = Schema(database_url, "house") if database_url else furnish(tmp_path / "data", ["house"])
    opened = open_identity(where, clock, QUICK)
    yield opened
    opened.close()


@pytest.fixture
def kept(identity: Identity, database_url: str, tmp_path: Path) -> Callable[[], bytes]:
    """All that the house keeps of its staff: the bytes of its files, or of its schema's rows."""

    def read() -> bytes:
        if not database_url:
            return b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir() if path.is_file())
        with identity.database.read() as connection:
            names = sa.inspect(connection).get_table_names("house")
            rows = [connection.execute(sa.text(f"SELECT * FROM house.{name}")).all() for name in names]
            return repr(rows).encode()

    return read
