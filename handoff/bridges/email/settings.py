"""What an operator says for a team that works by mail: `[bridges.email]`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from math import ceil
from typing import Annotated

from config.mailbox import MailboxAt
from config.plug_settings import A_URL_OR_NONE, NOT_EMPTY, Rule, between, one_of
from handoff.bridges.email.letters import FOOTER

_ADDRESS = r"[A-Za-z0-9!#$%&'*/=?^_`{|}~.+-]{1,40}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*"
_AN_ADDRESS = Rule(
    'must be an address such as "cases@company.example"',
    lambda value: bool(re.fullmatch(_ADDRESS, str(value))) and "+" not in str(value),
)
_ADDRESSES = Rule(
    'must be addresses such as "ines@company.example", or domains such as "@company.example"',
    lambda value: (
        isinstance(value, tuple)
        and all(re.fullmatch(_ADDRESS, each) or re.fullmatch(r"@[A-Za-z0-9.-]+", each) for each in value)
    ),
)
_LONG = Rule(
    "must have 20 characters or more, such as `openssl rand -hex 20` makes",
    lambda value: len(str(value)) > 19,
)


def _compiles(value: object) -> bool:
    try:
        re.compile(str(value))
    except re.error:
        return False
    return True


_A_PATTERN = Rule(r"must be a regular expression such as '\[rt\.example #\d+\]'", _compiles)
_Port = Annotated[int, between(1, 65535)]
_Security = Annotated[str, one_of("starttls", "tls", "none")]


@dataclass(frozen=True, slots=True)
class Smtp:
    """The server that takes our mail to the team."""

    host: str
    port: int
    security: str
    user: str
    password: str = field(repr=False)
    sender: str
    within_seconds: int
    cafile: str
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class EmailSettings:
    """address: as whom we write, and where answers come to. team: whom we write to. agents: who may answer
    customers. oauth_…: in the place of both passwords, see `config.oauth`. secret: nobody who does not know
    it can write into a case. check_server: the name under which our own mail server writes
    Authentication-Results; an answer must then be proved to be its sender's. subject_tag: what a helpdesk
    that works by mail puts into its subjects. idle_seconds: how long a look into the mailbox waits for mail.
    settle_seconds: how long a mail of ours may take to show there."""

    address: Annotated[str, _AN_ADDRESS]
    team: Annotated[str, _AN_ADDRESS]
    agents: Annotated[tuple[str, ...], NOT_EMPTY, _ADDRESSES]
    secret: Annotated[str, _LONG] = field(repr=False)
    smtp_host: Annotated[str, NOT_EMPTY]
    imap_host: Annotated[str, NOT_EMPTY]
    imap_user: Annotated[str, NOT_EMPTY]
    imap_password: str = field(default="", repr=False)
    imap_port: _Port = 993
    imap_security: _Security = "tls"
    imap_folder: Annotated[str, NOT_EMPTY] = "INBOX"
    smtp_port: _Port = 587
    smtp_security: _Security = "starttls"
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    cafile: str = ""
    oauth_token_url: Annotated[str, A_URL_OR_NONE] = ""
    oauth_client_id: str = ""
    oauth_client_secret: str = field(default="", repr=False)
    oauth_refresh_token: str = field(default="", repr=False)
    oauth_scope: str = ""
    plus_addresses: bool = True
    check_server: str = ""
    subject_tag: Annotated[str, _A_PATTERN] = ""
    footer: str = FOOTER
    idle_seconds: Annotated[int, between(0, 300)] = 20
    settle_seconds: Annotated[int, between(0, 60)] = 5

    def smtp(self, within: timedelta) -> Smtp:
        """within: the time that handing over one mail may take."""
        return Smtp(
            host=self.smtp_host,
            port=self.smtp_port,
            security=self.smtp_security,
            user=self.smtp_user,
            password=self.smtp_password,
            sender=self.address,
            within_seconds=ceil(within.total_seconds()),
            cafile=self.cafile,
        )

    def imap(self, within: timedelta) -> MailboxAt:
        """within: the time that one look into the mailbox may take."""
        return MailboxAt(
            host=self.imap_host,
            port=self.imap_port,
            security=self.imap_security,
            user=self.imap_user,
            password=self.imap_password,
            folder=self.imap_folder,
            cafile=self.cafile,
            within_seconds=ceil(within.total_seconds()),
            keys="bridges.email.imap_",
        )
