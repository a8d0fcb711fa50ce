"""The handles that the actions work with: handed in by the bot, or opened here under an action server."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from config.clock import Clock, SystemClock
from config.settings import load_settings
from handoff.intake import Intake
from handoff.opening import open_handoff
from kb.knowledge import Knowledge
from kb.learned.outcomes import Outcomes
from kb.opening import open_kb


@dataclass(frozen=True, slots=True)
class Services:
    """What actions may use of the other rooms. `misses` is how many in a row end with a person."""

    knowledge: Knowledge
    outcomes: Outcomes
    intake: Intake
    clock: Clock
    misses: int


ServicesSource = Callable[[], Services]


@cache
def open_services() -> Services:
    """Open the folder that `FIRSTLINE_HOME` names, once: a stock action server gives no handles."""
    settings = load_settings(Path(os.environ.get("FIRSTLINE_HOME", "data")))
    clock = SystemClock()
    kb = open_kb(settings, clock)
    handoff = open_handoff(settings, clock)
    return Services(kb.knowledge, kb.learning.outcomes, handoff.intake, clock, settings.bot.misses)
