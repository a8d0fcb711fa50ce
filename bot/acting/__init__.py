"""Runs custom actions, here or on an action server, and asks an NLG server for words."""

from __future__ import annotations

from bot.acting.actions import Action, Actions, Patience, open_actions
from bot.acting.results import Acted

__all__ = ["Acted", "Action", "Actions", "Patience", "open_actions"]
