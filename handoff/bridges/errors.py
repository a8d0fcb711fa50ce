"""Why a helpdesk outside did not do what it was asked. No message holds a secret."""

from __future__ import annotations

from datetime import timedelta

from handoff.errors import HandoffError


class PeerError(HandoffError):
    """The helpdesk outside did not do it; `says` is why, in its own words where it had any."""

    status = 502

    def __init__(self, says: str) -> None:
        super().__init__(says)
        self.says = says


class PeerAwayError(PeerError):
    """It can't be reached, or asks us to come back: certainly not done, to be tried again."""

    status = 503

    def __init__(self, says: str, retry_after: timedelta | None = None) -> None:
        super().__init__(says)
        self.retry_after = retry_after


class PeerUnsureError(PeerError):
    """It was asked, and how it went is not known: look before asking again."""


class PeerRefusedError(PeerError):
    """It will not do this, however often it is asked; `says` names what to mend, and where."""


class BadSignatureError(HandoffError):
    """A webhook that is not the helpdesk's, or not of now; nothing of it is kept."""

    status = 401

    def __init__(self, why: str) -> None:
        super().__init__(f"the request is not signed as this bridge expects: {why}")


class BadRequestError(HandoffError):
    """A webhook that is the helpdesk's and can't be read; it is kept for a person to look at."""

    status = 400

    def __init__(self, why: str) -> None:
        super().__init__(f"the request can't be read: {why}")
