"""Which facts a wish needs before an agent can act on it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handoff.casefile.claim import must_cite
from handoff.escalation import Escalation
from handoff.finding.facts import Fact, asked_for
from handoff.floor.triage import SMALL_TALK

NEEDS: Mapping[str, tuple[str, ...]] = {
    "order_status": ("order",),
    "change_order": ("order",),
    "cancel_order": ("order",),
    "delivery_problem": ("order",),
    "delivery_time": ("order",),
    "damaged_item": ("order", "product"),
    "return_item": ("order", "product"),
    "refund_status": ("order", "date"),
    "invoice": ("invoice", "email"),
    "payment_problem": ("order", "amount"),
    "business_account": ("email",),
    "router_setup": ("product",),
    "factory_reset": ("product",),
    "firmware_update": ("product",),
    "wifi_slow": ("product",),
    "wifi_no_connection": ("product",),
    "pair_device": ("product", "device"),
    "warranty": ("product", "order"),
    "reset_password": ("email",),
    "close_account": ("email",),
    "privacy": ("email",),
    "camera_recordings": ("email",),
    "complaint": ("order",),
    "report_fraud": ("date", "amount"),
}
"""The facts an intent needs, by the names of facts."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that is needed for the wish in `messages` and that nobody has asked for."""

    name: str
    messages: tuple[int, ...]

    def __post_init__(self) -> None:
        must_cite(self.messages, f"missing {self.name!r}")


@dataclass(frozen=True, slots=True)
class Completeness:
    """The share, 0 to 1, of the needed facts that are there, and the names of those that are not."""

    value: float
    missing: tuple[str, ...]


def completeness(
    escalation: Escalation, facts: Sequence[Fact], needs: Mapping[str, tuple[str, ...]] = NEEDS
) -> Completeness:
    """What is there of what the likeliest wish needs; 1.0 where it needs nothing."""
    meant = next((guess.name for guess in escalation.intents if guess.name not in SMALL_TALK), None)
    needed = needs.get(meant or "", ())
    given = {fact.name for fact in facts if not fact.superseded}
    if "@" in (escalation.customer.address or ""):
        given.add("email")
    if escalation.customer.site is not None:
        given |= escalation.customer.site.facts().keys()
    missing = tuple(name for name in needed if name not in given)
    return Completeness(1.0 - len(missing) / len(needed) if needed else 1.0, missing)


def never_asked(
    escalation: Escalation, complete: Completeness, cited: tuple[int, ...]
) -> tuple[Missing, ...]:
    """The missing facts that neither the bot nor an agent has asked the customer for."""
    asked = {name for line in escalation.lines for name in asked_for(line)}
    return tuple(Missing(name, cited) for name in complete.missing if name not in asked)
