"""Who reads what customers say, when it counts, and what is handed over at once; a door to settings."""

from __future__ import annotations

from typing import cast

from bot.dialogue.assistant import Assistant
from bot.handover import Handover, Limit, Matter
from bot.understanding.understanding import OpenClassifier
from config.handover import Matter as MatterSettings
from config.handover import read_handover
from config.plugins import resolve
from config.settings import Settings

# Where the line is while nothing was measured.
SURE = 0.55


def resolved_classifiers(settings: Settings) -> list[OpenClassifier]:
    """Who reads intents, as settings name them."""
    return [cast(OpenClassifier, resolve(name, "bot.understanding")) for name in settings.bot.classifiers]


def certainty(settings: Settings, assistant: Assistant, line: float | None) -> tuple[float, float]:
    """From which certainty on an intent is acted on, and by how much it must lead.

    line: where training drew it for the risk that is set; None where it could not be drawn.

    An operator's own assistant says so itself, as Rasa reads its pipeline: without a FallbackClassifier
    whatever is likeliest is acted on.
    """
    if not settings.bot.assistant:
        return settings.bot.sure or line or SURE, 0.0
    fallback = assistant.pipeline.fallback
    return (fallback.threshold, fallback.ambiguity) if fallback is not None else (0.0, 0.0)


def handover_of(settings: Settings) -> Handover:
    """What is handed over at once, as handover.toml and the languages' folders say; SettingsError."""
    given = read_handover(settings)

    def matter(each: MatterSettings) -> Matter:
        limit = Limit(each.above.amount, each.above.currency) if each.above is not None else None
        return Matter(each.name, each.because["en"], each.intents, each.words, each.says, limit)

    return Handover(tuple(map(matter, given.sensitive)), tuple(map(matter, given.policy)))
