"""Opens the house's mail: who sends it, and what each room's outbox is worked off by."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime

from bot.posts.alarm import Alarm, Tell
from config.address import public_address
from config.clock import Clock
from config.identity import Identity, Role
from config.mail import Postman
from config.pages import HOUSE_TEXTS, Brand
from config.posting import Outbox, Posting
from config.settings import Settings
from config.staff_mail import Letterhead, StaffMail
from config.texts import Texts
from handoff.bridges.helpdesk import Helpdesk


@dataclass(frozen=True, slots=True)
class Posts:
    """The workers of the two outboxes, and the one for staff, which administrators look into.

    alarm: what makes supervisors owed a mail when a helpdesk outside fails.
    """

    to_customers: Posting
    to_staff: Posting
    staff_mail: StaffMail
    alarm: Alarm


def open_posts(
    settings: Settings,
    letters: Outbox,
    helpdesk: Helpdesk,
    identity: Identity,
    postman: Postman | None,
    clock: Clock,
    rng: random.Random | None = None,
) -> Posts:
    """postman: None while mail is off."""
    head = Letterhead(
        Brand.load(settings.data / "brand").name,
        postman.domain if postman else "",
        lambda: public_address(settings),
    )
    staff_mail = StaffMail(identity.database, identity.links, clock, Texts.load(HOUSE_TEXTS), head)
    return Posts(
        Posting(letters, postman, clock, rng),
        Posting(staff_mail, postman, clock, rng),
        staff_mail,
        Alarm(helpdesk, telling_leads(identity, staff_mail, settings.bot.languages[0])),
    )


def telling_leads(identity: Identity, staff_mail: StaffMail, language: str) -> Tell:
    """Mail to whoever leads at the desk at that moment."""

    def tell(helpdesk: str, since: datetime) -> bool:
        leads = [staff for staff in identity.list() if staff.active and staff.may(Role.SUPERVISOR)]
        return staff_mail.tell(helpdesk, leads, language, since)

    return tell
