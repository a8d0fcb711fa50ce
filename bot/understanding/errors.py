"""Why the trained intents can't be used; serving goes on with keywords."""

from __future__ import annotations

from pathlib import Path

from bot.errors import BotError

MEND = "run `firstline train`"


class IntentsMissingError(BotError):
    """There are no trained intents in the folder."""

    status = 503

    def __init__(self, folder: Path) -> None:
        super().__init__(f"no trained intents in {folder}; {MEND}")
        self.folder = folder


class IntentsDamagedError(BotError):
    """The trained intents are not what was written, or were trained for something else."""

    status = 503

    def __init__(self, folder: Path, why: str) -> None:
        super().__init__(f"the trained intents in {folder} can't be used: {why}; {MEND}")
        self.folder, self.why = folder, why


class PartMissingError(BotError):
    """Nothing was trained into the folder."""

    status = 503

    def __init__(self, folder: Path) -> None:
        super().__init__(f"no trained {folder.name} in {folder}; {MEND}")
        self.folder = folder


class PartDamagedError(BotError):
    """What was trained into the folder is not what was written."""

    status = 503

    def __init__(self, folder: Path, why: str) -> None:
        super().__init__(f"the trained {folder.name} in {folder} can't be used: {why}; {MEND}")
        self.folder, self.why = folder, why


class TooFewExamplesError(BotError):
    """Training needs at least two intents with two examples each."""

    status = 422

    def __init__(self, intents: int) -> None:
        super().__init__(f"training needs two intents with two examples each and has {intents}; add examples")
        self.intents = intents
