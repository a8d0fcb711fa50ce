"""What keeps mails together: a thread has an address of its own, and its mails have names. Pure.

A thread is a conversation. Its address is `support+TOKEN@company.example`: whoever has it was written to from
here, so a mail that comes to it is part of the thread, whatever its other headers have become on the way.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.conversation import ConversationId

CHANNEL = "email"

_TOKEN = re.compile(r"[a-z2-7]{20}")  # 100 bits; letters of one case, as mail servers fold them
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_ANSWER = re.compile(r"^(?:(?:re|sv|vs|aw|fwd?|vl|wg)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation by e-mail. customer: the address that it is answered to; name: as they write it.

    token: of its address. key: what its links are signed with.
    """

    conversation: ConversationId
    token: str
    key: str
    customer: str
    name: str | None
    subject: str
    started_at: datetime


def new_token() -> str:
    """An address's token that nobody can guess."""
    return "".join(secrets.choice(_LETTERS) for _ in range(20))


def new_key() -> str:
    return secrets.token_urlsafe(32)


def address_with(token: str, ours: str) -> str:
    """Our address with a thread's token in it. ours: as `support@company.example`."""
    local, _, domain = ours.rpartition("@")
    return f"{local}+{token}@{domain}"


def tokens_in(addresses: Iterable[str], ours: str) -> tuple[str, ...]:
    """The tokens of threads that these addresses have, each once, in their order."""
    local, _, domain = ours.lower().rpartition("@")
    found: dict[str, None] = {}
    for address in addresses:
        name, _, host = address.strip().lower().rpartition("@")
        token = name.removeprefix(f"{local}+")
        if host == domain and token != name and _TOKEN.fullmatch(token):
            found[token] = None
    return tuple(found)


def is_ours(address: str, ours: str) -> bool:
    """Whether an address is our own, with a token or without."""
    local, _, domain = ours.lower().rpartition("@")
    name, _, host = address.strip().lower().rpartition("@")
    return host == domain and (name == local or name.startswith(f"{local}+"))


def conversation_address(customer: str, message_id: str) -> str:
    """What a thread's conversation is addressed by: the customer, and the mail that began it.

    The same mail always begins the same conversation, however often it is read.
    """
    return f"{customer[:280]}#{mail_key(message_id)[:16]}"


def mail_key(message_id: str) -> str:
    """What a mail is known by; Message-IDs are as long as they like."""
    return hashlib.sha256(message_id.strip().encode("utf-8", "replace")).hexdigest()


def message_id_of(thread: Thread, first: int, last: int, domain: str) -> str:
    """The Message-ID of a letter with these messages: the same whenever it is sent again."""
    mark = hashlib.sha256(f"{thread.key} {thread.conversation}".encode()).hexdigest()[:20]
    return f"<chat.{mark}.{first}.{last}@{domain}>"


def bare_subject(subject: str) -> str:
    """A subject without what mail programs put before it when somebody answers."""
    return _ANSWER.sub("", " ".join(subject.split())).strip()
