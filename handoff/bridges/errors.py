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
    """A webhook that is the helpdesk's and can't be read; it is kept for a person to look at.

    blocks: the helpdesk would send nothing else until it is taken, so it is taken all the same.
    """

    status = 400

    def __init__(self, why: str, *, blocks: bool = False) -> None:
        super().__init__(f"the request can't be read: {why}")
        self.blocks = blocks


class NoBridgeError(HandoffError):
    """A webhook for a helpdesk that is not connected."""

    status = 404

    def __init__(self, name: str) -> None:
        super().__init__(f"no such helpdesk is connected here; webhooks of {name!r} go to /bridges/{name}")


class NotParkedError(HandoffError):
    """A thing that a helpdesk was to be told, and that is not parked, or not there."""

    status = 409

    def __init__(self, item: int) -> None:
        super().__init__(f"nothing {item} is parked; firstline bridge parked lists what is")


class NotMirroredError(HandoffError):
    """A case that no helpdesk outside mirrors."""

    status = 409

    def __init__(self, case: int) -> None:
        super().__init__(f"case #{case} is worked at our own desk alone: no helpdesk outside mirrors it")
