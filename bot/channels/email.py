"""E-mail: customers write to an address of ours, and are answered in the same thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated

from bot.channels import Around, Wire
from bot.channels.guides import guide_of
from bot.channels.plain import in_plain, offered
from bot.conversation import Message
from bot.mail.threads import CHANNEL
from config.clock import Clock
from config.mail import NotAnAddressError, address_of
from config.mailbox import Mailbox, MailboxAt, MailboxError
from config.oauth import tokens_of
from config.outbound import Outbound
from config.plug_settings import A_URL_OR_NONE, Rule, between, one_of
from handoff.bridges import Step


def _is_address(value: object) -> bool:
    try:
        return bool(address_of(str(value), ours=True))
    except NotAnAddressError:
        return False


_AN_ADDRESS = Rule('must be an address such as "support@company.example"', _is_address)
_A_DOOR = Rule(
    'must be "" or such as "lmtp://127.0.0.1:2424" or "smtp://127.0.0.1:2525"',
    lambda value: not value or door_of(str(value)) is not None,
)


@dataclass(frozen=True, slots=True)
class EmailSettings:
    """`[channels.email]`. address: ours, to which customers write; mail to `support+ANYTHING@` must come too.

    host to cafile: the mailbox that is read; host "" where mails are only brought. oauth_…: in the place of a
    password, see `config.oauth`. listen: where a mail server brings them. trusted: the name under which that
    server writes Authentication-Results; "" believes nobody's. mails_hour: letters of the bot's that one
    address gets in an hour. Mail goes out by `[mail]`.
    """

    address: Annotated[str, _AN_ADDRESS]
    host: str = ""
    port: Annotated[int, between(1, 65535)] = 993
    security: Annotated[str, one_of("tls", "starttls", "none")] = "tls"
    user: str = ""
    password: str = field(default="", repr=False)
    folder: str = "INBOX"
    cafile: str = ""
    oauth_token_url: Annotated[str, A_URL_OR_NONE] = ""
    oauth_client_id: str = ""
    oauth_client_secret: str = field(default="", repr=False)
    oauth_refresh_token: str = field(default="", repr=False)
    oauth_scope: str = ""
    listen: Annotated[str, _A_DOOR] = ""
    trusted: str = ""
    mails_hour: Annotated[int, between(1, 1_000)] = 20


@dataclass(frozen=True, slots=True)
class Door:
    """Where a mail server brings mails: it speaks SMTP, or LMTP as servers do behind one."""

    protocol: str
    host: str
    port: int


def door_of(text: str) -> Door | None:
    """A door as settings write it; None where it is none."""
    protocol, _, rest = text.partition("://")
    host, _, port = rest.rpartition(":")
    if protocol not in ("smtp", "lmtp") or not host or not port.isdecimal() or int(port) > 65535:
        return None
    return Door(protocol, host.strip("[]"), int(port))


class EmailChannel:
    """What is said in a turn goes as one letter, which `bot.mail.writing` words; files go along."""

    name = CHANNEL
    output = CHANNEL
    pushes = True
    shows_files = True
    delivers = True

    def __init__(self, settings: EmailSettings, clock: Clock, outbound: Outbound) -> None:
        self._settings, self._clock, self._outbound = settings, clock, outbound

    @classmethod
    def open(cls, around: Around) -> EmailChannel:
        return cls(around.given.read(EmailSettings), around.clock, around.outbound)

    def render(self, message: Message, address: str) -> tuple[Wire, ...]:
        buttons = [{"title": button.title, "payload": button.payload} for _, button in offered(message)]
        files = [{"name": file.name, "address": file.address} for file in message.files]
        return ({"text": in_plain(message, ""), "buttons": buttons, "files": files},)

    def check(self) -> Sequence[Step]:
        """Of the way in; `firstline mail test` tries the way out."""
        settings = self._settings
        if not settings.host:
            return [Step("listen", True, f"mail servers bring mails to {settings.listen}")]
        done: list[str] = []
        mailbox = open_mailbox(settings, self._outbound, self._clock)
        try:
            mailbox.check(done.append)
        except MailboxError as error:
            return [*_steps(done), Step(error.step, False, error.why, "mend it and check again")]
        finally:
            mailbox.close()
        return _steps(done)

    @staticmethod
    def guide(webhook_url: str) -> str:
        return guide_of(CHANNEL, webhook_url)


def open_mailbox(settings: EmailSettings, outbound: Outbound, clock: Clock) -> Mailbox:
    """The mailbox that customers write to, not connected yet. outbound: what asks for access tokens. Raises
    SettingsError."""
    at = MailboxAt(
        host=settings.host,
        port=settings.port,
        security=settings.security,
        user=settings.user,
        password=settings.password,
        folder=settings.folder,
        cafile=settings.cafile,
        keys=f"channels.{CHANNEL}.",
    )
    return Mailbox(at, clock, tokens=tokens_of(settings, outbound, clock, f"channels.{CHANNEL}"))


def _steps(done: Sequence[str]) -> list[Step]:
    says = {"connection": "the server answers", "sign-in": "it lets us in", "folder": "the folder is there"}
    return [Step(step, True, says.get(step, "done")) for step in done]


PLUG = EmailChannel
