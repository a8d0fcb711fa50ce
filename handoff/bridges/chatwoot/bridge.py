"""The bridge to Chatwoot: what it is told, what it tells, and how it is asked."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

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
from handoff.bridges.chatwoot import incoming
from handoff.bridges.chatwoot.account import Account, ChatwootSettings
from handoff.bridges.chatwoot.setup import checked, guide
from handoff.bridges.errors import PeerError, PeerRefusedError
from handoff.bridges.http import Part, PeerAddress, PeerHttp
from handoff.bridges.json_values import JsonValue, number_at, objects_at, text_at, value_at
from handoff.bridges.reading import moment_at, read_object
from handoff.case import CaseStatus
from handoff.floor.rules import Priority

_MOST_FILE = 40 * 1024 * 1024
_ENDED = 200
_AGAIN = timedelta(seconds=60)
_FILES = "/rails/active_storage/"
_STATUSES = {
    CaseStatus.OPEN: "open",
    CaseStatus.SNOOZED: "snoozed",
    CaseStatus.RESOLVED: "resolved",
}
_PRIORITIES = {
    Priority.URGENT: "urgent",
    Priority.HIGH: "high",
    Priority.NORMAL: "medium",
    Priority.LOW: "low",
}


class Chatwoot:
    """One API inbox of one account, worked with as one of its administrators."""

    name = "chatwoot"
    capabilities = Capabilities(
        receive="push+poll",
        idempotent_create="lookup",
        idempotent_post="lookup",
        typing=True,
        most_text=150_000,
        most_file=_MOST_FILE,
        acknowledge_within=timedelta(seconds=5),
    )

    def __init__(self, settings: ChatwootSettings, account: Account, around: Around) -> None:
        self._settings, self._account, self._around = settings, account, around

    @classmethod
    def open(cls, around: Around) -> Chatwoot:
        settings = around.given.read(ChatwootSettings)
        # Rack reads it as `api_access_token`, which proxies drop for its underscores.
        headers = {"api-access-token": settings.token}
        address = PeerAddress(settings.url, headers=headers, cafile=settings.cafile or None)
        secrets = [each for each in (settings.token, settings.webhook_secret) if each]
        mends = {
            401: f"write the access token of an administrator's profile to {around.given.where('token')}",
            403: f"the token of {around.given.where('token')} must be an administrator's",
            404: f"check {around.given.where('account')} and {around.given.where('inbox')}",
        }
        http = PeerHttp(around.outbound.to(address, secrets=secrets), mends=mends)
        return cls(settings, Account(http, settings), around)

    def find_case(self, handoff_id: str) -> CaseRef | None:
        """The conversation, once its summary is there: without that it was not opened to the end."""
        found = self._account.conversation_of(handoff_id)
        if found is None or self._account.said_as(found, _summary_of(handoff_id)) is None:
            return None
        return self._ref(found, handoff_id, self._account.labels(found))

    def open_case(self, case: NewCase, key: str) -> CaseRef:
        """What is set comes before the summary, so that a conversation with its summary lacks nothing."""
        team, assignee, unknown = self._hands(case)
        found = self._account.conversation_of(case.handoff_id)
        fresh = found is None
        if found is None:
            found = self._account.begin(case, team, assignee)
        ref = self._ref(found, case.handoff_id, case.labels)
        if fresh or self._account.said_as(found, _summary_of(case.handoff_id)) is None:
            self._account.set(found, "toggle_priority", {"priority": _PRIORITIES[case.priority]})
            if case.labels:
                self._account.set(found, "labels", {"labels": [*map(_label, case.labels)]})
            words = case.transcript.encode("utf-8", "replace")
            transcript = Part("attachments[]", words, "transcript.txt", "text/plain")
            self._account.say(
                found,
                "\n\n".join((case.note_markdown, *unknown)),
                _summary_of(case.handoff_id),
                private=True,
                files=case.files,
                extra=[transcript] if words else [],
            )
        return ref

    def post(self, case: CaseRef, item: Outgoing, key: str) -> str:
        """What the customer said is theirs; what was answered here is an answer there, with the name."""
        ours = item.kind in ("bot", "agent")
        text = f"**{item.author_name}**\n\n{item.text}" if item.kind != "customer" else item.text
        return self._account.say(
            case.case_key,
            text,
            key,
            private=not ours and item.kind != "customer",
            incoming=item.kind == "customer",
            files=item.files,
        )

    def find_post(self, case: CaseRef, key: str) -> str | None:
        return self._account.said_as(case.case_key, key)

    def update(self, case: CaseRef, changes: Changes, key: str) -> CaseRef:
        """Labels that its own people have set stay."""
        at = case.case_key
        if changes.status is not None:
            self._account.set(at, "toggle_status", {"status": _STATUSES[changes.status]})
        if changes.priority is not None:
            self._account.set(at, "toggle_priority", {"priority": _PRIORITIES[changes.priority]})
        if changes.team is not None:
            self._account.set(at, "assignments", {"team_id": self._team(changes.team)})
        if changes.assignee is not None:
            self._account.set(at, "assignments", {"assignee_id": self._person(changes.assignee)})
        if changes.labels is None:
            return case
        ours = [*map(_label, _labels_of(case))]
        theirs = [label for label in self._account.labels(at) if label not in ours]
        wanted = dict.fromkeys([*theirs, *map(_label, changes.labels)])
        self._account.set(at, "labels", {"labels": list(wanted)})
        return self._ref(at, case.more.get("handoff", ""), changes.labels)

    def typing(self, case: CaseRef, typing: bool) -> None:
        self._account.typing(case.case_key, case.more.get("handoff", ""), typing)

    def erase(self, handoff_id: str, case: CaseRef | None) -> None:
        found = case.case_key if case else self._account.conversation_of(handoff_id)
        if found is not None:
            self._account.erase(found)

    def challenge(self, request: RawRequest) -> RawReply | None:
        return None

    def verify(self, request: RawRequest, now: datetime) -> None:
        where = self._around.given.where("webhook_secret")
        incoming.verify(request, self._settings.webhook_secret, where, now)

    def parse(self, request: RawRequest) -> Sequence[Incoming]:
        return incoming.events(read_object(request.body), self._settings.inbox, incoming.sent(request))

    def poll(self, cursor: str, cases: Sequence[CaseRef]) -> tuple[Sequence[Incoming], str, timedelta]:
        """Looks into the conversations that something happened in, and into those that are new to us.

        The cursor holds the moment of the last thing that happened in the inbox, in seconds since 1970, and
        of each conversation the last message, the status and who has it: also of the last that were
        resolved here, which somebody may reopen there.
        """
        since, known = _read_cursor(cursor)
        if not cases and not known:
            return (), cursor, _AGAIN
        newest, busy = self._busy(since)
        ours = {case.case_key for case in cases}
        ended = [at for at in known if at not in ours][-_ENDED:]
        seen: dict[str, Seen] = {}
        events: list[Incoming] = []
        for at in (*ended, *sorted(ours)):
            if at in known and at not in busy:
                seen[at] = known[at]
                continue
            told = busy.get(at) or self._account.conversation(at)
            if told is None:
                continue  # deleted there; our own desk has all of it
            found, seen[at] = self._since(at, told, known.get(at))
            events += found
        return events, json.dumps({"since": newest, "seen": seen}), _AGAIN

    def hydrate(self, event: Incoming) -> Incoming:
        return event

    def fetch(self, case: CaseRef, file: IncomingFile) -> bytes:
        """A file out of Chatwoot itself: where that is elsewhere, it fetches it for us.

        Source: Ruby on Rails' guide to Active Storage, on proxying files.
        """
        path = urlsplit(file.key).path.replace("/redirect/", "/proxy/", 1)
        if not path.startswith(_FILES) or "/../" in path:
            raise PeerRefusedError(f"{file.name} is no file of Chatwoot's own")
        return self._account.http.get(path, most=_MOST_FILE).body

    def health(self) -> HealthState:
        try:
            profile = self._account.http.get("/api/v1/profile").json()
        except PeerError as error:
            return HealthState(False, error.says)
        return HealthState(True, f"Chatwoot answers, to {text_at(profile, 'name')}")

    def check(self) -> Sequence[Step]:
        return checked(self._account, self._settings, self._around)

    @staticmethod
    def guide(webhook_url: str) -> str:
        return guide(webhook_url)

    def close(self) -> None:
        """Its connections are the house's."""

    def _busy(self, since: int) -> tuple[int, Mapping[str, JsonValue]]:
        """When the last thing happened, and the conversations that something happened in from `since` on.

        They come by that moment, the last first; the first time, one page says where to begin.
        """
        newest, busy, page = since, dict[str, JsonValue](), 1
        while True:
            query = {"inbox_id": str(self._settings.inbox), "status": "all", "page": str(page)}
            listed = objects_at(self._account.get("/conversations", **query), "data", "payload")
            moments = [number_at(each, "last_activity_at") or 0 for each in listed]
            newest = max(newest, *moments, 0)
            for each, moment in zip(listed, moments, strict=True):
                if moment >= since:
                    busy[text_at(each, "id")] = each
            if not listed or not since or min(moments) < since:
                return newest, busy
            page += 1

    def _since(self, at: str, told: JsonValue, known: Seen | None) -> tuple[list[Incoming], Seen]:
        """What happened in a conversation since it was looked at, and how it is now."""
        last, status, assignee = known or (0, "open", "")
        stamp, moment = text_at(told, "updated_at"), moment_at(told, "updated_at")
        if moment is None:
            stamp, moment = text_at(told, "last_activity_at"), moment_at(told, "last_activity_at")
        events: list[Incoming] = []
        for each in self._account.messages(at, last):
            last = max(last, number_at(each, "id") or 0)
            if said := incoming.message(each, at):
                events.append(said)
        now, who = text_at(told, "status"), value_at(told, "meta", "assignee")
        if text_at(who, "id") != assignee:
            events.append(incoming.assigned_to(at, who, moment, stamp))
        said = incoming.status(at, now, moment, stamp)
        if said and said.status is not incoming.STATUSES.get(status):
            events.append(said)
        return events, (last, now, text_at(who, "id"))

    def _hands(self, case: NewCase) -> tuple[int | None, int | None, list[str]]:
        """The ids of who is to have a case, and what its people read of who is not there."""
        team = self._account.team(case.team) if case.team else None
        person = self._account.person(case.assignee) if case.assignee else None
        unknown = [f"There is no team “{case.team}” here."] if case.team and team is None else []
        if case.assignee and person is None:
            unknown.append(f"There is nobody here who is “{case.assignee}”.")
        return team, person, unknown

    def _team(self, name: str) -> int:
        found = self._account.team(name) if name else 0
        if found is None:
            raise PeerRefusedError(f"Chatwoot has no team {name!r}; correct its name in [bridge] teams")
        return found

    def _person(self, name: str) -> int:
        found = self._account.person(name) if name else 0
        if found is None:
            raise PeerRefusedError(f"Chatwoot has no agent {name!r}; correct that in [bridge] people")
        return found

    def _ref(self, conversation: str, handoff_id: str, labels: Sequence[str]) -> CaseRef:
        url = f"{self._settings.url}/app/accounts/{self._settings.account}/conversations/{conversation}"
        return CaseRef(self.name, conversation, url, {"handoff": handoff_id, "labels": "\n".join(labels)})


Seen = tuple[int, str, str]
"""The last message of a conversation, its status, and the id of who has it."""


def _read_cursor(cursor: str) -> tuple[int, Mapping[str, Seen]]:
    read = json.loads(cursor or "{}")
    return read.get("since", 0), {at: (one[0], one[1], one[2]) for at, one in read.get("seen", {}).items()}


def _summary_of(handoff_id: str) -> str:
    return f"{handoff_id}/summary"


def _label(label: str) -> str:
    """A label as Chatwoot can have it: one word in small letters."""
    return re.sub(r"[\s,]+", "-", label.strip().lower())


def _labels_of(case: CaseRef) -> tuple[str, ...]:
    return tuple(filter(None, case.more.get("labels", "").split("\n")))
