"""Opens the house's mail: who sends it, and what each room's outbox is worked off by."""

from __future__ import annotations

import random
from dataclasses import dataclass

from config.address import public_address
from config.clock import Clock
from config.identity import Identity
from config.mail import Postman
from config.pages import HOUSE_TEXTS, Brand
from config.posting import Outbox, Posting
from config.settings import Settings
from config.staff_mail import Letterhead, StaffMail
from config.texts import Texts


@dataclass(frozen=True, slots=True)
class Posts:
    """The workers of the two outboxes, and the one for staff, which administrators look into."""

    to_customers: Posting
    to_staff: Posting
    staff_mail: StaffMail


def open_posts(
    settings: Settings,
    letters: Outbox,
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
    return Posts(Posting(letters, postman, clock, rng), Posting(staff_mail, postman, clock, rng), staff_mail)
