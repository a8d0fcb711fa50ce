"""Operators' regular expressions, run so that no message can make one of them hang.

RE2 takes time linear in the text. What it has no means for (look-around, back-references, word boundaries
between other letters than A to Z) is run by `regex`, which is stopped after a while.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

import re2
import regex

_log = logging.getLogger(__name__)

SECONDS = 0.01  # for one pattern over one message, where time is not linear by itself
# Python's classes know every alphabet; RE2's are ASCII unless told otherwise.
UNICODE = {"d": r"\p{Nd}", "w": r"\p{L}\p{N}_", "s": r"\s\x0b\x1c-\x1f\x85\p{Z}"}
OUTSIDE = {letter.upper(): f"[^{members}]" for letter, members in UNICODE.items()} | {
    letter: f"[{members}]" for letter, members in UNICODE.items()
}
# An escape, or where a class begins or ends.
PART = re.compile(r"\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)|[\[\]]", re.DOTALL)


class PatternError(ValueError):
    """The pattern is no regular expression; the message says what is wrong with it."""


class Pattern:
    """One regular expression in Python's syntax. Safe from any thread."""

    def __init__(self, written: str, *, case_sensitive: bool = False) -> None:
        """Raises PatternError."""
        self.written = written
        try:
            self._timed = regex.compile(written, 0 if case_sensitive else regex.IGNORECASE)
        except regex.error as wrong:
            raise PatternError(f"{written!r} is no regular expression: {wrong}") from None
        self._linear, self.why_not = _linear(written, case_sensitive)
        # RE2 tells words apart by A to Z alone, so texts with other letters are not for it.
        self._ascii_only = "\\b" in written or "\\B" in written

    @property
    def linear(self) -> bool:
        """Whether its time is linear in the text, whatever the text; else `why_not` says why."""
        return self._linear is not None

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where it matches, in order, empty matches left out. Ends early where it takes too long."""
        if self._linear is not None and (text.isascii() or not self._ascii_only):
            found: Iterator[tuple[int, int]] = (match.span() for match in self._linear.finditer(text))
        else:
            found = self._until_stopped(text)
        return (span for span in found if span[0] < span[1])

    def _until_stopped(self, text: str) -> Iterator[tuple[int, int]]:
        try:
            # Kept on the processor: a pattern that takes microseconds would else wait its turn to go on.
            for match in self._timed.finditer(text, timeout=SECONDS, concurrent=False):
                yield match.span()
        except TimeoutError:
            _log.warning(
                "the pattern %s was stopped after %d ms on a message of %d characters; write it without "
                "nested repetition",
                self.written,
                SECONDS * 1000,
                len(text),
            )


def _linear(written: str, case_sensitive: bool) -> tuple[re2._Regexp | None, str]:
    """The pattern as RE2 takes it; None with the reason where it can't."""
    options = re2.Options()
    options.case_sensitive = case_sensitive
    options.log_errors = False
    try:
        return re2.compile(_translated(written), options), ""
    except re2.error as wrong:
        said = wrong.args[0]
        return None, said.decode(errors="replace") if isinstance(said, bytes) else str(said)


def _translated(written: str) -> str:
    """Python's syntax in RE2's: classes that know every alphabet, and the other names of a text's end."""
    inside = False

    def part(match: re.Match[str]) -> str:
        nonlocal inside
        token = match[0]
        if token in ("[", "]"):
            opening = token == "[" and not inside
            closing = token == "]" and inside and not _first_of_class(written, match.start())
            inside = opening or (inside and not closing)
            return "\\[" if token == "[" and not opening else token
        kind = token[1]
        if kind in UNICODE:
            return UNICODE[kind] if inside else OUTSIDE[kind]
        if kind in OUTSIDE:
            if inside:
                raise re2.error(f"{token} inside a class")
            return OUTSIDE[kind]
        if kind == "Z":
            return r"\z"
        return f"\\x{{{token[2:]}}}" if kind in "uU" and len(token) > 2 else token

    return PART.sub(part, written)


def _first_of_class(written: str, at: int) -> bool:
    """Whether a `]` stands first in its class, where it means itself."""
    return written[:at].endswith(("[", "[^"))
