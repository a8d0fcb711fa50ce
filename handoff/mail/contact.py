"""What a customer leaves so that an answer finds them, and what they are promised. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from handoff.case import Case
from handoff.casefile.case_summary import TranscriptLine
from handoff.entry import NewEntry
from handoff.escalation import Line, Promise
from handoff.finding.masking import mask
from handoff.values import JsonObject, JsonValue, as_object
from handoff.verbs.change import Change

# What of a summary is not read from the conversation again when the customer says more.
_KEPT = ("routing", "customer")


@dataclass(frozen=True, slots=True)
class Contact:
    """How a customer wants to be reached; what they have not said is None."""

    email: str | None
    name: str | None = None
    message: str | None = None
    phone: str | None = None


def left(case: Case, summary: JsonObject, contact: Contact, now: datetime) -> Change | None:
    """The case that knows how its customer is reached; None where it does already.

    A phone number takes no e-mail address's place, to which answers go by themselves.
    """
    name = contact.name or case.customer_name
    mailed = contact.email or (case.contact if "@" in (case.contact or "") else None)
    reached = mailed or contact.phone or case.contact
    if (name, reached) == (case.customer_name, case.contact):
        return None
    held = summary.get("customer")
    customer: JsonObject = {**(held if isinstance(held, dict) else {}), "name": name, "address": reached}
    entry = NewEntry("event", "system", None, f"The customer left a contact: {reached or name}", now)
    return Change(
        replace(case, customer_name=name, contact=reached),
        "contact_left",
        "customer",
        now,
        entries=(entry,),
        document={**summary, "customer": customer},
    )


def promised(case: Case, summary: JsonObject, line: Line, by: datetime, now: datetime) -> Change | None:
    """The case whose summary holds what a message promised the customer; None where it does already.

    The message itself comes along where the summary does not hold it yet: it was said after the hand-over.
    """
    before, text = _list(summary, "promises"), mask(line.text)
    fresh = as_object(Promise(text, (line.number,), by))
    if fresh in before:
        return None
    document = {**summary, "promises": [*before, fresh]}
    transcript = _list(summary, "transcript")
    if line.number not in map(_number, transcript):
        said = as_object(TranscriptLine(line.number, line.author, line.name, text, line.at))
        document["transcript"] = sorted([*transcript, said], key=_number)
    return Change(case, "promised", "bot", now, document=document)


def added_to(held: JsonObject, fresh: JsonObject) -> JsonObject:
    """A summary read again from the whole conversation, with what the case was told beside it.

    Of a message that `held` has a promise of, that one stays: it may know by when.
    """
    before = _list(held, "promises")
    known = {number for each in before for number in _cited(each)}
    later = [each for each in _list(fresh, "promises") if known.isdisjoint(_cited(each))]
    kept = {name: held[name] for name in _KEPT}
    return {**fresh, **kept, "promises": [*before, *later]}


def _list(summary: JsonObject, name: str) -> list[JsonValue]:
    held = summary.get(name)
    return list(held) if isinstance(held, list) else []


def _cited(item: JsonValue) -> list[JsonValue]:
    return _list(item, "messages") if isinstance(item, dict) else []


def _number(line: JsonValue) -> int:
    number = line.get("number") if isinstance(line, dict) else None
    return number if isinstance(number, int) else 0
