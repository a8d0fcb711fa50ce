"""A bot as the studio sees it: two texts, three intents, and trainings that end when they are told to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime

from kb.coaching.training import BotIntent, Guess, Misread, Progress
from kb.coaching.wordings import BotText, Button, Overrides, Variant

GREETING = BotText(
    "utter_greet",
    "Greet",
    "greeting",
    {
        "en": (Variant(0, "Hello.", (Button("My order", "/order"),)), Variant(1, "Hi there.")),
        "nb": (Variant(2, "Hei.", (Button("Ordren min", "/order"),)),),
    },
)
JOINED = BotText(
    "utter_joined",
    "Joined",
    "waiting",
    {"en": (Variant(0, "{agent} has joined you in {queue}."), Variant(1, "{agent} is here."))},
    may=frozenset(("agent", "queue")),
    needs=frozenset(("agent",)),
)
MISREAD = Misread(
    "c1",
    3,
    "my lamp says nope",
    "en",
    datetime(2026, 11, 2, 8, 0, tzinfo=UTC),
    ("choice", "unsure"),
    (Guess("parcel", 0.31), Guess("lamp", 0.22)),
    chosen="lamp",
)


@dataclass
class SpokenTexts:
    """`speaking` follows when the test says so."""

    languages: tuple[str, ...] = ("en", "nb")
    speaking: int = 0

    def texts(self) -> tuple[BotText, ...]:
        return (GREETING, JOINED)

    def set_aside(self, words: Overrides) -> tuple[tuple[str, str], ...]:
        known = {text.name for text in self.texts()}
        return tuple((name, language) for name in words if name not in known for language in words[name])

    def as_yaml(self, words: Overrides) -> str:
        return "\n".join(f"{name}:" for name in words)


@dataclass
class ReadMessages:
    """Remembers which trainings were begun, cancelled and thrown away; `unfitting` can't be served."""

    languages: tuple[str, ...] = ("en", "nb")
    degraded: str | None = None
    trained: list[int] = field(default_factory=list)
    cancelled: list[int] = field(default_factory=list)
    discarded: list[int] = field(default_factory=list)
    unfitting: frozenset[int] = frozenset()

    def intents(self) -> tuple[BotIntent, ...]:
        return (
            BotIntent("lamp", "Lamp", {"en": "My lamp is off"}, {"en": 4, "nb": 1}),
            BotIntent("parcel", "Parcel", {"en": "Where is my parcel?"}, {"en": 5, "nb": 5}),
            BotIntent("out_of_scope", "Out of scope", {}, {"en": 2, "nb": 0}),
        )

    def misread(self, limit: int, without: Collection[tuple[str, int]]) -> tuple[Misread, ...]:
        return () if (MISREAD.conversation, MISREAD.message) in without else (MISREAD,)[:limit]

    def read(self, text: str, language: str) -> tuple[Guess, ...]:
        return (Guess("parcel", 0.8), Guess("lamp", 0.1))

    def remember(self) -> None: ...

    def train(self, candidate: int) -> None:
        self.trained.append(candidate)

    def progress(self, candidate: int) -> Progress | None:
        return Progress("cross-validating", 0.4) if candidate in self.trained else None

    def cancel(self, candidate: int) -> None:
        self.cancelled.append(candidate)

    def discard(self, candidate: int) -> None:
        self.discarded.append(candidate)

    def kept(self) -> frozenset[int]:
        return frozenset(self.trained)

    def unfit(self, candidate: int) -> str | None:
        return "it is damaged" if candidate in self.unfitting else None
