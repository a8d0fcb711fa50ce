"""What the bot or an agent promised in so many words, and by when. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from handoff.casefile.lexicon import lower
from handoff.escalation import Line, Promise
from handoff.finding.dates import dates
from handoff.finding.found import words

_SENTENCE = re.compile(r"[^\s.!?][^.!?\n]*(?:\.(?=\d)[^.!?\n]*)*[.!?]?")
_PROMISE = words(
    r"\b(?:(?:i|we)(?:['’]ll| will) (?:call|ring|write|e-?mail|send|refund|get back|come back"
    r"|reply|answer|update|contact|let you know|follow up|make sure|look into|book|arrange"
    r"|transfer|pay|credit|ship)"
    r"|(?:someone|somebody|a colleague|one of (?:us|my colleagues)|an engineer|a technician"
    r"|the team|they)(?:['’]ll| will) (?:call|ring|write|e-?mail|contact|come|get back|reply"
    r"|answer|visit|be in touch)"
    r"|you(?:['’]ll| will) (?:hear|get|receive|have) |(?:i|we) promise|will be (?:refunded"
    r"|sent|delivered|shipped|credited|paid|replaced|fixed|called)"
    r"|(?:jeg|vi) (?:ringer|skriver|sender|refunderer|svarer|kommer tilbake|tar kontakt"
    r"|gir (?:deg )?beskjed|følger opp|ordner|bestiller|skal (?:ringe|sende|svare|ordne"
    r"|refundere|ta kontakt)|lover)"
    r"|(?:noen|en kollega|en av oss|en montør|en tekniker) (?:ringer|tar kontakt|kommer|svarer"
    r"|skriver|vil (?:ringe|ta kontakt|svare))|du (?:får|vil få|hører fra|skal få) "
    r"|blir (?:sendt|refundert|levert|ringt opp|utbetalt))"
)
_HEDGED = words(
    r"\b(?:can['’]?t|cannot|unable|might|may|if you|could|would you|kan ikke|dessverre|kanskje"
    r"|hvis du|vil du|ønsker du)\b"
)
_WITHIN = words(
    r"\b(?:within|in|innen|om|inside|i løpet av|up to|at most|opptil)\s+(?:the next |de neste "
    r"|neste )?(?P<n>\d{1,3}|an?|one|two|three|four|five|en|et|to|tre|fire"
    r"|fem)\s*(?P<unit>minutes?|min|hours?|days?|weeks?|minutter|timer?|dager|dag|uker?"
    r"|virkedager|working days|business days)\b"
)
_COUNTS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "en": 1,
    "et": 1,
    "two": 2,
    "to": 2,
    "three": 3,
    "tre": 3,
    "four": 4,
    "fire": 4,
    "five": 5,
    "fem": 5,
}
_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "t": timedelta(hours=1)}
_UNITS |= {"d": _DAY, "v": _DAY, "b": _DAY, "w": _WEEK, "u": _WEEK}  # the first letters of days and weeks


def promises(lines: Sequence[Line], zone: ZoneInfo | None = None) -> tuple[Promise, ...]:
    """The sentences of the bot and of agents that promise something, each with its message.

    `by` is the end of the day that the sentence names, or so long after its message as it says; None where it
    says neither. zone: that of the customers, else of each message's own time.
    """
    return tuple(promise for line in lines if line.author in ("bot", "agent") for promise in _of(line, zone))


def _of(line: Line, zone: ZoneInfo | None) -> Iterator[Promise]:
    for match in _SENTENCE.finditer(line.text):
        said = match.group().strip()
        if said.endswith("?") or not _PROMISE.search(said) or _HEDGED.search(said):
            continue
        yield Promise(said, (line.number,), _by(said, line.at.astimezone(zone) if zone else line.at))


def _by(said: str, at: datetime) -> datetime | None:
    within = _WITHIN.search(said)
    if within is not None:
        word, unit = lower(within["n"]), lower(within["unit"])
        step = timedelta(days=1) if unit.startswith("work") else _UNITS[unit[0]]
        return at + (int(word) if word.isdigit() else _COUNTS[word]) * step
    days = [dated.day for dated in dates(said, at.date(), ahead=True) if dated.day >= at.date()]
    return datetime.combine(max(days), time(23, 59), at.tzinfo) if days else None
