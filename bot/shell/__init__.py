"""The server around the apps: event streams natively, every other request through Flask in a thread pool."""

from bot.shell.front import Limits, Shell
from bot.shell.server import run
from bot.shell.streams import Feed, Stream

__all__ = ["Feed", "Limits", "Shell", "Stream", "run"]
