"""What the headers of a mail say: who and where, which thread, who or what wrote it, and what was checked.

Total: whatever strangers write there, it is a text, an address or nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from typing import Literal

from config.mail import NotAnAddressError, address_of, one_line

Kind = Literal["person", "auto_reply", "automatic", "list", "bounce"]
"""Who wrote a mail: a person; a machine in answer to one of ours; a machine of its own accord; somebody to a
list or to many; or a mail server that could not deliver one."""

_MOST_CHARACTERS = 20_000  # of a header; the longest honest ones are lists of receivers
_MOST_IDS = 100
_ID = re.compile(r"<[^<>\s]{1,250}>")
_BRACKETED = re.compile(r"<([^<>\s]+)>\s*\Z")
_DELIVERED = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To")

# What answering machines set beside, or before there was, RFC 3834's header.
_AUTO_REPLY = (
    ("X-Autoreply", ""),
    ("X-Auto-Reply", ""),
    ("X-Autorespond", ""),
    ("X-Mail-Autoreply", ""),
    ("X-MS-Exchange-Inbox-Rules-Loop", ""),
    ("Precedence", "auto_reply"),
    ("Delivered-To", "autoresponder"),
    ("X-POST-MessageClass", "9; autoresponder"),
)
_AUTOMATIC = (("X-FC-MachineGenerated", "true"), ("Precedence", "junk"))
_TO_MANY = (
    *(("List-Id", ""), ("List-Post", ""), ("List-Unsubscribe", "")),
    *(("Precedence", "list"), ("Precedence", "bulk")),
)
# Answering machines that set no header at all, by the words in front of the subject.
_AWAY = re.compile(
    r"(?:automatic reply|auto(?:matic)?[ -]?(?:reply|response)|out of (?:the )?office|automatisk svar|"
    r"autosvar|fravær|frånvaro|automatische antwort|abwesenheit(?:snotiz)?|réponse automatique|"
    r"automatisch antwoord|respuesta automática|risposta automatica)\b",
    re.IGNORECASE,
)
_MACHINES = re.compile(r"(?:no-?reply|do-?not-?reply|ikke-?svar|bounces?)(?:[+=-].*)?", re.IGNORECASE)
_SERVERS = ("mailer-daemon", "postmaster")


@dataclass(frozen=True, slots=True)
class Checked:
    """What our own mail server found out about where a mail came from.

    Each is RFC 8601's word, such as `pass`, `fail` or `none`; all are `none` where no server is trusted to
    say so. signed, sent_by: the domains that DKIM and SPF passed for.
    """

    spf: str = "none"
    dkim: str = "none"
    dmarc: str = "none"
    signed: tuple[str, ...] = ()
    sent_by: tuple[str, ...] = ()
    dmarc_of: str = ""

    def proves(self, address: str) -> bool:
        """Whether a mail from this address was sent by who may send for its domain."""
        domain = address.rpartition("@")[2].casefold()
        passed = (*self.signed, *self.sent_by, *((self.dmarc_of,) if self.dmarc == "pass" else ()))
        return bool(domain) and any(domain == each or domain.endswith(f".{each}") for each in passed)


@dataclass(frozen=True, slots=True)
class Headers:
    """A mail's headers as plain text. `all` has the first of each, by lower-case name."""

    message_id: str
    sender: str
    sender_name: str
    reply_to: str
    to: tuple[str, ...]
    subject: str
    at: datetime | None
    references: tuple[str, ...]
    kind: Kind
    checked: Checked
    all: Mapping[str, str] = field(repr=False)


def read_headers(message: Message, trusted: str = "") -> Headers:
    """trusted: the name under which our own server writes Authentication-Results; "" believes nobody's.

    message_id is "" where there is none; sender, reply_to where there is not exactly one address; at where it
    is no time. references: the thread before, oldest first. to: every address that it was sent to, also those
    that only the delivery names.
    """
    first = {name.lower(): text(value) for name, value in reversed(message.items())}
    sender_name, sender = _one_address(message, "From")
    ids = [*_ids(message, "References"), *_ids(message, "In-Reply-To")]
    own = _ids(message, "Message-ID")
    return Headers(
        message_id=own[0] if own else "",
        sender=sender,
        sender_name=sender_name,
        reply_to=_one_address(message, "Reply-To")[1],
        to=tuple(dict.fromkeys(_addresses(message, "To", "Cc", *_DELIVERED))),
        subject=first.get("subject", ""),
        at=_time(first.get("date", "")),
        references=tuple(dict.fromkeys(ids)),
        kind=_kind(message, first, sender),
        checked=_checked(message, trusted),
        all=first,
    )


