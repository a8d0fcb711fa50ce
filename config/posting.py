"""Works off mails that are kept until they are sent: at least once, each again under the same Message-ID."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from config.clock import Clock
from config.failpoints import failpoint
from config.mail import Mail, MailError, Postman

MailState = Literal["new", "sent", "unneeded", "parked"]
"""`unneeded`: nobody needs it any more; `parked`: given up, until somebody sends it again."""

LEASE_WITHIN = timedelta(minutes=2)
"""Longer than any sending may take, so that no second worker begins while the first is at it."""

RETRY_AT_LEAST = timedelta(seconds=5)
RETRY_AT_MOST = timedelta(minutes=15)
GIVEN_UP_AFTER = timedelta(days=3)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Owed:
    """A mail's row, leased; `attempts` counts this one, and those that a crash ended."""

    id: int
    attempts: int
    at: datetime


class Outbox(Protocol):
    """A room's mails. Every method is one transaction."""

    def lease(self, limit: int, now: datetime, until: datetime) -> Sequence[Owed]:
        """The mails due now, oldest first, nobody else's before `until`."""
        ...

    def compose(self, owed: Owed) -> Mail | None:
        """The mail as it goes out; None where it is not needed any more."""
        ...

    def sent(self, mail: int, now: datetime) -> None: ...

    def unneeded(self, mail: int, now: datetime) -> None: ...

    def failed(self, mail: int, why: str, retry_at: datetime) -> None: ...

    def parked(self, mail: int, why: str, now: datetime) -> None: ...


class Posting:
    """One room's worker. While the server can't be reached it waits, and asks with one mail, not with all."""

    def __init__(
        self, outbox: Outbox, postman: Postman | None, clock: Clock, rng: random.Random | None = None
    ) -> None:
        """postman: None while mail is off; what falls due then is let go: it would be no news later."""
        self._outbox, self._postman, self._clock = outbox, postman, clock
        self._rng = rng or random.Random()
        self._failures, self._not_before = 0, clock.now()

    def work(self) -> bool:
        """Send what is due; True if anything was."""
        postman, worked = self._postman, False
        while (now := self._clock.now()) >= self._not_before:
            due = self._outbox.lease(1, now, now + LEASE_WITHIN)
            if not due:
                break
            worked = True
            if postman is None:
                self._outbox.unneeded(due[0].id, now)
            else:
                self._send(due[0], postman)
        return worked

    def _send(self, owed: Owed, postman: Postman) -> None:
        try:
            mail = self._outbox.compose(owed)
            if mail is None:
                self._outbox.unneeded(owed.id, self._clock.now())
                return
            postman.send(mail)
        except MailError as error:
            self._failed(owed, error)
        except Exception as error:
            # A mail that can't even be composed must not hold up the others; its row says why.
            _log.exception("mail %s could not be composed", owed.id)
            self._outbox.parked(
                owed.id, f"it can't be composed ({type(error).__name__}); see the log", self._clock.now()
            )
        else:
            failpoint("config.mail.sent")
            self._failures = 0
            self._outbox.sent(owed.id, self._clock.now())
            failpoint("config.mail.marked")

    def _failed(self, owed: Owed, error: MailError) -> None:
        now = self._clock.now()
        if error.permanent:
            self._outbox.parked(owed.id, str(error), now)
        elif now - owed.at >= GIVEN_UP_AFTER:
            days = GIVEN_UP_AFTER.days
            self._outbox.parked(owed.id, f"it has been tried for {days} days; the last time: {error}", now)
        else:
            _log.warning("mail %s did not go out and is tried again: %s", owed.id, error)
            self._outbox.failed(owed.id, str(error), now + retry_in(owed.attempts, self._rng.random))
        if not error.permanent and error.step not in ("receiver", "message"):
            # It is the server, and the next mail would fare no better.
            self._failures += 1
            self._not_before = now + retry_in(self._failures, self._rng.random)


def retry_in(attempts: int, chance: Callable[[], float]) -> timedelta:
    """How long to wait after so many attempts: full jitter, anywhere up to a limit that doubles.

    chance: a draw from [0, 1). At least RETRY_AT_LEAST, at most RETRY_AT_MOST.
    """
    most: timedelta = min(RETRY_AT_LEAST * (1 << min(attempts, 16)), RETRY_AT_MOST)
    return RETRY_AT_LEAST + (most - RETRY_AT_LEAST) * chance()
