"""What a case learns of its customer after it was opened: who they are, what they are looking at. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handoff.case import Case
from handoff.casefile.case_summary import CustomerCard
from handoff.entry import NewEntry
from handoff.values import JsonObject, as_object
from handoff.verbs.change import Change


def introduced(
    case: Case, summary: JsonObject, escalation: JsonObject, card: CustomerCard, now: datetime
) -> Change | None:
    """The case whose file holds this card of its customer; None where it does already.

    escalation: the hand-over with this customer, from which the summary is written again later. What the
    customer has left themselves, a name or an address, stays where the card has none.
    """
    given = summary.get("customer")
    held: JsonObject = given if isinstance(given, dict) else {}
    name, contact = card.name or case.customer_name, card.address or case.contact
    told: JsonObject = {**as_object(card), "name": name, "address": contact, "locale": held.get("locale")}
    if told == held:
        return None
    says = f"The company's site says who the customer is: {name or card.id}"
    fresh = card.verified and not case.customer_verified
    return Change(
        replace(
            case,
            customer_id=card.id,
            customer_name=name,
            customer_verified=card.verified,
            contact=contact,
        ),
        "introduced",
        "customer",
        now,
        entries=(NewEntry("event", "system", None, says, now),) if fresh else (),
        document={**summary, "customer": told},
        escalation=escalation,
    )
