"""Small Rasa projects for tests: files given as keyword arguments, written and loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.dialogue import Assistant, AssistantError, load_assistant


def project(folder: Path, **files: str) -> Path:
    """A project called `own` of these files; `data__nlu` stands for data/nlu.yml."""
    own = folder / "own"
    for name, text in files.items():
        path = own / f"{name.replace('__', '/')}.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return own


def loaded(folder: Path, **files: str) -> Assistant:
    return load_assistant(project(folder, **files))


def warned(folder: Path, **files: str) -> list[str]:
    """What loading these files warns of."""
    return [str(each) for each in loaded(folder, **files).warnings]


def complaint(folder: Path, **files: str) -> str:
    """What loading these files complains of."""
    with pytest.raises(AssistantError) as caught:
        loaded(folder, **files)
    return str(caught.value)
