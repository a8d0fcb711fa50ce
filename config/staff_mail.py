"""Mails to staff: kept in house.db until they are sent, their one-time link made at the last moment."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from config import store, store_links
from config.clock import Clock
from config.database import Database
from config.links import LASTS, TOPIC, Links, link_path
from config.mail import Mail
from config.posting import Owed
from config.staff import NoMailError, Role, Staff
from config.store_links import MailRow, Purpose
from config.texts import Texts

HELPDESK_PATH = "/desk/admin/helpdesk"
"""Where supervisors see what a helpdesk outside has left to us."""

TOLD_EVERY = timedelta(hours=1)
"""Between two mails that it has failed: whoever works on it has read the first."""

_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What every mail of the house says of itself. `address` is where its links lead, asked at the time;
    `domain` stands in the Message-ID."""

    brand: str
    domain: str
    address: Callable[[], str]


@dataclass(frozen=True, slots=True)
class StaffLetter:
    """A mail to staff as an administrator sees it: to whom, what for, and how it stands."""

    mail: MailRow
    to: Staff


class StaffMail:
    """The outbox of house.db, for `config.posting`. It keeps who is to get what; words and link come last."""

    def __init__(
        self, database: Database, links: Links, clock: Clock, texts: Texts, head: Letterhead
    ) -> None:
        self._database, self._links, self._clock = database, links, clock
        self._texts, self._head = texts, head

    def lease(self, limit: int, now: datetime, until: datetime) -> Sequence[Owed]:
        with self._database.read() as connection:
            if not store_links.due_mails(connection, limit, now):  # an idle worker takes no write lock
                return ()

        def work(connection: sa.Connection) -> Sequence[Owed]:
            due = store_links.due_mails(connection, limit, now)
            store_links.lease_mails(connection, [each.id for each in due], until)
            return tuple(Owed(each.id, each.attempts + 1, each.at) for each in due)

        return self._database.write(work)

    def compose(self, owed: Owed) -> Mail | None:
        """With a link of its own: a mail that may have gone out before a crash holds another, as good."""

        def work(connection: sa.Connection) -> Mail | None:
            row = store_links.mail(connection, owed.id)
            staff = store.staff_by_id(connection, row.staff) if row else None
            if row is None or row.state != "new" or staff is None or not staff.active:
                return None
            if row.purpose == "helpdesk":
                return self._alarm(row, staff)
            if staff.invited != (row.purpose == "invite"):
                return None
            token = self._links.make(connection, staff.id, row.purpose)
            link = link_path(row.room, row.purpose, token)
            said = letter(row.purpose, staff, row.by_name, self._head.brand, self._texts.say(row.language))
            return self._written(row, staff, link, said)

        return self._database.write(work)

    def sent(self, mail: int, now: datetime) -> None:
        self._database.write(lambda tx: store_links.set_mail(tx, mail, "sent", done_at=now))

    def unneeded(self, mail: int, now: datetime) -> None:
        self._database.write(lambda tx: store_links.set_mail(tx, mail, "unneeded", done_at=now))

    def failed(self, mail: int, why: str, retry_at: datetime) -> None:
        self._database.write(lambda tx: store_links.set_mail(tx, mail, "new", why=why, not_before=retry_at))

    def parked(self, mail: int, why: str, now: datetime) -> None:
        self._database.write(lambda tx: store_links.set_mail(tx, mail, "parked", why=why))

    def waiting(self) -> tuple[StaffLetter, ...]:
        """What waits or is parked, the newest first."""
        with self._database.read() as connection:
            rows = store_links.mails(connection, "new", "parked", limit=_SHOWN)
            people = {staff.id: staff for staff in store.all_staff(connection)}
        return tuple(StaffLetter(row, people[row.staff]) for row in rows if row.staff in people)

    def replay(self, mail: int, *, by: str) -> None:
        """Send a parked mail after all. Raises NoMailError where it is parked no more."""

        def work(connection: sa.Connection) -> None:
            now = self._clock.now()
            row = store_links.mail(connection, mail)
            if row is None or not store_links.replay_mail(connection, mail, now):
                raise NoMailError
            staff = store.staff_by_id(connection, row.staff)
            about = staff.email if staff else str(row.staff)
            store.insert_audit(connection, now, by, "send_mail_again", about, after={"mail": mail})

        self._database.write(work, wakes=(TOPIC,))

    def tell(self, helpdesk: str, to: Sequence[Staff], language: str, since: datetime) -> bool:
        """Owe these a mail that a helpdesk outside has failed since a moment; once in an hour at most.

        False where they know already.
        """
        now = self._clock.now()

        def work(connection: sa.Connection) -> bool:
            last = store_links.last_mail(connection, "helpdesk")
            if last is not None and (last >= since or now - last < TOLD_EVERY):
                return False
            for staff in to:
                store_links.insert_mail(connection, staff.id, "helpdesk", language, "desk", helpdesk, now)
            return True

        return self._database.write(work, wakes=(TOPIC,))

    def _alarm(self, row: MailRow, staff: Staff) -> Mail | None:
        if not staff.may(Role.SUPERVISOR):
            return None
        said = alarm(staff, row.by_name, self._head.brand, self._texts.say(row.language))
        return self._written(row, staff, HELPDESK_PATH, said)

    def _written(self, row: MailRow, staff: Staff, path: str, said: tuple[str, str]) -> Mail:
        subject, text = said
        link = self._head.address().rstrip("/") + path
        # Of the row and not of the link: the same whenever it is sent.
        mark = hashlib.sha256(f"{row.id} {row.at.isoformat()} {staff.email}".encode()).hexdigest()[:12]
        return Mail(
            to=staff.email,
            subject=subject,
            text=text.replace("{link}", link),
            message_id=f"<staff.{row.id}.{mark}@{self._head.domain}>",
            at=self._clock.now(),
            language=row.language,
            from_name=self._head.brand,
        )


