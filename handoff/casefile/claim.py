"""A line of a summary and the messages it comes from. Nothing without a source can be built."""

from __future__ import annotations

from dataclasses import dataclass

from handoff.errors import SourceMissingError


def must_cite(messages: tuple[int, ...], line: str) -> None:
    """Raise SourceMissingError unless at least one message is cited, and only messages that can exist."""
    if not messages or min(messages) < 1:
        raise SourceMissingError(line)


@dataclass(frozen=True, slots=True)
class Claim:
    """Words of the conversation and the numbers of the messages that hold them.

    `text` is verbatim but for masked secrets; parts from several messages are joined by " · ", a cut is "…".
    """

    text: str
    messages: tuple[int, ...]

    def __post_init__(self) -> None:
        must_cite(self.messages, f"claim {self.text!r:.60}")
        if not self.text.strip():
            raise SourceMissingError("an empty claim")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sign read in the conversation (`capitals`, `outage` …) and the words that show it."""

    sign: str
    text: str
    messages: tuple[int, ...]

    def __post_init__(self) -> None:
        must_cite(self.messages, f"evidence {self.sign!r}")
