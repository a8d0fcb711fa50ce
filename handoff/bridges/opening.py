"""Opens the helpdesk that settings name, and all that works for it; one of the doors that read settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from config.address import public_address
from config.clock import Clock
from config.database import Database
from config.language_files import PAGES, files_of
from config.outbound import Outbound
from config.pages import Brand
from config.plugins import resolve
from config.settings import Settings
from config.texts import Texts
from handoff.aids.files import SentFiles
from handoff.bridges import Around, Bridge, Plug
from handoff.bridges.applying import Applying
from handoff.bridges.composing import Composing, Names
from handoff.bridges.doing import Doing
from handoff.bridges.erasing import Erasing
from handoff.bridges.fetching import Fetching
from handoff.bridges.polling import Polling
from handoff.bridges.reaching import Breaker
from handoff.bridges.receiving import Receiving
from handoff.bridges.sending import Desk as Mirrored
from handoff.bridges.sending import Sending
from handoff.bridges.typing import Typing
from handoff.desk import Desk
from handoff.file import FileRef
from handoff.opening import LOCALE, OWN_DESK, Handoff
from handoff.store import Store
from handoff.store.bridges import BridgeStore
from handoff.store.following import FollowingStore
from handoff.store.glance import GlanceStore
from handoff.store.inbox import InboxStore
from handoff.store.memory import Memory
from handoff.store.peer_queue import PeerQueue
from handoff.store.peers import PeerStore
from handoff.wording import Say

PACKAGE = "handoff.bridges"


@dataclass(frozen=True, slots=True)
class Mirror:
    """A helpdesk and what works for it.

    `sending` tells it what happens here; `receiving` takes its webhooks, `polling` asks it, and `applying`
    does what it says; `typing` shows who writes; `erasing` has it forget customers.
    """

    bridge: Bridge
    sending: Sending
    receiving: Receiving
    polling: Polling
    applying: Applying
    typing: Typing
    erasing: Erasing

    def stop(self) -> None:
        """Before its jobs are stopped: whatever may take long ends."""
        self.polling.stop()

    def close(self) -> None:
        """Let go of the helpdesk; what is owed stays owed."""
        self.typing.close()
        self.applying.close()
        self.bridge.close()


def open_bridge(
    settings: Settings, outbound: Outbound, clock: Clock, name: str | None = None
) -> Bridge | None:
    """The helpdesk of `[handoff] bridge`, or of another `name`; None where that is our own desk alone.

    Raises PluginError for one that there is not, and SettingsError for what is wrong in its table.
    """
    named = name or settings.handoff.bridge
    if named == OWN_DESK:
        return None
    plug = cast(Plug, resolve(named, PACKAGE))
    within = timedelta(seconds=settings.bridge.within_seconds)
    around = Around(
        given=settings.plugs.given("bridges", plug.name),
        outbound=outbound.guarded(settings.bridge.private_networks, within),
        clock=clock,
        our_url=settings.server.public_url,
        brand=Brand.load(settings.data / "brand").name,
        language=settings.bot.languages[0],
        say=words_of(settings),
    )
    return plug.open(around)


def open_mirror(
    handoff: Handoff,
    settings: Settings,
    outbound: Outbound,
    clock: Clock,
    sent: SentFiles | None = None,
) -> Mirror | None:
    """The helpdesk that settings name and all that works for it, over the open room; None without one.

    Raises as `open_bridge`.
    """
    bridge = open_bridge(settings, outbound, clock)
    if bridge is None:
        handoff.helpdesk.switch(None)
        return None
    return mirror_to(bridge, handoff, settings, clock, sent)


def words_of(settings: Settings) -> Say:
    """The language that a helpdesk's people read: the first of those that the house speaks."""
    languages = settings.bot.languages
    further = files_of(settings.data).paths(PAGES, languages)
    return Texts.load(LOCALE, further=further).say(languages[0])


def mirror_to(
    bridge: Bridge, handoff: Handoff, settings: Settings, clock: Clock, sent: SentFiles | None = None
) -> Mirror:
    """All that works for a helpdesk; from here on new cases are mirrored there.

    sent: the files that customers send.
    """
    house = Brand.load(settings.data / "brand").name
    database, name = handoff.database, bridge.name
    inbox, known = InboxStore(database, name), BridgeStore(database)
    handoff.helpdesk.switch(name)
    peers, queue = PeerStore(database), PeerQueue(database, name)
    breaker = Breaker(peers, name, clock)
    typing = Typing(bridge, known, inbox, handoff.aids.presence, breaker, clock, house)

    def desk_over(database: Database) -> Desk:
        glances = GlanceStore(database, Memory())
        return Desk(Store(database), FollowingStore(database), glances, handoff.fields, clock, handoff.rules)

    def bytes_of(file: FileRef) -> bytes:
        theirs = sent.sent(file.id) if sent is not None else None
        ours = handoff.aids.files
        return theirs[1] if theirs is not None else ours.content(ours.find(file.id))

    return Mirror(
        bridge=bridge,
        sending=Sending(
            bridge,
            Mirrored(handoff.store, known, queue, peers, handoff.rules),
            Composing(
                handoff.store,
                bytes_of,
                Names(settings.bridge.teams, settings.bridge.people),
                public_address(settings),
                bridge.capabilities.most_file,
                words_of(settings),
            ),
            clock,
            give_up=timedelta(minutes=settings.bridge.give_up_minutes),
        ),
        receiving=Receiving(bridge, inbox, clock, typing.theirs),
        polling=Polling(
            bridge,
            inbox,
            lambda: tuple(each.ref for each in known.alive(name) if each.ref is not None),
            breaker,
            clock,
            timedelta(seconds=settings.bridge.poll_seconds),
            typing.theirs,
        ),
        applying=Applying(
            bridge,
            inbox,
            known,
            handoff.store,
            Fetching(bridge, handoff.aids.files),
            Doing(database, desk_over, handoff.rules, clock, house),
            typing,
            breaker,
            clock,
            house,
        ),
        typing=typing,
        erasing=Erasing(bridge, name, handoff.erasures, known, breaker, clock),
    )
