"""Why the shell turns a request away before a room has seen it."""

from __future__ import annotations

import re

from bot.errors import BotError


class BodyTooLargeError(BotError):
    status = 413

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"the request body is larger than {limit:,} bytes; send less at a time")


class BodyTooSlowError(BotError):
    status = 408

    def __init__(self, within: float) -> None:
        self.within = within
        super().__init__(f"the request body did not arrive within {within:g} s; send the request again")


class BusyError(BotError):
    """More is asked for than can be worked on soon."""

    status = 503
    retry_after = 1

    def __init__(self) -> None:
        super().__init__("too many requests are waiting; try again in a second")


class TooManyRequestsError(BotError):
    """More than the limits allow one conversation, or one address."""

    status = 429

    def __init__(self, what: str, retry_after: int) -> None:
        self.retry_after = max(retry_after, 1)
        super().__init__(f"too many {what}; try again in {self.retry_after} s")


class TooManyOfYourStreamsError(BotError):
    """A stream more than one client may have open."""

    status = 429
    retry_after = 5

    def __init__(self, most: int) -> None:
        super().__init__(
            f"more than {most} event streams of yours are open; close a tab, or read with ?after=N instead"
        )


class TooManyStreamsError(BotError):
    """An event stream more than the server takes; what it would have said can be had by polling."""

    status = 503
    retry_after = 5

    def __init__(self) -> None:
        super().__init__("too many event streams are open; read with ?after=N instead, or try again in 5 s")


class NothingHereError(BotError):
    status = 404

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__("nothing lives at this address; the chat is at /chat, the desk at /desk/")


class PortInUseError(BotError):
    def __init__(self, host: str, port: int, why: str) -> None:
        self.host, self.port = host, port
        super().__init__(f"can't listen on {host}:{port} ({why}); choose another port with --port")


def code_of(error: Exception) -> str:
    """The error's name for scripts: BodyTooLargeError is `body_too_large`."""
    name = type(error).__name__.removesuffix("Error")
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
