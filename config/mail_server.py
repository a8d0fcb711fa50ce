"""What must be known of a server so that it takes our mail."""

from __future__ import annotations

from typing import Protocol


class MailServer(Protocol):
    """One SMTP server, as settings describe it; `config.settings.MailSettings` is one."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def security(self) -> str:
        """`starttls`, `tls` or `none`."""
        ...

    @property
    def user(self) -> str:
        """Whom we sign in as; empty where the server asks nobody."""
        ...

    @property
    def password(self) -> str: ...
    @property
    def sender(self) -> str:
        """As whom we write, with or without a name."""
        ...

    @property
    def reply_to(self) -> str: ...
    @property
    def within_seconds(self) -> int:
        """The time that handing over one mail may take."""
        ...

    @property
    def cafile(self) -> str: ...
