"""What a customer is told of a file of theirs that was not taken. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.errors import FilesFullError
from handoff.aids.errors import FileTooLargeError
from handoff.bridges.errors import PeerError

Phrase = Callable[[str, str, dict[str, str]], str]
"""A response's words in a language, with its blanks filled."""

TOO_LARGE, FULL = "utter_file_too_large", "utter_files_full"
LOST, REFUSED = "utter_file_lost", "utter_file_refused"


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is not kept: its name, and the response that says why, with its blanks."""

    name: str
    response: str
    blanks: Mapping[str, str] = field(default_factory=dict)

    @property
    def line(self) -> str:
        """What stands for it among the customer's words, for agents."""
        return f"[{self.name}]"


def refused(name: str, error: Exception) -> Refused:
    """What is said of an error about a file."""
    match error:
        case FileTooLargeError():
            return Refused(name, TOO_LARGE, {"most": f"{error.most / 2**20:.3g}"})
        case FilesFullError():
            return Refused(name, FULL)
        case PeerError():
            return Refused(name, LOST)
    return Refused(name, REFUSED)


def in_words(files: Sequence[Refused], language: str, phrase: Phrase) -> str:
    """What is said of these files, a line each."""
    return "\n".join(phrase(each.response, language, {"name": each.name, **each.blanks}) for each in files)
