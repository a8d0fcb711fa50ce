"""What of a conversation lies in which part of the house, and how it is taken out of there."""

from __future__ import annotations

from bot.editing.shelf import Shelf
from bot.editing.trainer import Trainer
from bot.errors import StillTrainingError
from bot.store.erasing import ErasureStore
from config.database import Database
from handoff.opening import Handoff
from kb.coaching.training import State
from kb.opening import Kb


class Cases:
    """The agents' room: cases, threads, files, drafts, mails, what is to be told, and the index of words."""

    def __init__(self, handoff: Handoff) -> None:
        self._handoff = handoff

    def take_out(self, conversation: str, by: str) -> int:
        return self._handoff.forgetting.forget(conversation, by)

    def overwrite(self) -> None:
        self._handoff.database.erase()


class Lessons:
    """The editors' room and what the bot learnt there: questions, gaps, lessons, examples, trained models."""

    def __init__(self, kb: Kb, shelf: Shelf, trainer: Trainer, erasures: ErasureStore) -> None:
        self._kb, self._shelf, self._trainer, self._erasures = kb, shelf, trainer, erasures

    def take_out(self, conversation: str, by: str) -> int:
        """Raises StillTrainingError, before anything is done."""
        taught = self._kb.edits.examples.taught_by(conversation)
        if taught:
            self._stop_training()
            self._shelf.unlearn(taught)
            self._erasures.unquote([text for text, _ in taught])
        # Last: the examples are what the rest is known by, should a crash come in between.
        return self._kb.take_out(conversation)

    def overwrite(self) -> None:
        self._kb.database.erase()

    def _stop_training(self) -> None:
        """A model that is being trained would bring the words back."""
        training = self._kb.edits.candidates.open()
        if training is None or training.state is not State.TRAINING:
            return
        if self._trainer.progress(training.number) is None:
            raise StillTrainingError
        self._trainer.cancel(training.number)
        self._trainer.wait()


class Conversations:
    """The customers' room, where the row that promises the rest has taken everything along already."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take_out(self, conversation: str, by: str) -> int:
        return 0

    def overwrite(self) -> None:
        self._database.erase()
