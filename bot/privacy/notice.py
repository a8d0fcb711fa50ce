"""What a customer is told before their first message, and whether they have to agree to it. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Asking = Literal["off", "show", "ask"]
"""`show` tells, `ask` also takes nothing from a customer before they have agreed."""

_VERSION_CHARACTERS = 12


@dataclass(frozen=True, slots=True)
class Notice:
    """One language's notice. `url` is the company's privacy policy, empty where it names none.

    `version` is told by the words themselves: what has changed is another notice, whoever forgot to say so.
    """

    language: str
    text: str
    url: str = ""

    @property
    def version(self) -> str:
        said = f"{self.language}\0{self.text}\0{self.url}"
        return hashlib.sha256(said.encode()).hexdigest()[:_VERSION_CHARACTERS]


class Notices:
    """The notices in force, one a language."""

    def __init__(self, texts: Mapping[str, str], *, company: str, url: str = "", asking: Asking) -> None:
        """texts: by language, with `{company}` where its name belongs; the first is for languages without."""
        self._asking = asking
        self._notices = {
            language: Notice(language, " ".join(text.split()).replace("{company}", company), url)
            for language, text in texts.items()
            if text.strip() and asking != "off"
        }

    @property
    def asks(self) -> bool:
        """Whether nothing is taken from customers who have not agreed."""
        return self._asking == "ask" and bool(self._notices)

    def of(self, language: str) -> Notice | None:
        """What a reader of this language is told; None where nobody is told anything."""
        return self._notices.get(language) or next(iter(self._notices.values()), None)

    def known(self, version: str) -> Notice | None:
        """The notice of that version, if it is in force."""
        return next((each for each in self._notices.values() if each.version == version), None)

    @property
    def versions(self) -> frozenset[str]:
        """Whoever agreed to one of these has agreed: the languages say the same."""
        return frozenset(each.version for each in self._notices.values())
