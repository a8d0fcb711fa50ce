"""A small knowledge base for tests, and what tests do with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from config.settings import Settings, load_settings
from kb.article import ArticleId, Draft
from kb.opening import Kb, open_kb
from tests.fakes import FakeClock

ARTICLES = (
    Draft(
        "Return something you bought",
        "You have 30 days to send it back.\n\n1. Open your order.\n2. Choose Return.\n3. Print the label.",
        questions=("How do I send my parcel back?", "Can I return an opened box?"),
        id=ArticleId("return"),
    ),
    Draft(
        "When your refund arrives",
        "Refunds reach your card within five working days after the parcel has arrived.",
        questions=("Where is my money?", "How long does a refund take?"),
        id=ArticleId("refund"),
    ),
    Draft(
        "Pair a lamp with the hub",
        "## Before you start\n\nCharge it fully.\n\n## Pairing\n\nHold the lamp's button until it blinks.",
        questions=("My lamp does not show up in the app", "connect lamp to hub"),
        id=ArticleId("pair"),
    ),
    Draft(
        "Delete your account",
        "Open Settings, choose Account, then Delete. Your orders are kept for five years, as laws demand.",
        questions=("close my account for good",),
        id=ArticleId("delete"),
    ),
    Draft(
        "Where your orders are sent from",
        "Our warehouse in Hamar only packs and sends. It has no counter.",
        public=False,
        id=ArticleId("warehouse"),
    ),
)


def hashed(data: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """Settings whose embedder needs no model."""
    return load_settings(data, {**(environment or {}), "FIRSTLINE_KB_EMBEDDER": ".hashed"})


def publish(room: Kb, *drafts: Draft) -> None:
    """Take the drafts in, publish them, and let the index learn it."""
    room.editorial.take_in(drafts, by="ed@firstline.test", publish=True)
    room.indexer.work()


def reopened(room: Kb, settings: Settings) -> Kb:
    """The same folder, as the next start finds it."""
    room.close()
    return open_kb(settings, FakeClock())


def titles(room: Kb, question: str) -> Sequence[str]:
    """What a search finds, best first."""
    return [hit.title for hit in room.knowledge.search(question)]
