"""What words an answer from the passage that was found."""

from __future__ import annotations

from typing import Protocol

from kb.passages import Passage


class AnswerGenerator(Protocol):
    """A question and its passage to the text a customer reads. Safe from any thread."""

    def word(self, question: str, passage: Passage) -> str:
        """The answer in the chat's small markup; never empty, and nothing that the passage doesn't say."""
        ...
