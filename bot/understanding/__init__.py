"""From a customer's words to a Reading: intents, entities, language, mood. A Classifier is a plug."""

from __future__ import annotations

from bot.understanding.ranking import Classifier, Ranking
from bot.understanding.reading import Entity, Intent, Mood, Reading, Sensitive
from bot.understanding.understanding import Understanding, open_understanding

__all__ = [
    "Classifier",
    "Entity",
    "Intent",
    "Mood",
    "Ranking",
    "Reading",
    "Sensitive",
    "Understanding",
    "open_understanding",
]
