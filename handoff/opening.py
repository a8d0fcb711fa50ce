"""Opens the agents' room over a data folder; one of the doors that read settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from config.address import public_address
from config.clock import Clock
from config.database import Database, open_database
from config.language_files import MOOD, PAGES, files_of
from config.mail import Postman
from config.pages import Brand
from config.settings import FactSettings, Settings
from config.texts import Texts
from handoff.aids.aids import Aids, open_aids
from handoff.bridges.helpdesk import Helpdesk
from handoff.casefile.centrality import Encoder
from handoff.desk import Desk
from handoff.dispatch import Dispatches
from handoff.finding.facts import FactRules, Product
from handoff.floor.arrangements import Arrangements
from handoff.floor.arrangements.opening import TeamsFile
from handoff.floor.outlook import Outlooks
from handoff.floor.rounds import Rounds
from handoff.floor.rules import Rules
from handoff.floor.seats import Seats
from handoff.forgetting import Forgetting
from handoff.intake import Intake
from handoff.learning.lessons import Lessons
from handoff.links import Links
from handoff.mail.mailing import Letterhead, Mailing
from handoff.personal import Personal
from handoff.store import Store
from handoff.store.arrangements import ArrangementStore
from handoff.store.audit import AuditStore
from handoff.store.bridges import BridgeStore
from handoff.store.dispatches import DispatchStore
from handoff.store.erasures import ErasureRequests
from handoff.store.fields import CustomFieldStore
from handoff.store.floor import FloorStore
from handoff.store.following import FollowingStore
from handoff.store.forgetting import ForgettingStore
from handoff.store.glance import GlanceStore
from handoff.store.mail import MailStore
from handoff.store.memory import Memory
from handoff.store.peer_log import PeerLog
from handoff.store.peers import PeerStore
from handoff.store.personal import PersonalStore
from handoff.store.seats import SeatStore
from handoff.verbs.custom_fields import CustomFields

OWN_DESK = ".none"
"""The bridge that leads nowhere: cases are worked at our own desk."""

_MIGRATIONS = Path(__file__).with_name("migrations")
LOCALE = Path(__file__).parent / "web" / "locale"


@dataclass(frozen=True, slots=True)
class Handoff:
    """The room's open handles."""

    database: Database
    store: Store
    rules: Callable[[], Rules]
    arrangements: Arrangements
    intake: Intake
    seats: Seats
    rounds: Rounds
    desk: Desk
    dispatches: Dispatches
    lessons: Lessons
    fields: CustomFields
    audit: AuditStore
    aids: Aids
    mailing: Mailing
    forgetting: Forgetting
    personal: Personal
    erasures: ErasureRequests
    mirrored: BridgeStore
    peers: PeerStore
    helpdesk: Helpdesk
    links: Links

    def forget(self, conversation: str, by: str = "system") -> int:
        """Erase a conversation from everything this room keeps, and from the file's bytes.

        Its cases with all that was said, drafted, attached, promised and sent in them; figures stay. A case
        that is open ends. by: kept in the audit. Returns how many cases there were. Raises NotErasedError
        where only the bytes are left; ask again then.
        """
        known = self.forgetting.forget(conversation, by)
        self.database.erase()
        return known

    def close(self) -> None:
        """Close the database; nothing of the room may be used afterwards."""
        self.database.close()


def open_handoff(
    settings: Settings,
    clock: Clock,
    *,
    products: Mapping[str, Sequence[str]] | None = None,
    postman: Postman | None = None,
    connected: Callable[[str], bool] = lambda conversation: False,
    encoder: Encoder | None = None,
) -> Handoff:
    """The room over its database, made if missing.

    products: the names of what the company sells, each with the other words for it, to be found in messages.
    postman: who sends our mail, None while mail is off. connected: whether a conversation's customer reads
    along in the chat. encoder: the one that understanding reads with. Raises SettingsError for a teams.toml
    that can't be, and the errors of `open_database`.
    """
    database = open_database(settings.database("handoff"), _MIGRATIONS)
    store = Store(database)
    bell, memory = database.doorbell, Memory()
    floors = FloorStore(database, memory, settings.handoff.open_chats)
    languages, files = settings.bot.languages, files_of(settings.data)
    teams = TeamsFile(settings.data / "teams.toml")
    arrangements = Arrangements(ArrangementStore(database), teams, bell, clock)
    now = arrangements.now
    fields = CustomFields(CustomFieldStore(database), clock)

    def desk_over(database: Database, memory: Memory) -> Desk:
        glances = GlanceStore(database, memory)
        return Desk(Store(database), FollowingStore(database), glances, fields, clock, now)

    desk, mirrored, peers = desk_over(database, memory), BridgeStore(database), PeerStore(database)
    aids = open_aids(
        database,
        desk,
        lambda inside: desk_over(inside, Memory()),
        clock,
        file_bytes=settings.handoff.file_bytes,
    )
    return Handoff(
        database=database,
        store=store,
        rules=now,
        arrangements=arrangements,
        intake=Intake(
            store,
            clock,
            now,
            lambda: fact_rules(now(), products or {}, settings.facts),
            Outlooks(floors, store.waits, now, clock),
            encoder=encoder,
            macros=lambda: tuple(macro.name for macro in aids.macros.all()),
            moods=tuple(files.paths(MOOD, languages).values()),
        ),
        seats=Seats(SeatStore(database, settings.handoff.open_chats), now, clock),
        rounds=Rounds(floors, now, clock),
        desk=desk,
        dispatches=Dispatches(DispatchStore(database), clock),
        lessons=Lessons(store),
        fields=fields,
        audit=AuditStore(database),
        aids=aids,
        mailing=Mailing(
            MailStore(database),
            store,
            clock,
            now,
            Texts.load(LOCALE, further=files.paths(PAGES, languages)),
            Letterhead(
                Brand.load(settings.data / "brand").name,
                postman.domain if postman else "",
                lambda: public_address(settings),
            ),
            connected,
        ),
        forgetting=Forgetting(ForgettingStore(database), clock),
        personal=Personal(
            PersonalStore(database), lambda words: (each.case for each in aids.search.find(words).found)
        ),
        erasures=ErasureRequests(database),
        mirrored=mirrored,
        peers=peers,
        helpdesk=Helpdesk(store, mirrored, PeerLog(database), peers, now, clock),
        links=Links(settings.handoff.customer_link, settings.handoff.support_link),
    )


def fact_rules(
    rules: Rules, products: Mapping[str, Sequence[str]], facts: FactSettings | None = None
) -> FactRules:
    """How facts are found: days in the fallback team's time zone, products by name, numbers as set."""
    if facts is None:
        return FactRules(products=_named(products), zone=rules.team(rules.fallback).calendar.zone)
    return FactRules(
        order=facts.order,
        order_form=facts.order_form,
        order_digits=facts.order_digits,
        invoice=facts.invoice,
        invoice_form=facts.invoice_form,
        country=facts.country,
        currency=facts.currency,
        products=_named(products),
        zone=rules.team(rules.fallback).calendar.zone,
    )


def _named(products: Mapping[str, Sequence[str]]) -> tuple[Product, ...]:
    return tuple(Product(name, tuple(words)) for name, words in products.items())
