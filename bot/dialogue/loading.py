"""A folder of Rasa files into one Assistant; what doesn't fit together is reported all at once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from bot.dialogue.assistant import Assistant, Rule, Story
from bot.dialogue.checking import misfits, oddities
from bot.dialogue.documents import JsonValue, Node, nearest, read_document
from bot.dialogue.domain import DOMAIN_KEYS, DomainParts
from bot.dialogue.errors import AssistantError, Problem
from bot.dialogue.nlu import NluParts
from bot.dialogue.stories import read_rules, read_stories

SUFFIXES = (".yml", ".yaml")
# Rasa's wiring, read by others; test conversations are never training data.
OTHER_FILES = ("config", "endpoints", "credentials")
DATA_KEYS = frozenset(("nlu", "rules", "stories", "version")) | DOMAIN_KEYS
NEWEST_FORMAT = (3, 1)
# Intents that stand for a sensitive topic when config.yml says nothing else under `firstline: sensitive:`.
SENSITIVE_INTENTS: Mapping[str, tuple[str, ...]] = {"fraud": ("report_fraud",)}


def load_assistant(folder: Path, *, examples: bool = True) -> Assistant:
    """All Rasa files under `folder`, merged and checked against each other.

    Every `.yml` below the folder counts by its keys, wherever it lies: domain, NLU, rules, stories, or
    several at once. An NLU file is in the language its path names (`nlu/nb.yml`, `nlu.nb.yml`), else in that
    of config.yml.
    `examples=False` leaves the training sentences out (a trained model carries what serving needs of them).
    Raises AssistantError listing file, line, key and mend.
    """
    if not folder.is_dir():
        problem = Problem(str(folder), 1, "", "no such folder; set `[bot] assistant` to one with Rasa files")
        raise AssistantError([problem])
    settings = _settings(folder)
    language = _text(settings, "language", "en")
    domain, nlu = DomainParts(), NluParts()
    rules: list[Rule] = []
    stories: list[Story] = []
    digest = hashlib.sha256()
    for path, document in _documents(folder):
        fields = document.fields()
        domain.add(document)
        if "nlu" in fields:
            digest.update(path.read_bytes())
            nlu.add(fields["nlu"], _language_of(path.relative_to(folder), language))
        if "rules" in fields:
            rules += read_rules(fields["rules"])
        if "stories" in fields:
            stories += read_stories(fields["stories"])
    if not domain.intents:
        problem = Problem(str(folder), 1, "intents", "no intents anywhere; add a domain.yml that lists them")
        raise AssistantError([problem])
    for name in nlu.retrieval_intents():
        domain.make_retrieval(name)
    assistant = Assistant(
        folder=folder,
        language=language,
        domain=domain.domain(),
        nlu=nlu.nlu(),
        rules=tuple(rules),
        stories=tuple(stories),
        sensitive=_sensitive(settings),
        settings=settings,
        fingerprint=digest.hexdigest(),
    )
    problems = misfits(assistant)
    if problems:
        raise AssistantError(problems)
    kept = assistant.nlu if examples else replace(assistant.nlu, examples=())
    return replace(assistant, nlu=kept, warnings=oddities(assistant))


def _documents(folder: Path) -> Iterator[tuple[Path, Node]]:
    """The data files ordered by path, so that merging and fingerprint never depend on the disk."""
    for path in sorted(_files(folder)):
        shown = str(path.relative_to(folder.parent))
        document = read_document(path, shown)
        if document is None:
            continue
        fields = document.fields()
        unknown = fields.keys() - DATA_KEYS
        if unknown:
            name = min(unknown, key=lambda each: fields[each].line)
            raise fields[name].wrong(f"unknown key {name!r}; {nearest(name, DATA_KEYS)}")
        if "version" not in fields or _readable(fields["version"]):
            yield path, document


def _files(folder: Path) -> Iterable[Path]:
    for path in folder.rglob("*"):
        inside = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in inside.parts)
        if path.suffix in SUFFIXES and path.is_file() and not hidden:
            wiring = len(inside.parts) == 1 and path.stem in OTHER_FILES
            if not wiring and not path.name.startswith("test_"):
                yield path


def _readable(version: Node) -> bool:
    """Whether the file's format is one we know; a newer one is skipped, as Rasa does."""
    written = version.text()
    match = re.fullmatch(r"(\d+)\.(\d+)", written)
    if match is None:
        raise version.wrong(f'{written!r} is no version; write version: "3.1"')
    return (int(match[1]), int(match[2])) <= NEWEST_FORMAT


def _language_of(path: Path, default: str) -> str:
    """The two-letter word of a path such as `nlu/nb.yml`, `nb/nlu.yml` or `nlu.nb.yml`, else the default."""
    words = re.split(r"[./_-]", str(path.with_suffix("")))
    return next((word for word in reversed(words) if re.fullmatch(r"[a-z]{2}", word)), default)


def _settings(folder: Path) -> Mapping[str, JsonValue]:
    path = folder / "config.yml"
    if not path.is_file():
        return {}
    document = read_document(path, str(path.relative_to(folder.parent)))
    return {} if document is None else {name: node.json() for name, node in document.fields().items()}


def _text(settings: Mapping[str, JsonValue], key: str, default: str) -> str:
    value = settings.get(key)
    return value if isinstance(value, str) else default


def _sensitive(settings: Mapping[str, JsonValue]) -> Mapping[str, tuple[str, ...]]:
    ours = settings.get("firstline")
    topics = ours.get("sensitive") if isinstance(ours, dict) else None
    if not isinstance(topics, dict):
        return SENSITIVE_INTENTS
    return {
        topic: tuple(str(intent) for intent in intents)
        for topic, intents in topics.items()
        if isinstance(intents, list)
    }
