"""What a small Request Tracker holds and does, as RT 5.0.3 does it, its traps included."""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as made

US = "firstline"
"""The account that the bridge has."""

STATUSES = {
    "new": "open",
    "open": "open",
    "stalled": "snoozed",
    "resolved": "resolved",
    "rejected": "resolved",
}
"""RT's stock statuses, in our words."""


@dataclass
class Part:
    """An attachment."""

    number: int
    type: str
    name: str
    content: bytes


@dataclass
class Happened:
    """A transaction."""

    number: int
    ticket: int
    type: str
    creator: str
    subject: str = ""
    field: str = ""
    new: str = ""
    parts: list[Part] = made(default_factory=list)


@dataclass
class Ticket:
    number: int
    subject: str
    queue: str
    status: str = "new"
    owner: str = "Nobody"
    priority: int = 0
    fields: dict[str, list[str]] = made(default_factory=dict)
    requestors: list[str] = made(default_factory=list)
    unmailed: list[str] = made(default_factory=list)
    merged_into: int | None = None


class FakeRt:
    """All that an RT holds, in memory. Its people are `accounts`: by name, whether they are privileged."""

    def __init__(self) -> None:
        self.tickets: dict[int, Ticket] = {}
        self.history: list[Happened] = []
        self.accounts = {"Nobody": False, "RT_System": False, US: True}
        self.queues = {"General": ["handoff_id", "labels"], "Billing": ["handoff_id", "labels"]}
        self._parts: dict[int, Part] = {}
        self._guard = threading.RLock()

    def ticket(self, number: int) -> Ticket:
        """The ticket that goes on: the one that it was merged into, if it was."""
        found = self.tickets[number]
        return self.ticket(found.merged_into) if found.merged_into else found

    def open(self, asked: Mapping[str, object], by: str) -> Ticket:
        with self._guard:
            fields = {name: _values(value) for name, value in dict(asked.get("CustomFields") or {}).items()}  # type: ignore[call-overload]
            queue = str(asked["Queue"])
            ticket = Ticket(
                number=len(self.tickets) + 1,
                subject=str(asked.get("Subject", "")),
                queue=queue,
                priority=int(str(asked.get("Priority", 0))),
                fields={name: values for name, values in fields.items() if name in self.queues[queue]},
                requestors=_values(asked.get("Requestor", [])),
                unmailed=_values(asked.get("SquelchMailTo", [])),
            )
            if (owner := str(asked.get("Owner", "Nobody"))) in self.accounts:
                ticket.owner = owner
            self.tickets[ticket.number] = ticket
            self.happens(ticket.number, "Create", by)
            return ticket

    def creator(self, ticket: Ticket) -> str:
        return next(each.creator for each in self.history if each.ticket == ticket.number)

    def happens(self, ticket: int, type: str, by: str, **more: str) -> Happened:
        with self._guard:
            happened = Happened(len(self.history) + 10, ticket, type, by, **more)
            self.history.append(happened)
            return happened

    def says(self, number: int, how: str, by: str, said: Mapping[str, object]) -> Happened:
        """A comment or a reply; a reply opens what was at an end."""
        with self._guard:
            ticket = self.ticket(number)
            happened = self.happens(ticket.number, how.capitalize(), by, subject=str(said.get("Subject", "")))
            # As in Perl, where "0" is nothing.
            if said.get("Content") not in (None, "", "0"):
                body = str(said["Content"]).replace("\r\n", "\n").encode()
                self._keep(happened, str(said["ContentType"]), "", body)
            for each in said.get("Attachments", ()):  # type: ignore[attr-defined]
                self._keep(
                    happened, each["FileType"], each["FileName"], base64.b64decode(each["FileContent"])
                )
            if how == "correspond" and ticket.status not in ("open", "new"):
                self.sets(ticket.number, "RT_System", {"Status": "open"})
            return happened

    def sets(self, number: int, by: str, asked: Mapping[str, object]) -> list[str]:
        """What became of each change, in words; a refused one is told like the others."""
        with self._guard:
            ticket, told = self.ticket(number), []
            for key, value in asked.items():
                told += self._set(ticket, key, value, by)
            return [f"Ticket {ticket.number}: {each}" for each in told]

    def part(self, number: int) -> Part:
        return self._parts[number]

    def find(self, query: str, by: str) -> list[Happened]:
        """Transactions by the part of RT's query language that the bridge uses."""
        query = query.replace("'__CurrentUser__'", f"'{by}'")
        above = [int(number) for number in re.findall(r"\bid > (\d+)", query)]
        least = [int(number) for number in re.findall(r"TicketId >= (\d+)", query)]
        exact = {int(number) for number in re.findall(r"TicketId = (\d+)", query)}
        ours = re.findall(r"TicketCreator = '([^']+)'", query)
        types = re.findall(r"\bType = '([^']+)'", query)
        makers = re.findall(r"(?<!Ticket)Creator (!?=) '([^']+)'", query)
        marks = re.findall(r"Subject LIKE '([^']+)'", query)
        opened = {each.ticket for each in self.history if each.type == "Create" and each.creator in ours}
        return [
            each
            for each in self.history
            if all(each.number > number for number in above)
            and all(each.ticket >= number for number in least)
            and (not types or each.type in types)
            and all((each.creator == name) is (how == "=") for how, name in makers)
            and all(mark in each.subject for mark in marks)
            and (not (ours or exact) or each.ticket in opened or each.ticket in exact)
        ]

    def _set(self, ticket: Ticket, key: str, value: object, by: str) -> Iterator[str]:
        if key == "Status":
            if value not in STATUSES:
                yield f"Status '{value}' isn't a valid status for this ticket."
            elif value != ticket.status:
                yield f"Status changed from '{ticket.status}' to '{value}'"
                ticket.status = str(value)
                self.happens(ticket.number, "Status", by, field="Status", new=ticket.status)
        elif key == "Owner":
            if value not in self.accounts:
                yield "That user may not own tickets in that queue"
            elif value != ticket.owner:
                ticket.owner = str(value)
                self.happens(ticket.number, "SetWatcher", by, field="Owner", new=ticket.owner)
                yield f"Owner changed to {value}"
        elif key == "Queue":
            if value not in self.queues:
                yield "That queue does not exist"
            else:
                ticket.queue = str(value)
                yield "Queue changed"
        elif key == "Priority":
            ticket.priority = int(str(value))
            yield "Priority changed"
        elif key == "CustomFields":
            ticket.fields |= {name: _values(each) for name, each in dict(value).items()}  # type: ignore[call-overload]
            yield "Custom fields changed"
        elif key == "MergeInto":
            ticket.merged_into = int(str(value))
            link = f"fsck.com-rt://rt.test/ticket/{value}"
            self.happens(ticket.number, "AddLink", by, field="MergedInto", new=link)
            yield "Merge Successful"

    def _keep(self, happened: Happened, type: str, name: str, content: bytes) -> None:
        part = Part(len(self._parts) + 1, type, name, content)
        self._parts[part.number] = part
        happened.parts.append(part)


def _values(given: object) -> list[str]:
    return [str(each) for each in given] if isinstance(given, list | tuple) else [str(given)]
