"""Brings a room's tables up to the newest migration, or finds that they are there already."""

from __future__ import annotations

import ast
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa

from config.errors import ConfigError

_VERSION = sa.table("alembic_version", sa.column("version_num"))


class NewerDatabaseError(ConfigError):
    """The database was written by a Firstline that knows migrations this one doesn't."""

    def __init__(self, database: str, revision: str) -> None:
        self.revision = revision
        super().__init__(
            f"{database} is at revision {revision!r}, which this Firstline does not know; "
            "install the version that wrote it, or restore a backup made before that"
        )


class MigrationsBrokenError(ConfigError):
    """The migration files do not form one line from the first to the head."""

    def __init__(self, migrations: Path, why: str) -> None:
        self.migrations = migrations
        super().__init__(f"{migrations}: {why}; every migration but the first names the one before it")


def upgrade(engine: sa.Engine, name: str, migrations: Path) -> bool:
    """Run what is missing of `migrations`/versions/*.py in one transaction; whether anything was missing.

    Alembic, a tenth of a second to import, is touched only if something is. Killed half-way, the old tables
    are still there. Raises NewerDatabaseError and MigrationsBrokenError.
    """
    head = _head(migrations)
    with engine.connect() as connection:
        if sa.inspect(connection).has_table(_VERSION.name):
            found = connection.execute(sa.select(_VERSION.c.version_num)).scalar()
            if found == head:
                return False
    _upgrade(engine, name, migrations)
    return True


def _head(migrations: Path) -> str:
    """The revision nobody comes after, read from the files without running them."""
    before: dict[str, str | None] = {}
    for file in sorted((migrations / "versions").glob("*.py")):
        named = dict(_assigned(file.read_text(encoding="utf-8")))
        if "revision" in named:
            before[str(named["revision"])] = named.get("down_revision")
    heads = before.keys() - set(before.values())
    if len(heads) != 1:
        raise MigrationsBrokenError(migrations, f"{len(heads)} heads among {len(before)} migrations")
    return heads.pop()


@lru_cache(maxsize=64)
def _assigned(migration: str) -> tuple[tuple[str, str | None], ...]:
    """The strings, and None, that a migration assigns to names at its top level."""
    found: dict[str, str | None] = {}
    for node in ast.parse(migration).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        value = getattr(node, "value", None)
        if isinstance(value, ast.Constant) and (value.value is None or isinstance(value.value, str)):
            found |= {target.id: value.value for target in targets if isinstance(target, ast.Name)}
    return tuple(found.items())


def _upgrade(engine: sa.Engine, name: str, migrations: Path) -> None:
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(migrations))
    line = list(scripts.walk_revisions())[::-1]  # first to last
    with engine.begin() as connection:  # locked: of two processes, the second finds the work done
        context = MigrationContext.configure(connection)
        current = context.get_current_revision()
        known = [script.revision for script in line]
        if current is not None and current not in known:
            raise NewerDatabaseError(name, current)
        missing = line[known.index(current) + 1 :] if current else line
        with Operations.context(context):
            for script in missing:
                script.module.upgrade()
                context.stamp(scripts, script.revision)
