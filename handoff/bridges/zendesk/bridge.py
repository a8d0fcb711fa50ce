"""The bridge to Zendesk Support: what it is told, what it tells, and how it is asked."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from config.outbound import RedirectError
from handoff.bridges import (
    Around,
    Capabilities,
    CaseRef,
    Changes,
    HealthState,
    Incoming,
    IncomingFile,
    NewCase,
    Outgoing,
    RawReply,
    RawRequest,
    Step,
)
from handoff.bridges.errors import PeerError, PeerRefusedError
from handoff.bridges.happened import assigned, merged
from handoff.bridges.http import PeerAddress, PeerHttp
from handoff.bridges.json_values import JsonValue, number_at, text_at, texts_at
from handoff.bridges.reading import moment_at, read_object
from handoff.bridges.zendesk import incoming
from handoff.bridges.zendesk.account import TAG, Account, ZendeskSettings
from handoff.bridges.zendesk.setup import checked, guide
from handoff.case import CaseStatus

_MOST_FILE = 50 * 1024 * 1024
_AGAIN = timedelta(seconds=60)
_ENDED = 200
_FILE_HOSTS = ".zdusercontent.com"
_STATUSES = {
    CaseStatus.OPEN: "open",
    CaseStatus.SNOOZED: "pending",
    CaseStatus.RESOLVED: "solved",
}

Seen = tuple[str, int, str, str]
"""When a ticket changed last, its last comment's id, its status, and the id of who has it."""


