"""Which files of a Rasa project are what: the domain, training data, test conversations, wiring."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bot.dialogue.documents import Node, nearest, read_document
from bot.dialogue.errors import AssistantError, Problem

SUFFIXES = (".yml", ".yaml")
WIRING = ("config", "endpoints", "credentials")
DOMAIN_KEYS = frozenset(
    (
        "intents",
        "entities",
        "slots",
        "forms",
        "responses",
        "actions",
        "e2e_actions",
        "session_config",
        "config",
    )
)
DATA_KEYS = frozenset(("nlu", "rules", "stories", "version")) | DOMAIN_KEYS
# Keys that other programs' files have, too: alone they make no Rasa file.
COMMON_KEYS = frozenset(("version", "config", "actions"))
# Where programs put files of their own, or Rasa its results.
FOREIGN_FOLDERS = frozenset(
    ("models", "results", "node_modules", "site-packages", "venv", "env", "__pycache__")
)
NEWEST_FORMAT = (3, 1)

_LOOKS_LIKE_DATA = re.compile(
    rb"^(nlu|rules|stories|intents|entities|slots|forms|responses)[ \t]*:", re.MULTILINE
)
# How intents and stories began in the Markdown of Rasa 1.
_MARKDOWN = re.compile(r"^##\s*(intent|synonym|regex|lookup)\s*:|^\*\s*\w+.*\n\s*-\s", re.MULTILINE)
_OLD = {".md": _MARKDOWN, ".json": re.compile(r'"rasa_nlu_data"\s*:')}


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was read; `path` is where it lies."""

    path: Path
    root: Node


def wiring(folder: Path, name: str) -> Document | None:
    """config.yml, endpoints.yml or credentials.yml of a project; None where it is missing or empty."""
    for suffix in SUFFIXES:
        path = folder / f"{name}{suffix}"
        if path.is_file():
            root = read_document(path, _shown(folder, path), secret=name != "config")
            return None if root is None else Document(path, root)
    return None


def data_documents(folder: Path) -> tuple[list[Document], list[Problem]]:
    """The domain and training files ordered by path, and what was passed over.

    Rasa's own places are `domain.yml` (else `domain/`) and `data/`. In a project without `data/`, every file
    below it counts by its keys. What other programs keep there is passed over; a file of Rasa's that can't
    be read is an error.
    """
    found: list[Document] = []
    passed: list[Problem] = []
    for path in sorted(_candidates(folder)):
        try:
            root = read_document(path, _shown(folder, path))
        except AssistantError as error:
            if _at_home(folder, path) or _LOOKS_LIKE_DATA.search(path.read_bytes()):
                raise
            passed += [replace(each, message=f"passed over: {each.message}") for each in error.problems]
            continue
        if root is None:
            continue
        if not root.is_map() or not (root.fields().keys() & DATA_KEYS) - COMMON_KEYS:
            if path.is_relative_to(folder / "data"):
                keys = ", ".join(sorted(DATA_KEYS - COMMON_KEYS))
                passed.append(root.problem(f"passed over, for it has none of Rasa's keys ({keys})"))
            if not _at_home(folder, path):
                continue
        if _readable(root):
            for name, node in root.fields().items():
                if name not in DATA_KEYS:
                    node.warn(f"unknown key {name!r} is not read; {nearest(name, DATA_KEYS)}")
            found.append(Document(path, root))
        else:
            passed += root.source.warnings
    return found, passed


def conversation_tests(folder: Path) -> Iterator[Document]:
    """The files of test conversations: `test_*.yml` with `stories`, wherever they lie below the folder."""
    for path in sorted(_yaml_files(folder)):
        if path.name.startswith("test_"):
            root = read_document(path, _shown(folder, path))
            if root is not None and root.is_map() and "stories" in root.fields():
                yield Document(path, root)


def old_data(folder: Path) -> tuple[Path, ...]:
    """Training data in the Markdown of Rasa 1 or in Rasa's JSON, which is not read."""
    return tuple(
        path
        for path in sorted((folder / "data").rglob("*"))
        if path.suffix in _OLD
        and path.is_file()
        and _OLD[path.suffix].search(path.read_text(encoding="utf-8", errors="replace"))
    )


def _candidates(folder: Path) -> Iterator[Path]:
    single = any((folder / f"domain{suffix}").is_file() for suffix in SUFFIXES)
    split = (folder / "domain").is_dir()
    data = (folder / "data").is_dir()
    for path in _yaml_files(folder):
        inside = path.relative_to(folder)
        top, at_root = inside.parts[0], len(inside.parts) == 1
        if path.name.startswith("test_") or (at_root and path.stem in WIRING):
            continue
        if at_root and path.stem == "domain":
            yield path
        elif top == "domain" and not at_root:
            if not single:
                yield path
        elif top == "data" or (not data and top != "tests") or (at_root and not single and not split):
            yield path


def _yaml_files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        if path.suffix not in SUFFIXES or not path.is_file():
            continue
        if not any(part.startswith(".") or part in FOREIGN_FOLDERS for part in parts):
            yield path


def _at_home(folder: Path, path: Path) -> bool:
    """Whether a file lies where only Rasa's files do."""
    inside = path.relative_to(folder)
    return inside.parts[0] in ("data", "domain") or inside.stem == "domain"


def _readable(root: Node) -> bool:
    """Whether the file's format is one we know; a newer one is skipped, as Rasa does."""
    version = root.fields().get("version")
    if version is None or version.is_nothing():
        return True
    written = str(version.json()).strip("\"'")
    match = re.match(r"(\d{1,9})\.(\d{1,9})", written)
    if match is None:
        version.warn(f'{written!r} is no version; read as version: "3.1"')
        return True
    given = (int(match[1]), int(match[2]))
    if given > NEWEST_FORMAT:
        version.warn(f"the file is skipped: formats up to 3.1 are read, not {written}")
    elif given < NEWEST_FORMAT:
        version.warn(f'written for {written} and read as 3.1; write version: "3.1"')
    return given <= NEWEST_FORMAT


def _shown(folder: Path, path: Path) -> str:
    return str(path.relative_to(folder.parent))
