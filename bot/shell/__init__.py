"""The server around the apps: streams and sockets natively, the rest through Flask in a thread pool."""

from bot.shell.cors import Cors
from bot.shell.front import Native, ServerLimits, Shell
from bot.shell.limits import Limits
from bot.shell.proxies import Proxies
from bot.shell.server import run
from bot.shell.streams import Feed, Stream

__all__ = ["Cors", "Feed", "Limits", "Native", "Proxies", "ServerLimits", "Shell", "Stream", "run"]
