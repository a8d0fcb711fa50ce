"""A moment, or a wait, as a customer reads it: in their language, in the zone of whoever helps them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from math import ceil
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias
from zoneinfo import ZoneInfo

Files: TypeAlias = Mapping[str, Path]
"""Language -> its moments.toml."""

SHIPPED: Files = MappingProxyType(
    {
        language: Path(__file__).parents[1] / "config" / "languages" / language / "moments.toml"
        for language in ("en", "nb")
    }
)
_HOURS_FROM = 120  # minutes, from where on a wait is told in hours


@dataclass(frozen=True, slots=True)
class MomentWords:
    """One language's words; config/languages/en/moments.toml says what each is for."""

    days: tuple[str, ...]
    months: tuple[str, ...]
    near: tuple[str, str]
    far: str
    wait: tuple[str, str, str]
    hours: str


def moment_in_words(at: datetime, now: datetime, zone: str, language: str, files: Files = SHIPPED) -> str:
    """Such as "tomorrow at 08:00"; English for a language that has no words. Both moments are aware."""
    words = _spoken(language, files)
    local, today = at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    time = f"{local:%H:%M}"
    for days, near in enumerate(words.near):
        if local.date() == today + timedelta(days=days):
            return near.format(time=time)
    day, month = words.days[local.weekday()], words.months[local.month - 1]
    return words.far.format(day=day, date=local.day, month=month, time=time)


def wait_in_words(wait: tuple[timedelta, timedelta], language: str, files: Files = SHIPPED) -> str:
    """A wait of so long at least and at most, such as "between 4 and 9 minutes"; rounded up."""
    words = _spoken(language, files)
    least, most = (max(1, ceil(each / timedelta(minutes=1))) for each in wait)
    if most >= _HOURS_FROM:
        return words.hours.format(least=least // 60, most=ceil(most / 60))
    one, same, between = words.wait
    said = one if most == 1 else same if least == most else between
    return said.format(least=least, most=most)


def _spoken(language: str, files: Files) -> MomentWords:
    return _read(files.get(language) or SHIPPED["en"])


@cache
def _read(path: Path) -> MomentWords:
    read = tomllib.loads(path.read_text(encoding="utf-8"))
    today, tomorrow = read["near"]
    one, same, between = read["wait"]
    return MomentWords(
        tuple(read["days"]),
        tuple(read["months"]),
        (today, tomorrow),
        str(read["far"]),
        (one, same, between),
        str(read["hours"]),
    )
