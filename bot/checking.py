"""Is this data folder fit to serve? Every problem with its place and its mend."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from bot.dialogue.errors import AssistantError
from bot.dialogue.loading import load_assistant
from bot.opening import assistant_folder, open_house
from config.errors import ConfigError
from config.settings import Settings, load_settings


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


def check(data: Path) -> tuple[Finding, ...]:
    """Settings first, then the assistant, then the rooms as they would open."""
    try:
        settings = load_settings(data)
    except ConfigError as error:
        return (Finding("settings", 0, "", str(error)),)
    found = _assistant(settings)
    return found or _house(settings)


def _assistant(settings: Settings) -> tuple[Finding, ...]:
    try:
        load_assistant(assistant_folder(settings))
    except AssistantError as error:
        return tuple(Finding(each.file, each.line, each.key, each.message) for each in error.problems)
    return ()


def _house(settings: Settings) -> tuple[Finding, ...]:
    house = open_house(settings)
    try:
        return tuple(Finding(str(settings.data), 0, "", reason) for reason in house.degraded())
    finally:
        house.close()
