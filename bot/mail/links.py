"""Links in a mail that give one of the bot's offered replies, or a rating, without signing in. Pure.

The address holds the thread's token, the message, the reply's place and a signature over them. Opening it
changes nothing, because mail servers and programs open links by themselves to look at them; the page asks.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from bot.mail.threads import Thread

PATH = "/mail"


def link(our_url: str, thread: Thread, message: int, place: int) -> str:
    """The address of one reply. place: among the message's buttons, 0 the first."""
    return f"{our_url}{PATH}/{thread.token}/{message}/{place}/{signature(thread, message, place)}"


def rating_link(our_url: str, thread: Thread, message: int, score: int) -> str:
    """The address that gives a score, from 1 to 5, after the message that tells of the end."""
    signed = signature(thread, message, rated(score))
    return f"{our_url}{PATH}/{thread.token}/{message}/rating/{score}/{signed}"


def rated(score: int) -> str:
    """What a rating's link is signed for, in the place of a reply's place."""
    return f"rating {score}"


def signature(thread: Thread, message: int, place: int | str) -> str:
    """128 bits of an HMAC-SHA256 under the thread's own key."""
    said = f"{thread.conversation} {message} {place}".encode()
    made = hmac.new(thread.key.encode(), said, hashlib.sha256).digest()[:16]
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def is_signed(thread: Thread, message: int, place: int | str, given: str) -> bool:
    """Whether the link was made here; compared in constant time."""
    return hmac.compare_digest(signature(thread, message, place).encode(), given.encode("utf-8", "replace"))
