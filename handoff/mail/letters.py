"""What a mail to a customer says, in the language of the conversation. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

from handoff.case import Case
from handoff.entry import Entry
from handoff.finding.masking import mask

Say = Callable[[str], str]

_DAYS = {"nb": "EEEE d. MMMM y"}

LetterKind = Literal["reply", "receipt", "transcript"]


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that is owed: to whom, about which case; of a reply the entries of the thread that it carries.

    state: `new`, `sent`, `unneeded` or `parked`; `why` says what went wrong the last time.
    """

    id: int
    case: int
    kind: LetterKind
    receiver: str
    language: str
    entries: tuple[int, ...]
    state: str
    attempts: int
    not_before: datetime
    why: str | None
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Reading:
    """Who reads a mail, and how: the words of their language, the team's time zone, where the chat is.

    chat: its address, and house: that of the files' paths; "" where they are not known.
    """

    say: Say
    language: str
    zone: str
    brand: str
    chat: str
    house: str = ""


def subject(case: Case, reading: Reading, *, again: bool) -> str:
    """One a case, so that mail programs keep the thread together."""
    told = reading.say("Your question to %(brand)s") % {"brand": reading.brand}
    return f"{'Re: ' if again else ''}[#{case.number}] {told}"


def reply(case: Case, replies: Sequence[Entry], reading: Reading) -> str:
    """What agents answered while the customer was away, in order."""
    said: list[str] = []
    for entry in replies:
        said.append(entry.text)
        said += _attached(entry, reading)
    names = ", ".join(dict.fromkeys(_first(entry.name) for entry in replies if entry.name))
    signed = f"{names}, {reading.brand}" if names else reading.brand
    return _letter(_greeting(case, reading), *said, signed, *_footer(case, reading))


def receipt(case: Case, asked: Sequence[Entry], promised: datetime, reading: Reading) -> str:
    """We have it, and when they hear from us."""
    _ = reading.say
    by = _("Somebody answers you on %(day)s at %(time)s at the latest.") % {
        "day": _day(promised, reading),
        "time": _clock(promised, reading),
    }
    parts = [
        _greeting(case, reading),
        _("thank you for your message. It is with us as case #%(number)d, and nothing of it is lost.")
        % {"number": case.number},
        by,
    ]
    if asked:
        parts += [_("You wrote:"), "\n".join(line for entry in asked for line in _quoted(entry))]
    return _letter(*parts, reading.brand, *_footer(case, reading))


def transcript(case: Case, thread: Sequence[Entry], reading: Reading) -> str:
    """What was said, by whom and when; colleagues' notes and the desk's own events stay inside."""
    _ = reading.say
    parts = [_("Here is the conversation of case #%(number)d.") % {"number": case.number}]
    day = None
    for entry in thread:
        if entry.kind not in ("line", "reply"):
            continue
        local = entry.at.astimezone(ZoneInfo(reading.zone))
        if local.date() != day:
            day = local.date()
            parts.append(_day(entry.at, reading))
        said = mask(entry.text) if entry.kind == "line" else entry.text
        parts.append(f"{_clock(entry.at, reading)} {_author(entry, _)}\n{said}")
        parts += _attached(entry, reading)
    return _letter(*parts, reading.brand, *_footer(case, reading))


def _attached(entry: Entry, reading: Reading) -> list[str]:
    """A line for each file that came along, with the address it is had at where the house knows its own."""
    if not reading.house:
        return [f"{reading.say('Attached in the chat:')} {file.name}" for file in entry.files]
    said = reading.say("Attached:")
    return [f"{said} {file.name}\n{reading.house}{file.address}" for file in entry.files]


def _quoted(entry: Entry) -> list[str]:
    """A message line by line, and the names of the files that it brought."""
    return [*(f"> {line}" for line in mask(entry.text).splitlines()), *(f"> [{f.name}]" for f in entry.files)]


def _greeting(case: Case, reading: Reading) -> str:
    _, name = reading.say, _first(case.customer_name)
    return _("Hello %(name)s,") % {"name": name} if name else _("Hello,")


def _footer(case: Case, reading: Reading) -> tuple[str, ...]:
    _ = reading.say
    if reading.chat:
        return (f"--\n{_('To go on, open the chat where you wrote to us:')} {reading.chat}",)
    return (f"--\n{_('To go on, open the chat where you wrote to us.')}",)


def _author(entry: Entry, _: Say) -> str:
    if entry.kind == "reply":
        return _first(entry.name) or _("Agent")
    return {"customer": _("You"), "bot": _("Assistant")}.get(entry.author, _("Message"))


def _day(moment: datetime, reading: Reading) -> str:
    written = _DAYS.get(reading.language, "EEEE d MMMM y")
    return format_date(moment.astimezone(ZoneInfo(reading.zone)), written, locale=reading.language)


def _clock(moment: datetime, reading: Reading) -> str:
    return format_time(moment.astimezone(ZoneInfo(reading.zone)), "HH:mm", locale=reading.language)


def _first(name: str | None) -> str:
    return (name or "").strip().partition(" ")[0]


def _letter(*parts: str) -> str:
    return "\n\n".join(part.strip() for part in parts if part.strip()) + "\n"
