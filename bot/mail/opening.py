"""Opens the e-mail channel; one of the doors that read settings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.channels.email import Door, EmailSettings, door_of, open_mailbox
from bot.channels.enclosing import content_of
from bot.channels.refusing import Phrase
from bot.chat import Chat
from bot.files import Files
from bot.mail.fetching import Fetching
from bot.mail.receiving import Receiving
from bot.mail.sending import Sending
from bot.mail.threads import CHANNEL
from bot.privacy.notice import Notices
from bot.reports import Reports
from bot.store.mailboxes import MailboxStore
from bot.workers import Job
from config.address import public_address
from config.clock import Clock
from config.database import Database
from config.language_files import PAGES, files_of
from config.mail import Postman, address_of
from config.outbound import Outbound
from config.pages import Brand
from config.settings import Settings, SettingsError
from config.texts import Texts
from handoff.aids.files import Files as DeskFiles

if TYPE_CHECKING:
    from bot.mail.listening import Listener

_LOCALE = Path(__file__).parents[1] / "web" / "locale"


@dataclass(frozen=True, slots=True)
class MailChannel:
    """The channel, open: the postman, and the ways in, a mailbox that is read and a door for mail servers."""

    store: MailboxStore
    sending: Sending
    receiving: Receiving
    fetching: Fetching | None
    listener: Listener | None

    @property
    def degraded(self) -> str | None:
        """Why mails do not come in, for who runs the house."""
        return self.fetching.degraded if self.fetching is not None else None

    def jobs(self, database: Database) -> tuple[Job, ...]:
        """What reads the mailbox, which waits for mail by itself, and what forgets; each in one process."""
        bell, alone = database.doorbell, database.alone
        clear = Job("mail bin", self.receiving.clear, bell, "mail bin", 3600, upkeep=True, alone=alone)
        if self.fetching is None:
            return (clear,)
        return Job("mailbox", self.fetching.work, bell, "mailbox", 0.1, upkeep=True, alone=alone), clear

    def start(self) -> None:
        """Open the door for mail servers, if there is one."""
        if self.listener is not None:
            self.listener.start()

    def close(self) -> None:
        """Let nothing more in; before the workers are stopped, as one may wait for mail."""
        if self.listener is not None:
            self.listener.close()
        if self.fetching is not None:
            self.fetching.close()


def open_mail_channel(
    settings: Settings,
    database: Database,
    post: Postman | None,
    chat: Chat,
    files: Files,
    reports: Reports,
    desk: DeskFiles,
    phrase: Phrase,
    notices: Notices,
    outbound: Outbound,
    clock: Clock,
) -> MailChannel:
    """files: the customers'; desk: those that agents send. post: None while mail is off. phrase: a
    response's words. notices: what new customers are told of their data. outbound: what asks
    for access tokens. SettingsError."""
    given = settings.plugs.given("channels", CHANNEL)
    told = given.read(EmailSettings)
    if post is None:
        raise given.error("address", "answers go out by [mail], which is off; set [mail] host and sender")
    if not told.host and not told.listen:
        raise given.error("host", "name the mailbox's server, or a door that mails are brought to: `listen`")
    texts = Texts.load(_LOCALE, further=files_of(settings.data).paths(PAGES, settings.bot.languages))
    store, address = MailboxStore(database), address_of(told.address, ours=True).lower()
    receiving = Receiving(
        store,
        chat,
        files,
        reports,
        clock,
        address=address,
        trusted=told.trusted,
        characters=settings.bot.message_characters,
        phrase=phrase,
        say=texts.say,
    )
    return MailChannel(
        store=store,
        sending=Sending(
            store,
            post,
            chat.messages,
            content_of(desk),
            texts.say,
            clock,
            address=address,
            brand=Brand.load(settings.data / "brand").name,
            our_url=lambda: public_address(settings).rstrip("/"),
            policy_url=settings.privacy.policy_url,
            notice=lambda language: notice.text if (notice := notices.of(language)) else "",
            mails_hour=told.mails_hour,
        ),
        receiving=receiving,
        fetching=_fetching(told, store, receiving, outbound, clock) if told.host else None,
        listener=_listener(door, receiving, address) if (door := door_of(told.listen)) else None,
    )


def _fetching(
    told: EmailSettings, store: MailboxStore, receiving: Receiving, outbound: Outbound, clock: Clock
) -> Fetching:
    name = f"{told.user}@{told.host}:{told.port}/{told.folder}"[:300]
    return Fetching(open_mailbox(told, outbound, clock), name, store, receiving, clock)


def _listener(door: Door, receiving: Receiving, address: str) -> Listener:
    try:
        # A package of its own, which most houses do not need.
        from bot.mail.listening import Listener
    except ModuleNotFoundError as error:
        rule = "needs a package that is not installed; run pip install 'firstline[listen]'"
        raise SettingsError(
            "settings", "[channels.email] listen", rule, key="channels.email.listen"
        ) from error
    return Listener(receiving.take, address, host=door.host, port=door.port, lmtp=door.protocol == "lmtp")
