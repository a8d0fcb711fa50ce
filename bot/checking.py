"""Is this data folder fit to serve? Every problem with its place and its mend."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from bot.dialogue.assistant import Assistant
from bot.dialogue.checking import misfits
from bot.dialogue.errors import AssistantError, Problem
from bot.dialogue.opening import read_assistant
from bot.errors import BotError
from bot.lacking import lacking
from bot.opening import open_house
from config.database import DatabaseState
from config.errors import ConfigError
from config.handover import read_handover
from config.language_files import EXAMPLES, MOMENTS, MOOD, NOTICE, PAGES, WORDS, files_of
from config.settings import Settings, SettingsError, load_settings
from config.teams import load_teams
from config.texts import Texts
from handoff.errors import HandoffError
from handoff.floor.arrangements.opening import rules_of
from kb.errors import KbError

_WEB = Path(__file__).parent / "web"
_TABLE = re.compile(r"\s*\[+\s*([^]]+?)\s*]")
_KEY = re.compile(r"\s*([^=#\s]+)\s*=")


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem; `line` counts from 1 and is 0 where the file is not a text."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return ": ".join(part for part in (place, self.key, self.message) if part)

    def to_json(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Checked:
    """problems: what must be mended; oddities: what the assistant runs with, but may not mean; databases: the
    rooms', where they could be opened."""

    problems: tuple[Finding, ...]
    oddities: tuple[Finding, ...] = ()
    databases: tuple[DatabaseState, ...] = ()


def check(data: Path) -> Checked:
    """Settings first, then teams, the assistant, and the rooms as they would open."""
    if not data.is_dir():
        return Checked((Finding(str(data), 0, "", "no such folder; `firstline train` makes it ready"),))
    try:
        settings = load_settings(data)
        rules_of(load_teams(data / "teams.toml"))
        read_handover(settings)
    except SettingsError as error:
        return Checked((_misset(data, error),))
    found = _assistant(settings)
    if found.problems:
        return found
    problems, databases = _house(settings)
    return replace(found, problems=problems, databases=databases)


def _misset(data: Path, error: SettingsError) -> Finding:
    """A wrong setting with its line, which a TOML reader does not tell: it is looked for."""
    named = Path(error.source)
    path = named if named.is_file() else data / named.name
    if not path.is_file():
        return Finding(error.source, 0, error.key, error.rule)
    text = path.read_text(encoding="utf-8", errors="replace")
    said = error.where.partition(" = ")[2]
    return Finding(
        str(path), line_of(text, error), error.key, f"{said}: {error.rule}" if said else error.rule
    )


def line_of(text: str, error: SettingsError) -> int:
    """The line, from 1, of the setting that the error is about; of its table where the key is not there."""
    told = re.search(r"at line (\d+)", error.rule)
    if told:
        return int(told[1])
    table, found = "", 1
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _TABLE.match(line):
            table = header[1]
            if error.key == table or error.key.startswith(f"{table}."):
                found = number
        elif (key := _KEY.match(line)) and error.key == f"{table}.{key[1]}".lstrip("."):
            return number
    return found


def _assistant(settings: Settings) -> Checked:
    try:
        assistant = read_assistant(settings)
    except AssistantError as error:
        return Checked(tuple(map(_finding, error.problems)))
    problems = misfits(assistant)
    others = [each for each in assistant.warnings if each not in problems]
    oddities = (*map(_finding, others), *_languages(settings, assistant))
    return Checked(tuple(map(_finding, problems)), oddities)


def _languages(settings: Settings, assistant: Assistant) -> Iterator[Finding]:
    """What languages lack that are switched on: of the further ones, and of the assistant that ships."""
    files, handover = files_of(settings.data), read_handover(settings)
    texts = Texts.load(_WEB / "locale", further=files.paths(PAGES, settings.bot.languages))
    if not settings.bot.assistant:
        for language in sorted(set(settings.bot.languages) - set(assistant.languages)):
            message = f"{language!r} is not spoken, for {files.own}/{language}/{EXAMPLES} is not there"
            yield Finding(str(settings.data / "firstline.toml"), 0, "bot.languages", message)
    for language in dict.fromkeys(each.language for each in assistant.translations):
        named = (*handover.sensitive, *handover.policy)
        for file, message in lacking(
            assistant,
            language,
            files={name: files.path(language, name) is not None for name in (WORDS, MOOD, MOMENTS, NOTICE)},
            pages=texts.missing(language, texts.known),
            matters=frozenset(each.name for each in named if each.words and language not in each.words),
        ):
            yield Finding(f"languages/{language}/{file}", 0, "", message)


def _finding(problem: Problem) -> Finding:
    return Finding(problem.file, problem.line, problem.key, problem.message)


def _house(settings: Settings) -> tuple[tuple[Finding, ...], tuple[DatabaseState, ...]]:
    """What is wrong with the rooms as they open, and their databases; neither shows a password."""
    try:
        house = open_house(settings)
    except (BotError, ConfigError, HandoffError, KbError) as error:
        return (Finding(str(settings.data), 0, "", str(error)),), ()
    try:
        rooms = (house.identity.database, house.database, house.kb.database, house.handoff.database)
        wrong = tuple(Finding(str(settings.data), 0, "", reason) for reason in house.degraded())
        return wrong, tuple(room.state() for room in rooms)
    finally:
        house.close()
