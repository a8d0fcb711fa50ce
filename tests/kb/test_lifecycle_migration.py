"""A base that was written before articles had appointments, a bin and translations that can lag."""

from __future__ import annotations

import shutil
from pathlib import Path

import sqlalchemy as sa

import kb.opening
from config.database import open_database
from config.settings import Settings
from kb.article import ArticleId, Status
from kb.opening import open_kb
from tests.fakes import FakeClock

ARTICLE = (
    "INSERT INTO articles VALUES (:id, :id, :language, 'published', '', '[]', 1, 'ed@firstline.test', NULL, "
    ":original, :live, :live, 3, '2026-11-01T09:00:00.000000+00:00')"
)
REVISION = (
    "INSERT INTO revisions VALUES (:id, :live, 'Return it', 'Send it back.', '[\"how\"]', "
    "'ed@firstline.test', '2026-11-01T09:00:00.000000+00:00')"
)


def test_an_older_base_opens_with_all_it_had(settings: Settings, tmp_path: Path, clock: FakeClock) -> None:
    first = tmp_path / "migrations"
    newest = Path(kb.opening.__file__).with_name("migrations")
    shutil.copytree(newest, first, ignore=shutil.ignore_patterns("000[2-9]*", "__pycache__"))
    (settings.data / "kb.db").unlink()
    with open_database(settings.data / "kb.db", first) as older:
        for one in (
            {"id": "return", "language": "en", "original": None, "live": 4},
            {"id": "retur", "language": "nb", "original": "return", "live": 2},
        ):
            older.write(lambda connection, one=one: _add(connection, one))

    room = open_kb(settings, clock)
    original, translation = (room.editorial.article(ArticleId(id)) for id in ("return", "retur"))
    assert (original.status, original.live, original.version) == (Status.PUBLISHED, 4, 3)
    assert (original.publish_at, original.deleted_at, original.translated_revision) == (None, None, None)
    assert translation.translated_revision == 4
    assert room.editorial.revision(original.id, 4).questions == ("how",)
    room.close()


def _add(connection: sa.Connection, one: dict[str, object]) -> None:
    for statement in (ARTICLE, REVISION):
        connection.execute(sa.text(statement), one)
