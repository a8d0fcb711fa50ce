"""What an operator says about their Matrix homeserver, in `[bridges.matrix]`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Annotated

from config.plug_settings import A_URL, NOT_EMPTY, Rule, between

_LOCALPART = Rule(
    "must be lower-case letters, digits, - and _",
    lambda value: (
        bool(value)
        and all(each.isascii() and (each.isalnum() or each in "-_") for each in str(value))
        and str(value) == str(value).lower()
    ),
)


@dataclass(frozen=True, slots=True)
class MatrixSettings:
    """url: where its clients reach the homeserver. server: the name after the colon of its users.

    as_token, hs_token: of the registration file. id: what that calls us, user: its `sender_localpart`; our
    users and rooms begin with that and "_". lobby: the room of the team, by alias or id.
    """

    url: Annotated[str, A_URL]
    server: Annotated[str, NOT_EMPTY]
    lobby: Annotated[str, NOT_EMPTY]
    as_token: Annotated[str, NOT_EMPTY] = field(repr=False)
    hs_token: Annotated[str, NOT_EMPTY] = field(repr=False)
    id: Annotated[str, NOT_EMPTY] = "firstline"
    user: Annotated[str, _LOCALPART] = "firstline"
    poll_seconds: Annotated[float, between(0.1, 300)] = 60.0
    cafile: str = ""

    @property
    def bot(self) -> str:
        """Our own user."""
        return f"@{self.user}:{self.server}"

    def puppet(self, customer: str) -> str:
        """The user who stands for a customer, the same for all their cases."""
        return f"@{self.user}_{hashlib.sha256(customer.encode()).hexdigest()[:12]}:{self.server}"

    def alias(self, handoff_id: str) -> str:
        """The name that a case's room is found by."""
        return f"#{self.user}_case_{handoff_id}:{self.server}"

    def is_ours(self, user: str) -> bool:
        """Whether nobody but us can be this user."""
        local, _, server = user.removeprefix("@").partition(":")
        return server == self.server and (local == self.user or local.startswith(f"{self.user}_"))
