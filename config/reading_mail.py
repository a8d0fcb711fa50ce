"""Reads a mail that came in: who wrote what, in which thread, and whether a person wrote it at all.

Everything here is bytes from strangers: nothing is believed that our own server has not checked, nothing is
fetched, and whatever they send, it is read or it is an UnreadableMailError.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import Message

from config.errors import ConfigError
from config.mail import MailFile, plain
from config.mail_headers import Checked, Headers, Kind, read_headers
from config.mail_parts import Body, Part, body_of, decoded, files_of
from config.mail_quotes import LANGUAGES, own_words

__all__ = ["Bounce", "Checked", "Kind", "ReadMail", "UnreadableMailError", "read_mail"]

_ID = re.compile(r"<[^<>\s]{1,250}>")


class UnreadableMailError(ConfigError):
    """Bytes that are no mail."""

    status = 400

    def __init__(self, why: str) -> None:
        super().__init__(f"the mail can't be read: {why}; look at it in the mailbox")


@dataclass(frozen=True, slots=True)
class Bounce:
    """A mail server's report that one of our mails did not arrive, or is late.

    about: the Message-ID of that mail, "" where the report does not say. permanent: it will not be tried
    again. says: the server's own words.
    """

    about: str
    receiver: str
    permanent: bool
    says: str


@dataclass(frozen=True, slots=True)
class ReadMail:
    """A mail as it was understood.

    message_id: in angle brackets; made from date, sender and body where it came without one, so that the same
    mail has the same. sender: its address in lower case, "" where it does not have exactly one. reply_to:
    where its writer wants answers, "" for the sender. to: every address that it was sent to, also those that
    only the delivery names. references: the thread before it, oldest first. text: what its writer wrote,
    without quotations and signature; whole: with them. files: what it brings, without pictures that only its
    quotations or its signature show. checked: what our server found out about where it came from.
    """

    message_id: str
    sender: str
    sender_name: str
    reply_to: str
    to: tuple[str, ...]
    subject: str
    at: datetime | None
    references: tuple[str, ...]
    text: str
    whole: str
    files: tuple[MailFile, ...]
    kind: Kind
    bounce: Bounce | None
    checked: Checked
    headers: Headers

    def header(self, name: str) -> str:
        """The first header of that name, "" where there is none."""
        return self.headers.all.get(name.lower(), "")


def read_mail(
    raw: bytes, *, trusted: str = "", above: str = "", languages: Sequence[str] = LANGUAGES
) -> ReadMail:
    """trusted: the name under which our own mail server writes Authentication-Results; "" believes nobody's.

    above: a line that stands over every mail of ours; in an answer, what is below it is quotation. languages:
    whose words above a quotation are known. Raises UnreadableMailError.
    """
    try:
        message = message_from_bytes(raw)
        headers = read_headers(message, trusted)
        body, parts = body_of(message), files_of(message)
        bounce = _bounce(message, body) if headers.kind == "bounce" else None
    except RecursionError:
        raise UnreadableMailError("its parts are nested too deeply") from None
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError) as error:
        # Python's parser has ways to fail on malformed mail that it has no error of its own for.
        raise UnreadableMailError(f"it is malformed ({type(error).__name__})") from error
    return ReadMail(
        message_id=headers.message_id or _made_up(headers, body, parts),
        sender=headers.sender,
        sender_name=headers.sender_name,
        reply_to=headers.reply_to,
        to=headers.to,
        subject=headers.subject,
        at=headers.at,
        references=headers.references,
        text=own_words(body.new, above=above, languages=languages),
        whole=body.whole,
        files=tuple(part.file for part in parts if _is_brought(part, body)),
        kind=headers.kind,
        bounce=bounce,
        checked=headers.checked,
        headers=headers,
    )


def _is_brought(part: Part, body: Body) -> bool:
    """Whether a file is its writer's, and no picture of a signature or of what is quoted."""
    shown = body.pictures
    hidden = shown is not None and part.content_id and part.content_id not in shown
    return not (hidden and part.file.type.startswith("image/"))


def _made_up(headers: Headers, body: Body, parts: Sequence[Part]) -> str:
    said = (headers.all.get("date", ""), headers.sender, headers.subject, body.whole)
    mark = hashlib.sha256("\0".join(said).encode())
    for part in parts:
        mark.update(part.file.content)
    return f"<{mark.hexdigest()[:32]}@without-id.invalid>"


def _bounce(message: Message, body: Body) -> Bounce:
    """Source: RFC 3464. Servers that write reports of their own are read for a Message-ID, in any part."""
    status = original = ""
    waiting, seen = [message], 0
    while waiting and seen < 100:
        part = waiting.pop(0)
        seen += 1
        kind, inner = part.get_content_type(), part.get_payload()
        if kind == "message/delivery-status":
            status += "".join(each.as_string() for each in inner if isinstance(each, Message))
        elif kind == "text/rfc822-headers":
            original += decoded(part)
        elif kind == "message/rfc822" and isinstance(inner, list) and isinstance(inner[0], Message):
            original += f"Message-ID: {inner[0].get('Message-ID', '')}\n"
        elif isinstance(inner, list):
            waiting += [each for each in inner if isinstance(each, Message)]
    named = re.search(r"^Message-ID:\s*(<[^<>\s]{1,250}>)", original, re.IGNORECASE | re.MULTILINE)
    ids = [named[1]] if named else [*_ID.findall(str(message.get("In-Reply-To", "")))]
    action = _field(status, "Action").casefold()
    code = _field(status, "Status")
    says = _field(status, "Diagnostic-Code") or " ".join(body.whole.split())
    return Bounce(
        about=ids[0] if ids else "",
        receiver=_field(status, "(?:Original|Final)-Recipient").rpartition(";")[2].strip().strip("<>"),
        permanent=not code.startswith("4") and action not in ("delayed", "relayed", "delivered", "expanded"),
        says=plain(says)[:300],
    )


def _field(status: str, name: str) -> str:
    found = re.search(rf"^{name}:\s*(.+(?:\n[ \t].+)*)", status, re.IGNORECASE | re.MULTILINE)
    return " ".join(found[1].split()) if found else ""
