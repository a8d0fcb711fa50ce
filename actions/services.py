"""The handles that the actions work with: handed in by the bot, or opened here under an action server."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from actions.moments import SHIPPED, Files
from config.clock import Clock, SystemClock
from config.language_files import MOMENTS, files_of
from config.settings import Settings, load_settings
from handoff.escalation import Customer
from handoff.intake import Intake
from handoff.opening import open_handoff
from kb.knowledge import Knowledge
from kb.learned.outcomes import Outcomes
from kb.opening import open_kb


def _nobody(conversation_id: str) -> Customer | None:
    """Under an action server of its own nobody tells who a customer is."""
    return None


@dataclass(frozen=True, slots=True)
class Services:
    """What actions may use of the other rooms. `misses` is how many in a row end with a person.

    moments: how a moment is told in each language; customer: who is in a conversation, where the company's
    site has said anything of them.
    """

    knowledge: Knowledge
    outcomes: Outcomes
    intake: Intake
    clock: Clock
    misses: int
    moments: Files = field(default_factory=lambda: SHIPPED)
    customer: Callable[[str], Customer | None] = _nobody


ServicesSource = Callable[[], Services]


def moments_of(settings: Settings) -> Files:
    """How a moment is told in each language that is switched on."""
    return files_of(settings.data).paths(MOMENTS, settings.bot.languages)


@cache
def open_services() -> Services:
    """Open the folder that `FIRSTLINE_HOME` names, once: a stock action server gives no handles."""
    settings = load_settings(Path(os.environ.get("FIRSTLINE_HOME", "data")))
    clock = SystemClock()
    kb = open_kb(settings, clock)
    handoff, moments = open_handoff(settings, clock), moments_of(settings)
    return Services(kb.knowledge, kb.learning.outcomes, handoff.intake, clock, settings.bot.misses, moments)