def letter(
    purpose: Purpose, staff: Staff, by_name: str, brand: str, _: Callable[[str], str]
) -> tuple[str, str]:
    """Subject and words of a mail; `{link}` stands where its link goes. Pure."""
    lasts = LASTS[purpose]
    if purpose == "invite":
        subject = _("Join %(brand)s on Firstline")
        parts = [
            _("Hello %(name)s,"),
            _("%(by)s has invited you to work with %(brand)s on Firstline.")
            if by_name
            else _("You are invited to work with %(brand)s on Firstline."),
            _("Choose a password here, and you are in:"),
            "{link}",
            _("The link works once, for %(days)d days. If it has ended, ask for a new one."),
            _("If you did not expect this mail, you can ignore it: nothing happens."),
        ]
    else:
        subject = _("A new password for %(brand)s")
        parts = [
            _("Hello %(name)s,"),
            _("Somebody, hopefully you, asked for a new password for %(email)s."),
            _("Choose it here:"),
            "{link}",
            _("The link works once, for %(minutes)d minutes.")
            + " "
            + _("Whoever is signed in with the account is signed out."),
            _("If you did not ask, you can ignore this mail: your password stays as it is."),
        ]
    blanks = {
        "brand": brand,
        "name": staff.name,
        "email": staff.email,
        "by": by_name,
        "days": lasts.days,
        "minutes": lasts // timedelta(minutes=1),
    }
    return subject % blanks, "\n\n".join(part % blanks for part in (*parts, brand)) + "\n"


def alarm(staff: Staff, helpdesk: str, brand: str, _: Callable[[str], str]) -> tuple[str, str]:
    """The same of the mail that a helpdesk outside has failed. Pure."""
    parts = [
        _("Hello %(name)s,"),
        _("%(helpdesk)s does not hear of new cases. Our own desk has taken them over, and customers know."),
        _("Here is what went wrong, and where cases are given back:"),
        "{link}",
        _("You get this mail once in an hour at most."),
    ]
    blanks = {"name": staff.name, "helpdesk": helpdesk, "brand": brand}
    subject = _("%(helpdesk)s does not take cases") % blanks
    return subject, "\n\n".join(part % blanks for part in (*parts, brand)) + "\n"
