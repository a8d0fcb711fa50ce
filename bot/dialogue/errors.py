"""What is wrong with an assistant's files: each problem names its file, line and key, and the mend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import BotError


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend. `line` counts from 1; `key` is the path in the file, such as `slots.email.type`."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key + ': ' if self.key else ''}{self.message}"


class AssistantError(BotError):
    """The assistant can't be loaded; `problems` lists all that was found, never none."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        more = f" (and {len(problems) - 1} more; `firstline check` lists them)" if len(problems) > 1 else ""
        super().__init__(f"{problems[0]}{more}")
        self.problems = tuple(problems)
