"""What archives and folders may do to an import: nothing."""

from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
from contextlib import ExitStack
from pathlib import Path

import pytest

from kb.importers import LARGEST_FILE, ProblemError
from kb.importers.gathering import MOST_FILES, gather


def read(path: Path) -> dict[str, bytes]:
    with ExitStack() as opened:
        return {found.path: found.load() for found in gather(path, opened) if not found.why_not}


def archive(path: Path, **files: str | bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return path


def refused(path: Path) -> str:
    with pytest.raises(ProblemError) as problem:
        read(path)
    return problem.value.message


def test_an_archive_is_read_without_being_unpacked(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", **{"b/c.md": "C.", "a.md": "A.", ".git/x.md": "", "__MACOSX/a.md": ""})
    assert read(path) == {"a.md": b"A.", "b/c.md": b"C."}
    assert os.listdir(tmp_path) == ["a.zip"]


def test_an_archive_in_a_folder_is_a_folder(tmp_path: Path) -> None:
    archive(tmp_path / "old.zip", **{"a.md": "A."})
    (tmp_path / "b.md").write_text("B.")
    assert read(tmp_path) == {"b.md": b"B.", "old/a.md": b"A."}


@pytest.mark.parametrize("name", ["../a.md", "/etc/a.md", "a/../../b.md", "..\\a.md", "C:/a.md"])
def test_a_name_that_leads_out_of_the_archive_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as packed:
        member = zipfile.ZipInfo("x")
        member.filename = name
        packed.writestr(member, "A.")
    assert "leads out of the archive" in refused(path)


def test_a_link_in_an_archive_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("a.md")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr(link, "/etc/passwd")
    assert "symbolic link" in refused(tmp_path / "a.zip")


def test_a_link_in_a_folder_is_left_out_and_said(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").symlink_to(tmp_path / "secret")
    with ExitStack() as opened:
        (found,) = gather(tmp_path / "docs", opened)
    assert found.why_not is not None and "symbolic link" in found.why_not


def test_a_bomb_is_stopped_by_what_comes_out_of_it(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", **{"a.md": b"0" * (8 * 2**20)})
    assert path.stat().st_size < 20_000
    assert "unpacks to more than" in refused(path)


def test_a_bomb_of_many_files_is_stopped_too(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", **{f"{number}.md": b"0" * 2**19 for number in range(40)})
    assert "unpacks to more than" in refused(path)


def test_what_an_archive_says_of_its_sizes_is_not_believed(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", **{"a.md": b"0" * (8 * 2**20)})
    told = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = told.index(mark) + place
        told[at : at + 4] = struct.pack("<I", 10)
    path.write_bytes(told)
    assert read_or_refuse(path) in ("refused", "short")


def read_or_refuse(path: Path) -> str:
    try:
        (data,) = read(path).values()
    except ProblemError:
        return "refused"
    return "short" if len(data) <= 10 else "bomb"


def test_an_archive_in_an_archive_stays_closed(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as packed:
        packed.writestr("a.md", "A.")
    path = archive(tmp_path / "a.zip", **{"b.md": "B.", "c.zip": inner.getvalue()})
    assert read(path) == {"b.md": b"B.", "c.zip": inner.getvalue()}


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", **{f"{number}.md": "" for number in range(MOST_FILES + 1)})
    assert "more than 5,000 files" in refused(path)


def test_an_encrypted_archive_says_so(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", **{"a.md": "A."})
    told = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        told[told.index(mark) + place] |= 1
    path.write_bytes(told)
    assert "encrypted" in refused(path)


def test_half_an_archive_and_a_damaged_one_are_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", **{"a.md": os.urandom(2000)})
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert "not a whole ZIP archive" in refused(path)
    path.write_bytes(whole[:100] + b"\0" * 50 + whole[150:])
    assert "damaged in the archive" in refused(path)


def test_the_same_name_twice_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed, pytest.warns(UserWarning, match="Duplicate"):
        packed.writestr("a.md", "A.")
        packed.writestr("a.md", "B.")
    assert "in it twice" in refused(tmp_path / "a.zip")


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "a.md").open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    assert refused(tmp_path) == "larger than 20 MiB"


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.md")
    assert refused(tmp_path) == "not a file"
