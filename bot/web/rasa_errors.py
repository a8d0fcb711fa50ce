"""What Rasa's HTTP API refuses, and the body it refuses it with."""

from __future__ import annotations

from bot.errors import BotError

VERSION = "3.6.21"
"""The Rasa whose wire this is."""


class RasaApiError(BotError):
    """A request to the HTTP API that can't be answered; `reason` is Rasa's name for the kind."""

    status = 400
    reason = "BadRequest"


class NotAuthenticatedError(RasaApiError):
    """No token, or not ours."""

    status = 401
    reason = "NotAuthenticated"

    def __init__(self) -> None:
        super().__init__("User is not authenticated. Send ?token=… or a signed JWT as Authorization: Bearer.")


class NotAuthorizedError(RasaApiError):
    """A user's token for what only an admin, or another user, may see."""

    status = 403
    reason = "NotAuthorized"

    def __init__(self) -> None:
        super().__init__("User has insufficient permissions. An admin's token opens every conversation.")


class NotFoundError(RasaApiError):
    """No such conversation, intent or action."""

    status = 404
    reason = "NotFound"


class NotAcceptableError(RasaApiError):
    """The client wants a format that the domain can't be given in."""

    status = 406
    reason = "NotAcceptable"

    def __init__(self) -> None:
        super().__init__(
            "Invalid Accept header. Domain can be provided as json (“Accept: application/json”) "
            "or yaml (“Accept: application/x-yaml”)."
        )


class ParsingError(RasaApiError):
    """A text that could not be read; Rasa answers 500 for a missing one, and so do we."""

    status = 500
    reason = "ParsingError"


def failure(status: int, reason: str, message: str) -> dict[str, object]:
    """Rasa's error body."""
    return {
        "version": VERSION,
        "status": "failure",
        "message": message,
        "reason": reason,
        "details": {},
        "help": None,
        "code": status,
    }
