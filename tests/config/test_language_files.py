"""A language is a folder: what ships, what an operator adds, and whose file counts."""

from __future__ import annotations

from pathlib import Path

from config.language_files import EVERY, MOMENTS, SHIPPED, LanguageFiles, files_of


def test_danish_has_every_file_and_no_other() -> None:
    assert {path.name for path in (SHIPPED / "da").iterdir()} == set(EVERY)


def test_an_operators_file_takes_the_place_of_the_one_that_ships_and_leaves_the_others(
    tmp_path: Path,
) -> None:
    own = tmp_path / "languages" / "da" / MOMENTS
    own.parent.mkdir(parents=True)
    own.touch()
    files = files_of(tmp_path)
    assert files.path("da", MOMENTS) == own
    assert files.path("da", "mood.toml") == SHIPPED / "da" / "mood.toml"


def test_a_language_without_a_file_is_left_out(tmp_path: Path) -> None:
    assert list(files_of(tmp_path).paths(MOMENTS, ("en", "tlh", "da"))) == ["en", "da"]
    assert LanguageFiles(shipped=None).path("da", MOMENTS) is None