class Zendesk:
    """One account, worked with as one of its agents."""

    name = "zendesk"
    capabilities = Capabilities(
        receive="push+poll",
        idempotent_create="native",
        idempotent_post="lookup",
        merge_event=True,
        reopen="new_case",
        most_text=60_000,
        most_file=_MOST_FILE,
        acknowledge_within=timedelta(seconds=10),
    )

    def __init__(self, settings: ZendeskSettings, account: Account, around: Around) -> None:
        self._settings, self._account, self._around = settings, account, around

    @classmethod
    def open(cls, around: Around) -> Zendesk:
        settings = around.given.read(ZendeskSettings)
        address = PeerAddress(
            settings.url,
            basic_auth=(f"{settings.email}/token", settings.token),
            cafile=settings.cafile or None,
        )
        secrets = [each for each in (settings.token, settings.webhook_secret) if each]
        mends = {
            401: f"check {around.given.where('email')} and {around.given.where('token')}",
            403: f"the agent of {around.given.where('email')} needs access to all tickets",
        }
        return cls(
            settings, Account(PeerHttp(around.outbound.to(address, secrets=secrets), mends=mends)), around
        )

    def find_case(self, handoff_id: str) -> CaseRef | None:
        """The ticket; its summary is in it from the start."""
        found = self._account.ticket_of(handoff_id)
        if found is None:
            return None
        ticket = self._account.ticket(found)
        return self._ref(found, _ours(ticket), handoff_id, text_at(ticket, "requester_id"))

    def open_case(self, case: NewCase, key: str) -> CaseRef:
        found = self._account.ticket_of(case.handoff_id)
        requester = self._account.requester(case.customer)
        if found is None:
            found = self._create(case, requester)
        return self._ref(found, case.labels, case.handoff_id, requester)

    def post(self, case: CaseRef, item: Outgoing, key: str) -> str:
        """What the customer said is theirs. All else is a note: Zendesk mails customers what is public."""
        comment: dict[str, object] = {"uploads": self._account.uploads(item.files)}
        if item.kind == "customer":
            comment |= {"body": item.text, "public": True, "author_id": int(case.more["requester"])}
        else:
            comment |= {"body": f"{item.author_name}:\n{item.text}", "public": False}
        return self._account.say(case.case_key, comment, key)

    def find_post(self, case: CaseRef, key: str) -> str | None:
        return self._account.said_as(case.case_key, key)

    def update(self, case: CaseRef, changes: Changes, key: str) -> CaseRef:
        """Tags that its own people have set stay. A closed ticket can't be opened: another follows it up."""
        ticket = self._account.ticket(case.case_key)
        if text_at(ticket, "status") == "closed":
            if changes.status in (CaseStatus.OPEN, CaseStatus.SNOOZED):
                return self._follow_up(case, ticket)
            if changes == Changes(status=CaseStatus.RESOLVED):
                return case
        wanted: dict[str, object] = {}
        if changes.status is not None:
            wanted["status"] = _STATUSES[changes.status]
        if changes.priority is not None:
            wanted["priority"] = changes.priority.value
        if changes.team is not None:
            wanted["group_id"] = self._group(changes.team)
        if changes.assignee is not None:
            wanted["assignee_id"] = self._agent(changes.assignee)
        labels = _labels_of(case)
        if changes.labels is not None:
            theirs = [tag for tag in texts_at(ticket, "tags") if tag not in map(_tag, labels)]
            wanted["tags"] = list(dict.fromkeys([*theirs, *map(_tag, changes.labels)]))
            wanted |= {"safe_update": True, "updated_stamp": text_at(ticket, "updated_at")}
            labels = changes.labels
        if wanted:
            self._account.change(case.case_key, wanted, sure=True)
        return replace(case, more={**case.more, "labels": "\n".join(labels)})

    def typing(self, case: CaseRef, typing: bool) -> None:
        """Zendesk shows nobody writing in a ticket."""

    def erase(self, handoff_id: str, case: CaseRef | None) -> None:
        """All of its tickets: those that follow one up have its handoff, too."""
        found = self._account.tickets_of(handoff_id)
        for each in dict.fromkeys([*found, *([case.case_key] if case else [])]):
            self._account.erase(each)

    def challenge(self, request: RawRequest) -> RawReply | None:
        return None

    def verify(self, request: RawRequest, now: datetime) -> None:
        where = self._around.given.where("webhook_secret")
        incoming.verify(request, self._settings.webhook_secret, where, now)

    def parse(self, request: RawRequest) -> Sequence[Incoming]:
        return incoming.events(read_object(request.body))

    def poll(self, cursor: str, cases: Sequence[CaseRef]) -> tuple[Sequence[Incoming], str, timedelta]:
        """Looks at all tickets, a hundred at a time, and into those that have changed.

        The cursor holds what was seen of each: also of the last that were resolved here, which somebody may
        reopen there.
        """
        known = {at: (one[0], one[1], one[2], one[3]) for at, one in json.loads(cursor or "{}").items()}
        ours = {case.case_key for case in cases}
        ended = [at for at in known if at not in ours][-_ENDED:]
        tickets = self._account.tickets([*ended, *sorted(ours)])
        seen: dict[str, Seen] = {}
        events: list[Incoming] = []
        for at, ticket in tickets.items():
            if at in known and known[at][0] == text_at(ticket, "updated_at"):
                seen[at] = known[at]
                continue
            found, seen[at] = self._since(at, ticket, known.get(at))
            events += found
        return events, json.dumps(seen), _AGAIN

    def hydrate(self, event: Incoming) -> Incoming:
        if event.type == "assigned":
            name = text_at(self._account.user(event.author), "name")
            return replace(event, author_name=name, assignee=name, thin=False)
        if event.type == "merged":
            into = _merged_into(self._account.comments(event.case_key, 0))
            return replace(event, into=into or None, thin=False)
        comments = self._account.comments(event.case_key, int(event.remote_id or 0) - 1)
        for each in comments:
            if text_at(each, "id") == event.remote_id:
                return self._comment(each, event.case_key)
        raise PeerRefusedError(f"Zendesk's comment {event.remote_id} is gone")

    def fetch(self, case: CaseRef, file: IncomingFile) -> bytes:
        """A file of Zendesk's own; it tells who may have it where it lies, and that holds for a moment."""
        try:
            return self._account.http.get(file.key, most=_MOST_FILE).body
        except PeerRefusedError as error:
            to = error.__cause__.to if isinstance(error.__cause__, RedirectError) else ""
            host, here = urlsplit(to).hostname or "", urlsplit(self._settings.url).hostname
            if not (host == here or host.endswith(_FILE_HOSTS)):
                raise
        origin = f"{urlsplit(to).scheme}://{urlsplit(to).netloc}"
        return PeerHttp(self._around.outbound.to(PeerAddress(origin))).get(to, most=_MOST_FILE).body

    def health(self) -> HealthState:
        try:
            user = self._account.get("/users/me")
        except PeerError as error:
            return HealthState(False, error.says)
        name = text_at(user, "user", "name")
        return HealthState(bool(name), f"Zendesk answers, to {name or 'nobody it knows'}")

    def check(self) -> Sequence[Step]:
        return checked(self._account, self._settings, self._around)

    @staticmethod
    def guide(webhook_url: str) -> str:
        return guide(webhook_url)

    def close(self) -> None:
        """Its connections are the house's."""

    def _create(self, case: NewCase, requester: str) -> str:
        team = self._account.group(case.team) if case.team else None
        person = self._account.agent(case.assignee) if case.assignee else None
        missing = f"<p>There is no group “{html.escape(case.team or '')}” here.</p>"
        unknown = missing if case.team and team is None else ""
        uploads = self._account.uploads(case.files)
        if case.transcript:
            words = case.transcript.encode("utf-8", "replace")
            uploads.insert(0, self._account.upload("transcript.txt", words, "text/plain"))
        ticket: dict[str, object] = {
            "external_id": case.handoff_id,
            "subject": case.subject,
            "requester_id": int(requester),
            "comment": {"html_body": case.note_html + unknown, "public": False, "uploads": uploads},
            "priority": case.priority.value,
            "tags": [TAG, *map(_tag, case.labels)],
        }
        if team is not None:
            ticket["group_id"] = team
        if person is not None:
            ticket["assignee_id"] = person
        return self._account.create(ticket, case.handoff_id)

    def _follow_up(self, case: CaseRef, closed: JsonValue) -> CaseRef:
        """The ticket that goes on with a closed one; the newest of its handoff from now on."""
        handoff_id = case.more.get("handoff", "")
        found = self._account.ticket_of(handoff_id)
        if found is None or found == case.case_key:
            says = f"This goes on from #{case.case_key}, which is closed."
            ticket: dict[str, object] = {
                "via_followup_source_id": number_at(closed, "id"),
                "external_id": handoff_id,
                "subject": text_at(closed, "subject"),
                "requester_id": number_at(closed, "requester_id"),
                "comment": {"body": says, "public": False},
                "priority": text_at(closed, "priority") or None,
                "tags": [tag for tag in texts_at(closed, "tags") if tag != incoming.MERGED],
            }
            found = self._account.create(ticket, f"{handoff_id}/{case.case_key}")
        return self._ref(found, _labels_of(case), handoff_id, text_at(closed, "requester_id"))

    def _since(self, at: str, ticket: JsonValue, known: Seen | None) -> tuple[list[Incoming], Seen]:
        """What happened to a ticket since it was looked at, and how it is now."""
        _, last, status, assignee = known or ("", 0, "open", "")
        changed, moment = text_at(ticket, "updated_at"), moment_at(ticket, "updated_at")
        comments = self._account.comments(at, last)
        events = [self._comment(each, at) for each in comments]
        last = max((number_at(each, "id") or 0 for each in comments), default=last)
        now, who = text_at(ticket, "status"), text_at(ticket, "assignee_id")
        if incoming.MERGED in texts_at(ticket, "tags"):
            into = _merged_into(comments) if now != status else ""
            ended = [merged(at, into, moment)] if into else []
            return [*events, *ended], (changed, last, now, who)
        if who != assignee:
            name = text_at(self._account.user(who), "name") if who else ""
            events.append(assigned(at, who, name, moment, changed))
        said = incoming.status(at, now, moment, changed)
        if said and said.status is not incoming.STATUSES.get(status):
            events.append(said)
        return events, (changed, last, now, who)

    def _comment(self, told: JsonValue, at: str) -> Incoming:
        return incoming.comment(told, at, self._account.authors([told]), self._account.me())

    def _group(self, name: str) -> int | None:
        found = self._account.group(name) if name else None
        if name and found is None:
            raise PeerRefusedError(f"Zendesk has no group {name!r}; correct its name in [bridge] teams")
        return found

    def _agent(self, name: str) -> int | None:
        found = self._account.agent(name) if name else None
        if name and found is None:
            raise PeerRefusedError(f"Zendesk has no agent {name!r}; correct that in [bridge] people")
        return found

    def _ref(self, ticket: str, labels: Sequence[str], handoff_id: str, requester: str) -> CaseRef:
        more = {"handoff": handoff_id, "labels": "\n".join(labels), "requester": requester}
        return CaseRef(self.name, ticket, f"{self._settings.url}/agent/tickets/{ticket}", more)


def _merged_into(comments: Sequence[JsonValue]) -> str:
    """The ticket that the last comment of a merged one names: Zendesk says it there and nowhere else."""
    named = re.findall(r"#(\d{1,18})\b", text_at(comments[-1], "body")) if comments else []
    return named[-1] if named else ""


def _tag(label: str) -> str:
    """A label as Zendesk can have it: one word in small letters."""
    return re.sub(r"[\s,]+", "_", label.strip().lower())


def _ours(ticket: JsonValue) -> tuple[str, ...]:
    return tuple(tag for tag in texts_at(ticket, "tags") if tag != TAG)


def _labels_of(case: CaseRef) -> tuple[str, ...]:
    return tuple(filter(None, case.more.get("labels", "").split("\n")))
