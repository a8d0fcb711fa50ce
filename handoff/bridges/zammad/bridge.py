"""The bridge to Zammad: what it is told, what it tells, and how it is asked."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from datetime import datetime, timedelta

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
from handoff.bridges.http import PeerAddress, PeerHttp
from handoff.bridges.json_values import JsonValue, number_at, text_at
from handoff.bridges.reading import moment_at, read_object
from handoff.bridges.zammad import incoming
from handoff.bridges.zammad.account import (
    TAG,
    Account,
    ZammadSettings,
    attached,
    attached_files,
    customer_of,
    message_id,
    tag_of,
)
from handoff.bridges.zammad.setup import checked, guide
from handoff.case import CaseStatus

_MOST_FILE = 20 * 1024 * 1024
_AGAIN = timedelta(seconds=60)
_OVERLAP = timedelta(seconds=10)  # what was begun earlier may be written later
_ENDED = 200
_SLEEPS = timedelta(days=7)  # a reminder needs a day; the customer wakes it before
_NOBODY = 1

Seen = tuple[str, int, str, str]
"""When a ticket changed last, its last article's id, its state, and the id of who has it."""


class Zammad:
    """One Zammad, worked with as one of its agents."""

    name = "zammad"
    capabilities = Capabilities(
        receive="push+poll",
        idempotent_create="lookup",
        idempotent_post="lookup",
        merge_event=True,
        most_text=500_000,
        most_file=_MOST_FILE,
        acknowledge_within=timedelta(seconds=30),
    )

    def __init__(self, settings: ZammadSettings, account: Account, around: Around) -> None:
        self._settings, self._account, self._around = settings, account, around

    @classmethod
    def open(cls, around: Around) -> Zammad:
        settings = around.given.read(ZammadSettings)
        headers = {"Authorization": f"Token token={settings.token}"}
        address = PeerAddress(settings.url, headers=headers, cafile=settings.cafile or None)
        secrets = [each for each in (settings.token, settings.webhook_secret) if each]
        mends = {
            401: f"write a token of our agent to {around.given.where('token')}",
            403: f"the token of {around.given.where('token')} needs the permission ticket.agent, "
            "and its agent full access to the group",
            422: f"check {around.given.where('group')}, and the names in [bridge] teams and people",
        }
        return cls(
            settings, Account(PeerHttp(around.outbound.to(address, secrets=secrets), mends=mends)), around
        )

    def find_case(self, handoff_id: str) -> CaseRef | None:
        """The ticket; its summary is in it from the start."""
        found = self._account.ticket_of(handoff_id)
        if found is None:
            return None
        tags = self._account.tags(text_at(found, "id"))
        ours = (TAG, tag_of(handoff_id))
        return self._ref(found, [tag for tag in tags if tag not in ours])

    def open_case(self, case: NewCase, key: str) -> CaseRef:
        found = self._account.ticket_of(case.handoff_id)
        return self._ref(self._create(case) if found is None else found, case.labels)

    def post(self, case: CaseRef, item: Outgoing, key: str) -> str:
        """What the customer said is theirs; what was answered here is public there, and mailed to nobody."""
        article: dict[str, object] = {
            "type": "note",  # the one that never sends anything
            "sender": "Agent",
            "internal": item.kind == "note",
            "content_type": "text/plain",
            "body": f"{item.author_name}:\n{item.text}",
            "attachments": attached_files(item.files),
        }
        if item.kind == "customer":
            customer = int(case.more["customer"])
            article |= {"body": item.text, "sender": "Customer", "origin_by_id": customer}
        return self._account.say(case.case_key, article, key)

    def find_post(self, case: CaseRef, key: str) -> str | None:
        return self._account.said_as(case.case_key, key)

    def update(self, case: CaseRef, changes: Changes, key: str) -> CaseRef:
        """Tags that its own people have set stay."""
        wanted: dict[str, object] = {}
        if changes.status is CaseStatus.SNOOZED:
            until = self._around.clock.now() + _SLEEPS
            wanted |= {"state": "pending reminder", "pending_time": until.isoformat()}
        elif changes.status is not None:
            wanted["state"] = "open" if changes.status is CaseStatus.OPEN else "closed"
        if changes.priority is not None:
            wanted["priority"] = self._account.priority(changes.priority)
        if changes.team:
            wanted["group"] = changes.team
        if changes.assignee is not None:
            wanted |= {"owner": changes.assignee} if changes.assignee else {"owner_id": _NOBODY}
        if wanted:
            self._account.change(case.case_key, wanted)
        if changes.labels is None:
            return case
        before = _labels_of(case)
        for label in changes.labels:
            if label not in before:
                self._account.tag(case.case_key, _tag(label))
        for label in before:
            if label not in changes.labels:
                self._account.untag(case.case_key, _tag(label))
        more = {**case.more, "labels": "\n".join(changes.labels)}
        return CaseRef(case.bridge, case.case_key, case.url, more)

    def typing(self, case: CaseRef, typing: bool) -> None:
        """Zammad shows nobody writing in a ticket."""

    def erase(self, handoff_id: str, case: CaseRef | None) -> None:
        """Where the token may not delete, this says by which of Zammad's own means somebody can."""
        ticket = case.case_key if case else text_at(self._account.ticket_of(handoff_id), "id")
        if not ticket:
            return
        try:
            self._account.erase(ticket)
        except PeerRefusedError as error:
            raise PeerRefusedError(
                f"{error.says}. Give the agent's role the permission admin, or delete the customer of ticket "
                f"{ticket} by hand, with all of their tickets: Settings, System, Data Privacy"
            ) from error

    def challenge(self, request: RawRequest) -> RawReply | None:
        return None

    def verify(self, request: RawRequest, now: datetime) -> None:
        where = self._around.given.where("webhook_secret")
        incoming.verify(request, self._settings.webhook_secret, where)

    def parse(self, request: RawRequest) -> Sequence[Incoming]:
        return incoming.events(read_object(request.body), request.headers.get("x-zammad-trigger", ""))

    def poll(self, cursor: str, cases: Sequence[CaseRef]) -> tuple[Sequence[Incoming], str, timedelta]:
        """Looks into the tickets with our tag that have changed.

        The cursor holds the moment of the last change, and what was seen of each ticket: also of the last
        that were resolved here, which somebody may reopen there.
        """
        read = json.loads(cursor or "{}")
        since: str = read.get("since", "")
        known = {at: (one[0], one[1], one[2], one[3]) for at, one in read.get("seen", {}).items()}
        ours = {case.case_key for case in cases}
        seen: dict[str, Seen] = {at: known[at] for at in known if at not in ours}
        seen = dict([*seen.items()][-_ENDED:]) | {at: known[at] for at in known if at in ours}
        events: list[Incoming] = []
        for ticket in self._account.changed_since(_before(since)):
            at, changed = text_at(ticket, "id"), text_at(ticket, "updated_at")
            since = max(since, changed)
            if (at in ours or at in seen) and not (at in seen and seen[at][0] == changed):
                found, seen[at] = self._since(at, ticket, seen.get(at))
                events += found
        for at in sorted(ours - seen.keys()):  # which changed before we knew of it
            if ticket := self._account.ticket(at):
                found, seen[at] = self._since(at, ticket, None)
                events += found
        return events, json.dumps({"since": since, "seen": seen}), _AGAIN

    def hydrate(self, event: Incoming) -> Incoming:
        return event

    def fetch(self, case: CaseRef, file: IncomingFile) -> bytes:
        return self._account.attachment(file.key)

    def health(self) -> HealthState:
        try:
            user = self._account.get("/users/me")
        except PeerError as error:
            return HealthState(False, error.says)
        return HealthState(True, f"Zammad answers, to {text_at(user, 'login')}")

    def check(self) -> Sequence[Step]:
        return checked(self._account, self._settings, self._around)

    @staticmethod
    def guide(webhook_url: str) -> str:
        return guide(webhook_url)

    def close(self) -> None:
        """Its connections are the house's."""

    def _create(self, case: NewCase) -> JsonValue:
        team = case.team or self._settings.group
        known = team == self._settings.group or self._account.has_group(team)
        unknown = "" if known else f"<p>There is no group “{html.escape(team)}” here.</p>"
        files = attached_files(case.files)
        if case.transcript:
            words = case.transcript.encode("utf-8", "replace")
            files.insert(0, attached("transcript.txt", words, "text/plain"))
        ticket: dict[str, object] = {
            "title": case.subject,
            "group": team if known else self._settings.group,
            "customer": customer_of(case.customer),
            "priority": self._account.priority(case.priority),
            "tags": ",".join([TAG, tag_of(case.handoff_id), *map(_tag, case.labels)]),
            "article": {
                "subject": case.subject,
                "body": case.note_html + unknown,
                "content_type": "text/html",
                "type": "note",
                "sender": "Agent",
                "internal": True,
                "message_id": message_id(f"{case.handoff_id}/summary"),
                "attachments": files,
            },
        }
        if case.assignee:
            ticket["owner"] = case.assignee
        return self._account.create(ticket)

    def _since(self, at: str, ticket: JsonValue, known: Seen | None) -> tuple[list[Incoming], Seen]:
        """What happened to a ticket since it was looked at, and how it is now."""
        _, last, state, owner = known or ("", 0, "open", "")
        fresh = [each for each in self._account.articles(at) if (number_at(each, "id") or 0) > last]
        events = [found for each in fresh if (found := incoming.article(each, at))]
        last = max((number_at(each, "id") or 0 for each in fresh), default=last)
        now, who = text_at(ticket, "state"), incoming.owner_of(ticket)
        seen: Seen = (text_at(ticket, "updated_at"), last, now, who)
        if now == "merged":
            into = self._account.merged_into(at) if state != now else ""
            return [incoming.merged_into(ticket, into)] if into else [], seen
        if who != owner:
            events.append(incoming.assigned_to(ticket, self._account.name_of(who) if who else ""))
        said = incoming.status(ticket)
        if said and said.status is not incoming.STATUSES.get(state):
            events.append(said)
        return events, seen

    def _ref(self, ticket: JsonValue, labels: Sequence[str]) -> CaseRef:
        key = text_at(ticket, "id")
        more = {"customer": text_at(ticket, "customer_id"), "labels": "\n".join(labels)}
        return CaseRef(self.name, key, f"{self._settings.url}/#ticket/zoom/{key}", more)


def _before(moment: str) -> str:
    """A little before a moment that Zammad wrote, as it writes them."""
    at = moment_at(moment)
    return "" if at is None else (at - _OVERLAP).isoformat().replace("+00:00", "Z")


def _tag(label: str) -> str:
    """A label as Zammad can have it: a comma would part it in two."""
    return " ".join(label.replace(",", " ").split())


def _labels_of(case: CaseRef) -> tuple[str, ...]:
    return tuple(filter(None, case.more.get("labels", "").split("\n")))
