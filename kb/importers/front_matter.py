"""The `key: value` lines between two `---` on top of a Markdown file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent

from kb.importers import ProblemError

_DEEPEST = 10  # lists and maps in each other
_LONGEST = 100_000  # characters
_BLOCK = re.compile(r"\A---[ \t]*\n(?P<yaml>.*?)^---[ \t]*$\n?", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What it says, each value as its type; a wrong type raises ProblemError with the key's line."""

    values: Mapping[str, object]
    lines: Mapping[str, int] = field(default_factory=dict)
    length: int = 0  # lines that it takes, the two `---` too

    def line(self, key: str) -> int:
        """Where the key stands; the body's first line if it doesn't."""
        return self.lines.get(key, self.length + 1)

    def text(self, key: str) -> str | None:
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, str | int | float) or isinstance(value, bool):
            raise ProblemError(self.line(key), f"{key}: must be text")
        return str(value).strip()

    def texts(self, key: str) -> tuple[str, ...] | None:
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, str):
            return (value,)
        if not isinstance(value, list) or not all(isinstance(each, str | int | float) for each in value):
            raise ProblemError(self.line(key), f"{key}: must be a list of texts")
        return tuple(str(each).strip() for each in value)

    def truth(self, key: str) -> bool | None:
        value = self.values.get(key)
        if value is not None and not isinstance(value, bool):
            raise ProblemError(self.line(key), f"{key}: must be true or false")
        return value

    def day(self, key: str) -> date | None:
        value = self.values.get(key)
        if isinstance(value, datetime):
            return value.date()
        if value is None or isinstance(value, date):
            return value
        raise ProblemError(self.line(key), f"{key}: must be a date such as 2027-01-31")


def read_front_matter(text: str) -> tuple[FrontMatter, str]:
    """A file's front matter, empty if it has none, and its body. Raises ProblemError."""
    match = _BLOCK.match(text)
    if match is None:
        return FrontMatter({}), text
    yaml = match["yaml"]
    if len(yaml) > _LONGEST:
        raise ProblemError(1, f"front matter: longer than {_LONGEST:,} characters")
    lines = {
        line.partition(":")[0]: number
        for number, line in reversed(list(enumerate(yaml.split("\n"), 2)))
        if line[:1].strip() and ":" in line
    }
    return FrontMatter(_loaded(yaml), lines, match.group().count("\n")), text[match.end() :]


def _loaded(yaml: str) -> Mapping[str, object]:
    try:
        _check(yaml)
        loaded = YAML(typ="safe", pure=True).load(yaml)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        raise ProblemError(line, f"front matter: {error.problem}") from None
    except (YAMLError, RecursionError, ValueError) as error:
        raise ProblemError(1, f"front matter: {error}") from None
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        raise ProblemError(2, "front matter: must be `key: value` lines")
    return {str(key): value for key, value in loaded.items()}


def _check(yaml: str) -> None:
    """Refuse what makes a small file endless and is never needed here: aliases, and deep nesting."""
    depth = 0
    for event in YAML(typ="safe", pure=True).parse(yaml):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if isinstance(event, AliasEvent):
            raise ProblemError(
                event.start_mark.line + 2, "YAML aliases are not accepted; write the value out"
            )
        if depth > _DEEPEST:
            raise ProblemError(event.start_mark.line + 2, f"nested more than {_DEEPEST} deep")
