"""The rooms of cases at a homeserver: made once, joined, told of in the lobby, described in their state."""

from __future__ import annotations

from urllib.parse import quote

from handoff.bridges import Changes, NewCase
from handoff.bridges.errors import PeerRefusedError
from handoff.bridges.http import PeerHttp
from handoff.bridges.json_values import JsonValue, text_at
from handoff.bridges.matrix.settings import MatrixSettings

STATE = "org.firstline.case"
"""The type of the state event that says how a case is."""

KEY = "org.firstline.key"
"""Where a message of ours has the mark of its key."""

_TOPIC = ("status", "priority", "labels", "assignee")


class Rooms:
    """Rooms at one homeserver. lobbies: the ids of those where teams meet, as far as they are known."""

    def __init__(self, http: PeerHttp, settings: MatrixSettings) -> None:
        self._http, self._settings = http, settings
        self._known: dict[str, str] = {}

    @property
    def lobbies(self) -> frozenset[str]:
        return frozenset(self._known.values())

    def know_lobbies(self) -> None:
        """Join the lobby of the settings, where that has not been done."""
        self._lobby(self._settings.lobby)

    def named(self, alias: str) -> str | None:
        """The id of the room with an alias."""
        answer = self._http.get(f"/client/v3/directory/room/{_part(alias)}", allow=(404,))
        return text_at(answer.json(), "room_id") or None

    def open(self, case: NewCase, customer: str) -> str:
        """The case's room: made, or the one that there is."""
        alias = self._settings.alias(case.handoff_id)
        asked = {
            "room_alias_name": alias[1:].rpartition(f":{self._settings.server}")[0],
            "name": f"#{case.number} {case.subject}"[:200],
            "preset": "private_chat",
            "initial_state": [
                {
                    "type": "m.room.join_rules",
                    "state_key": "",
                    "content": {
                        "join_rule": "restricted",
                        "allow": [{"type": "m.room_membership", "room_id": self._lobby(self._at(case.team))}],
                    },
                },
                {"type": STATE, "state_key": "", "content": self.described(case, customer)},
            ],
        }
        answer = self._http.post("/client/v3/createRoom", json=asked, allow=(400,), sure=True)
        room = text_at(answer.json(), "room_id")
        if not room and text_at(answer.json(), "errcode") == "M_ROOM_IN_USE":
            room = self.named(alias) or ""
        if not room:
            said = text_at(answer.json(), "error")
            raise PeerRefusedError(f"the homeserver made no room {alias}: {said}")
        return room

    def join_as(self, room: str, customer: str, name: str | None) -> None:
        """Let the user who stands for a customer speak in a room; whatever was done before stays done."""
        local = customer[1:].partition(":")[0]
        made = {"type": "m.login.application_service", "username": local, "inhibit_login": True}
        self._http.post("/client/v3/register", json=made, allow=(400,), sure=True)
        speaker = {"user_id": customer}
        shown = {"displayname": name or "Customer"}
        path = f"/client/v3/profile/{_part(customer)}/displayname"
        self._http.put(path, query=speaker, json=shown, sure=True)
        inviting = f"/client/v3/rooms/{_part(room)}/invite"
        self._http.post(inviting, json={"user_id": customer}, allow=(403,), sure=True)
        self._http.post(f"/client/v3/rooms/{_part(room)}/join", query=speaker, json={}, sure=True)

    def announce(self, case: NewCase, room: str) -> None:
        """Tell the lobby of a case, once, with the way to its room; and invite whom it is for."""
        lobby = self._lobby(self._at(case.team))
        body = f"#{case.number} {case.subject} ({case.priority.value}): https://matrix.to/#/{quote(room)}"
        path = f"/client/v3/rooms/{_part(lobby)}/send/m.room.message/{_part('lobby ' + case.handoff_id)}"
        self._http.put(path, json={"msgtype": "m.notice", "body": body}, sure=True)
        if case.assignee:
            self._invite(room, case.assignee)

    def held(self, room: str) -> JsonValue:
        """What the room says of its case; an error's JSON where it says nothing yet."""
        answer = self._http.get(f"/client/v3/rooms/{_part(room)}/state/{STATE}", allow=(404,))
        return answer.json()

    def described(self, case: NewCase, customer: str) -> dict[str, JsonValue]:
        """What a room says of its case; `opened` as well, once that was done to the end."""
        return {
            "handoff_id": case.handoff_id,
            "number": case.number,
            "customer": customer,
            "status": "open",
            "priority": case.priority.value,
            "labels": list(case.labels),
            "team": self._at(case.team),
            "assignee": case.assignee or "",
        }

    def hold(self, room: str, held: dict[str, JsonValue]) -> None:
        """Have the room say it, in its state and in its topic."""
        path = f"/client/v3/rooms/{_part(room)}/state"
        self._http.put(f"{path}/{STATE}", json=held, sure=True)
        shown = (held.get(name) for name in _TOPIC)
        words = [", ".join(map(str, each)) if isinstance(each, list) else str(each) for each in shown if each]
        self._http.put(f"{path}/m.room.topic", json={"topic": " · ".join(words)}, sure=True)

    def change(self, room: str, changes: Changes) -> None:
        """Have it say what has changed."""
        held = self.held(room)
        said = dict(held) if isinstance(held, dict) else {}
        if changes.status:
            said["status"] = changes.status.value
        if changes.priority:
            said["priority"] = changes.priority.value
        if changes.labels is not None:
            said["labels"] = list(changes.labels)
        if changes.team:
            said["team"] = changes.team
        if changes.assignee is not None:
            said["assignee"] = changes.assignee
        self.hold(room, said)
        if changes.assignee:
            self._invite(room, changes.assignee)

    def _invite(self, room: str, user: str) -> None:
        """A 403 is how it says that they are there already."""
        path = f"/client/v3/rooms/{_part(room)}/invite"
        self._http.post(path, json={"user_id": user}, allow=(403,), sure=True)

    def _at(self, team: str | None) -> str:
        return team or self._settings.lobby

    def _lobby(self, lobby: str) -> str:
        """The id of a team's room, which we are in from now on."""
        if lobby not in self._known:
            answer = self._http.post(f"/client/v3/join/{_part(lobby)}", json={}, sure=True)
            self._known[lobby] = text_at(answer.json(), "room_id")
        return self._known[lobby]


def _part(text: str) -> str:
    return quote(text, safe="")
