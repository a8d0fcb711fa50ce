"""The rule of the rooms, read from the imports of every file."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "actions", "kb", "handoff", "config")
MAY_IMPORT = {
    "bot": {"bot", "actions", "kb", "handoff"},
    "actions": {"actions", "kb", "handoff"},
    "kb": {"kb"},
    "handoff": {"handoff"},
    "config": {"config"},
}
# Who reads configuration: the doors. Open handles (database, clock, failpoints) are handed further in.
DOORS = {
    "app.py",
    "cli.py",
    "opening.py",
    "house.py",
    "__main__.py",
    "services.py",
    "serving.py",
    "preparing.py",
    "encoder.py",
    "checking.py",
}
HANDLES = {
    "config.database",
    "config.clock",
    "config.failpoints",
    "config.oauth",
    "config.outbound",
    "config.mail",
    "config.mail_html",
    "config.mail_quotes",
    "config.mailbox",
    "config.reading_mail",
    "config.posting",
    "config.errors",
    "config.plug_settings",
}
WORDS_THAT_SAY_NOTHING = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "core",
    "misc",
    "manager",
    "managers",
}


def files() -> list[Path]:
    return [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def imports(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: write the whole name of what is imported"
            yield node.lineno, node.module or ""


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_the_rooms_it_may(room: str) -> None:
    strangers = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in (ROOT / room).rglob("*.py")
        for line, name in imports(path)
        if name.split(".")[0] in ROOMS and name.split(".")[0] not in MAY_IMPORT[room] | {"config"}
    ]
    assert strangers == []


def test_only_doors_read_configuration() -> None:
    readers = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in files()
        if path.parts[len(ROOT.parts)] != "config" and path.name not in DOORS
        for line, name in imports(path)
        if name.split(".")[0] == "config" and name not in HANDLES
    ]
    assert readers == []


def test_sql_is_spoken_only_in_stores_and_migrations() -> None:
    speakers = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in files()
        if not (path.name == "store.py" or "store" in path.parts or "migrations" in path.parts)
        and path.parts[len(ROOT.parts)] != "config"
        for line, name in imports(path)
        if name.split(".")[0] in ("sqlalchemy", "sqlite3", "pysqlite3", "alembic")
    ]
    assert speakers == []


def test_files_can_be_read_in_a_sitting() -> None:
    sources = [*files(), *(ROOT / "tests").rglob("*.py"), *ROOT.glob("*/web/static/*.js")]
    long = {
        str(path.relative_to(ROOT)): count
        for path in sources
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}


def test_names_say_what_is_inside() -> None:
    empty = [
        str(path.relative_to(ROOT))
        for path in files()
        if {path.stem, *path.relative_to(ROOT).parts[:-1]} & WORDS_THAT_SAY_NOTHING
    ]
    assert empty == []


def test_no_promise_is_left_in_the_code() -> None:
    marks = (
        "TO" + "DO",
        "FIX" + "ME",
        "XX" + "X",
        "HA" + "CK",
        "NotImplemented" + "Error",
        "except Exception:\n        pass",
    )
    left = [
        f"{path.relative_to(ROOT)}: {mark}"
        for path in files()
        for mark in marks
        if mark in path.read_text(encoding="utf-8")
    ]
    assert left == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in files()
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_packages_resolve_inside_the_repository() -> None:
    import importlib

    for room in ROOMS:
        found = importlib.import_module(room).__file__
        assert found is not None and Path(found).is_relative_to(ROOT), f"{room} is imported from {found}"


def test_pickles_are_nowhere() -> None:
    unsafe = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in files()
        for line, name in imports(path)
        if name.split(".")[0] in ("pickle", "joblib", "marshal", "shelve", "dill")
    ]
    assert unsafe == []


def test_a_server_does_without_the_workshop() -> None:
    heavy = ("sklearn", "scipy", "torch", "sentence_transformers", "matplotlib", "lxml", "pdfminer")
    script = (
        "import sys, bot.app, bot.opening, bot.cli\n"
        f"print(*(name for name in {heavy!r} if name in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert done.stdout.split() == []
