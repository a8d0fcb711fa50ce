"""Reads the mailbox that customers write to, again and again; what is there is left as it is."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import timedelta

from bot.errors import FilesBusyError
from bot.mail.receiving import Receiving
from bot.store.mailboxes import MailboxStore
from config.clock import Clock
from config.errors import ConfigError
from config.mailbox import Arrived, Mailbox, MailboxError

IDLE_FOR = timedelta(seconds=25)
"""That one round waits for something to come; a server that can't tell is asked as often."""

RETRY_AT_MOST = timedelta(minutes=5)

MOST_TRIES = 8
"""Of a mail that breaks something here, over some four minutes; then it is left in the mailbox, and those
behind it are read."""

_log = logging.getLogger(__name__)


class Fetching:
    """The worker of a mailbox. `degraded` is why it can't be read, None where all is well."""

    def __init__(
        self, mailbox: Mailbox, name: str, store: MailboxStore, receiving: Receiving, clock: Clock
    ) -> None:
        """name: the mailbox's, under which the store keeps how far it is read."""
        self._mailbox, self._name, self._store = mailbox, name, store
        self._receiving, self._clock = receiving, clock
        self._tries: Counter[str] = Counter()
        self._failures, self._not_before = 0, clock.now()
        self.degraded: str | None = None

    def work(self) -> bool:
        """Take in what is new, or wait a while for something; True if there was anything."""
        if self._clock.now() < self._not_before:
            return False
        try:
            arrived = self.fetch() or (self._mailbox.wait(IDLE_FOR) and self.fetch())
        except MailboxError as error:
            self._away(error)
            return False
        except Exception:
            _log.exception("a mail in %s is not taken in yet", self._name)
            self._later()
            return False
        self._failures, self.degraded = 0, None
        return arrived

    def fetch(self) -> bool:
        """Take in what is new; True if there was anything. Raises MailboxError."""
        cursor = self._store.cursor(self._name)
        mails, following = self._mailbox.new(cursor)
        for mail in mails:
            self._take(mail)
        if following != cursor:
            self._store.read_up_to(self._name, following, self._clock.now())
        return bool(mails)

    def close(self) -> None:
        """End a round that waits."""
        self._mailbox.close()

    def _take(self, mail: Arrived) -> None:
        try:
            self._receiving.take(mail.raw, whole=mail.whole)
        except (FilesBusyError, ConfigError):
            raise  # it is not the mail: there is too much to do, or the database is away
        except Exception:
            self._tries[mail.place] += 1
            if self._tries[mail.place] < MOST_TRIES:
                raise  # it is read again, and those behind it wait, so that each thread keeps its order
            _log.exception("the mail at %s in %s is not taken in; read it there", mail.place, self._name)
        del self._tries[mail.place]

    def _later(self) -> None:
        wait = min(timedelta(seconds=1) * (1 << min(self._failures, 16)), RETRY_AT_MOST)
        self._failures, self._not_before = self._failures + 1, self._clock.now() + wait

    def _away(self, error: MailboxError) -> None:
        self._later()
        self.degraded = f"the mailbox of the customers' mails can't be read: {error}"
        _log.warning("%s", self.degraded)
