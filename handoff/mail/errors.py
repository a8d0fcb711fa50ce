"""What can go wrong with a mail to a customer."""

from __future__ import annotations

from handoff.errors import HandoffError


class MailOffError(HandoffError):
    """Somebody asked for a mail in a house that sends none."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            "this house sends no mail; whoever runs it sets [mail] host and tries `firstline mail test`"
        )


class NoAddressError(HandoffError):
    """A mail for a customer who left no address."""

    status = 422

    def __init__(self, case: int) -> None:
        super().__init__(f"case #{case} has no e-mail address to write to; ask the customer for one")
        self.case = case


class TooManyLettersError(HandoffError):
    """One address was sent enough for a day."""

    status = 429

    def __init__(self, receiver: str) -> None:
        super().__init__(f"{receiver} was sent enough transcripts for today; try again tomorrow")
        self.receiver = receiver


class NoLetterError(HandoffError):
    """A mail that is not parked, or is no mail at all."""

    status = 404

    def __init__(self, mail: int) -> None:
        super().__init__("this mail is not parked any more; reload the page to see how it is now")
        self.mail = mail
