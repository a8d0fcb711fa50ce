"""The process that reads strangers' files: what it may do, and what happens when it can't."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from kb.importers import Note, Page, Shelf, Weight
from kb.importers.apart import read_apart
from kb.importers.reading import Begun, Picture, Stand, Told, read_here
from kb.importers.wire import from_line, to_line


@pytest.mark.parametrize(
    "told",
    [
        Begun("a.md", 1, 2),
        Page("a.md", "a", "Æ", "Body\n🙂", "a", labels=("x",), lines={"id": 2}, targets={"b.md": 7}),
        Note(Weight.PROBLEM, "a.md", 3, "broken"),
        Stand("section:1", Shelf("Orders", "shelf:2")),
        Picture("a.png", bytes(range(256))),
    ],
)
def test_what_is_told_comes_over_as_it_was(told: Told) -> None:
    line = to_line(told)
    assert line.endswith(b"\n") and line.count(b"\n") == 1
    assert from_line(line) == told


def test_reading_apart_finds_what_reading_here_finds(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\nreview_by: 2027-01-31\n---\n# A\n\n![p](p.png) [b](b.html)")
    (tmp_path / "b.html").write_text("<h1>B</h1><p>Text.</p>")
    (tmp_path / "p.png").write_bytes(b"\x89PNG")
    (tmp_path / "c.md").write_text("---\nid: [\n---\n")
    steps: list[tuple[int, int]] = []
    apart = read_apart(tmp_path, progress=lambda done, of: steps.append((done, of)))
    assert apart == read_here(tmp_path)
    assert apart.pictures == {"p.png": b"\x89PNG"} and apart.files == 3
    assert steps == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_a_file_that_takes_too_long_is_a_problem_of_that_file(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<p>x</p>" * 400_000)
    (note,) = read_apart(tmp_path, within=1.5).notes
    assert (note.weight, note.path) == (Weight.PROBLEM, "a.html")
    assert "took longer than 1.5 seconds" in note.message


def test_a_file_that_takes_too_much_memory_is_a_problem_of_that_file(tmp_path: Path) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("word/document.xml", "<w:document>" + "<a/>" * (4 * 2**20) + "</w:document>")
    (tmp_path / "a.docx").write_bytes(made.getvalue())
    batch = read_apart(tmp_path, within=120)
    assert [(note.weight, note.path) for note in batch.notes] == [(Weight.PROBLEM, "a.docx")]
    assert not batch.pages
