"""What editors changed of the bot, as one handle: words, examples, and the models trained on them."""

from __future__ import annotations

from dataclasses import dataclass

from config.database import Database
from kb.store.candidates import CandidateStore
from kb.store.edits import Edit, edits
from kb.store.examples import ExampleStore
from kb.store.words import WordStore


@dataclass(frozen=True, slots=True)
class EditStores:
    """The three stores over one database."""

    database: Database
    words: WordStore
    examples: ExampleStore
    candidates: CandidateStore

    @classmethod
    def over(cls, database: Database) -> EditStores:
        return cls(database, WordStore(database), ExampleStore(database), CandidateStore(database))

    def audit(self, limit: int) -> tuple[Edit, ...]:
        """Who changed what, newest first."""
        return edits(self.database, limit)

    def forget(self, conversation: str) -> None:
        """Nothing of a customer's words is left here."""
        self.examples.forget(conversation)
        self.candidates.forget(conversation)

    def close(self) -> None:
        self.database.close()
