"""Words are found in whatever byte of a house they are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from config import remains as module
from config.remains import remains

WORD = "Blåbær “saft”"


def test_every_spelling_is_found_and_where(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "a.db").write_bytes(b"\0\1" + "blåbær “SAFT”".encode() + b"\2")
    (tmp_path / "models" / "b.json").write_text(json.dumps([WORD]), encoding="ascii")
    (tmp_path / "c.txt").write_text("nothing here", encoding="utf-8")
    found = remains(tmp_path, [WORD, "nowhere"])
    assert found.found == {"a.db": 1, "models/b.json": 1}
    assert (found.files, found.bytes) == (
        3,
        sum(p.stat().st_size for p in tmp_path.rglob("*") if p.is_file()),
    )


def test_a_word_across_two_blocks_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_AT_ONCE", 4)
    (tmp_path / "a").write_bytes(b"xxzwitscherlingxx")
    assert remains(tmp_path, ["Zwitscherling"]).found == {"a": 1}


def test_a_folder_that_is_linked_to_is_read(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a").write_bytes(b"zwitscherling")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "models").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    assert remains(tmp_path / "data", ["zwitscherling"]).found == {"models/a": 1}


def test_tables_tell_bytes_in_hexadecimal(tmp_path: Path) -> None:
    rows = [b"1\t\\\\x" + b"zwitscherling".hex().encode(), b"\n2\tMaya zwitscherling\n"]
    assert remains(tmp_path, ["zwitscherling"], {"bot": rows}).found == {"bot": 1}
    assert remains(tmp_path, ["zwitscherling"], {"bot": rows[:1]}).found == {"bot": 1}


def test_without_words_everything_is_read_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert remains(tmp_path, []) == module.Remains(1, 3, {})
