"""A case for a helpdesk outside, and what a bridge works with, for tests of one bridge against its fake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from config.clock import SystemClock
from config.outbound import Outbound
from config.plug_settings import PlugTable
from handoff.bridges import Around, Customer, NewCase, Outgoing, OutgoingFile, OutgoingKind
from handoff.casefile.summary import summarise
from handoff.file import FileRef
from handoff.floor.rules import Priority
from tests.handoff.conversations import FACT_RULES, MONDAY, RULES, escalation

MAYA = Customer("cust-42", "Maya", "maya.l@example.com", "+4722334455", "en", True)


def new_case(handoff_id: str = "h-1", customer: Customer = MAYA, **changes: object) -> NewCase:
    """A case of Maya's, urgent, with a label, for a team that the fakes have."""
    told = escalation("c: where is my refund", "b: on its way", "c: a person please")
    case = NewCase(
        handoff_id=handoff_id,
        number=1042,
        customer=customer,
        subject="[#1042] where is my refund",
        summary=summarise(told, 1042, RULES, FACT_RULES),
        note="#1042 where is my refund",
        note_markdown="**#1042 where is my refund**",
        note_html="<p><strong>#1042 where is my refund</strong></p>",
        transcript="Customer:\nwhere is my refund",
        priority=Priority.URGENT,
        labels=("refund",),
        team="billing",
        assignee=None,
        language="en",
        opened_at=MONDAY,
        desk_url="https://support.nordlys.example/desk/cases/1042",
    )
    return replace(case, **changes)  # type: ignore[arg-type]


def outgoing(text: str, kind: OutgoingKind = "customer", *files: OutgoingFile) -> Outgoing:
    return Outgoing(kind, "Ines" if kind in ("agent", "note") else "Maya", text, MONDAY, files)


def file(name: str, content: bytes) -> OutgoingFile:
    return OutgoingFile(FileRef(name, name, "application/octet-stream", len(content)), lambda: content)


def around(
    name: str, settings: Mapping[str, object], our_url: str = "https://support.nordlys.example"
) -> Around:
    """What a bridge works with that has these settings, and may ask this machine alone."""
    table = PlugTable("bridges", name, Path("firstline.toml"), settings, {})
    outbound = Outbound().guarded(["127.0.0.0/8"], timedelta(seconds=5))
    return Around(given=table, outbound=outbound, clock=SystemClock(), our_url=our_url, brand="Nordlys")
