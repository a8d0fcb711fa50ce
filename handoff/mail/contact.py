"""What a customer leaves so that an answer finds them, and what they are promised. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from handoff.case import Case
from handoff.entry import NewEntry
from handoff.escalation import Promise
from handoff.finding.masking import mask
from handoff.values import JsonObject, as_object
from handoff.verbs.change import Change

KEPT = ("routing", "promises", "customer")
"""What of a summary is not read from the conversation again when the customer says more."""


@dataclass(frozen=True, slots=True)
class Contact:
    """How a customer wants to be reached; what they have not said is None."""

    email: str | None
    name: str | None = None
    message: str | None = None


def left(case: Case, summary: JsonObject, contact: Contact, now: datetime) -> Change | None:
    """The case that knows how its customer is reached; None where it does already."""
    name = contact.name or case.customer_name
    reached = contact.email or case.contact
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


def promised(case: Case, summary: JsonObject, promise: Promise, now: datetime) -> Change | None:
    """The case whose summary holds what the customer was promised; None where it does already."""
    held = summary.get("promises")
    before = list(held) if isinstance(held, list) else []
    fresh = as_object(replace(promise, text=mask(promise.text)))
    if fresh in before:
        return None
    return Change(case, "promised", "bot", now, document={**summary, "promises": [*before, fresh]})