def text(value: object) -> str:
    """A header's value in one line, its encoded words decoded; what can't be is shown as it is."""
    raw = str(value)[:_MOST_CHARACTERS]
    try:
        parts = [
            part.decode(charset or "utf-8", "replace") if isinstance(part, bytes) else part
            for part, charset in decode_header(raw)
        ]
    except (ValueError, LookupError):
        return one_line(raw)
    return one_line("".join(parts))


def _ids(message: Message, name: str) -> list[str]:
    values = " ".join(str(value)[:_MOST_CHARACTERS] for value in message.get_all(name, []))
    return _ID.findall(values)[-_MOST_IDS:]


def _one_address(message: Message, name: str) -> tuple[str, str]:
    """Name and address where the header has exactly one and every reader would see the same; else empty."""
    values = [str(value)[:_MOST_CHARACTERS] for value in message.get_all(name, [])]
    found = getaddresses(values[:1])
    if len(values) != 1 or len(found) != 1:
        return "", ""
    written = values[0].strip()
    bracketed = _BRACKETED.search(written)
    address = _address(bracketed[1] if bracketed else written)
    if address != _address(found[0][1]):
        return "", ""
    return text(found[0][0]), address


def _addresses(message: Message, *names: str) -> Iterator[str]:
    for name in names:
        values = [str(value)[:_MOST_CHARACTERS] for value in message.get_all(name, [])]
        yield from filter(None, (_address(address) for _, address in getaddresses(values)))


def _address(written: str) -> str:
    try:
        return address_of(written, ours=True).casefold()
    except NotAnAddressError:
        return ""


def _time(written: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(written)
        return (at.replace(tzinfo=UTC) if at.tzinfo is None else at).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _kind(message: Message, first: Mapping[str, str], sender: str) -> Kind:
    """Sources: RFC 3834 (automatic responses), 3464 (delivery reports), 2919 and 2369 (lists), and what the
    common mail programs set."""
    local = sender.partition("@")[0]
    nobody = first.get("return-path", "").replace(" ", "") == "<>"
    submitted = re.split(r"[;(\s]", first.get("auto-submitted", "") or "no", maxsplit=1)[0].casefold()
    report = message.get_content_type() == "multipart/report"
    if (report and _parameter(message, "report-type") == "delivery-status") or local in _SERVERS:
        return "bounce"
    if submitted == "auto-replied" or _says(first, _AUTO_REPLY) or _AWAY.match(first.get("subject", "")):
        return "auto_reply"
    if submitted != "no" or report or _says(first, _AUTOMATIC):
        return "automatic"
    if _says(first, _TO_MANY):
        return "list"
    return "automatic" if nobody or _MACHINES.fullmatch(local) else "person"


def _parameter(message: Message, name: str) -> str:
    value = message.get_param(name)
    return value.casefold() if isinstance(value, str) else ""


def _says(first: Mapping[str, str], marks: Sequence[tuple[str, str]]) -> bool:
    return any(
        name.lower() in first and first[name.lower()].casefold().startswith(value) for name, value in marks
    )


def _checked(message: Message, trusted: str) -> Checked:
    """The topmost header of the trusted server's: what is below it may have come with the mail.

    Source: RFC 8601.
    """
    if not trusted:
        return Checked()
    for value in message.get_all("Authentication-Results", []):
        said = re.sub(r"\([^()]*\)", " ", str(value)[:_MOST_CHARACTERS])
        who, *results = said.split(";")
        if who.split() and who.split()[0].casefold() == trusted.casefold():
            return _results(results)
    return Checked()


def _results(results: Sequence[str]) -> Checked:
    said: dict[str, str] = {}
    domains: dict[str, list[str]] = {"dkim": [], "spf": [], "dmarc": []}
    for each in results:
        found = re.match(r"\s*([a-z0-9-]+)\s*=\s*([a-z]+)", each, re.IGNORECASE)
        if not found or found[1].casefold() not in domains:
            continue
        method, result = found[1].casefold(), found[2].casefold()
        if said.get(method) != "pass":
            said[method] = result
        if result == "pass":
            domains[method] += _domains(method, each)
    return Checked(
        spf=said.get("spf", "none"),
        dkim=said.get("dkim", "none"),
        dmarc=said.get("dmarc", "none"),
        signed=tuple(domains["dkim"]),
        sent_by=tuple(domains["spf"]),
        dmarc_of=next(iter(domains["dmarc"]), ""),
    )


def _domains(method: str, result: str) -> Iterator[str]:
    """The domains that a passed check is about."""
    named = {"dkim": r"header\.(?:d|i)", "spf": r"smtp\.mailfrom", "dmarc": r"header\.from"}[method]
    for value in re.findall(rf"\b{named}\s*=\s*\"?([^\s;\"]+)", result, re.IGNORECASE):
        yield value.rpartition("@")[2].strip(".").casefold()
