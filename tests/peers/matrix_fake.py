"""A small Matrix homeserver: what the bridge and the people of a team ask, answered as Synapse does."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from flask import Flask, Response, jsonify, request

SERVER = "desk.test"
US = "firstline"
AS_TOKEN = "as-0123456789abcdef0123456789abcdef"
HS_TOKEN = "hs-0123456789abcdef0123456789abcdef"

Json = dict[str, object]


class MatrixError(Exception):
    """An answer that is not 200, with Matrix's own code."""

    def __init__(self, status: int, code: str, says: str) -> None:
        super().__init__(says)
        self.status, self.code, self.says = status, code, says


@dataclass
class Room:
    """A room; `allows` is the one whose members may join it, "" where everybody may."""

    id: str
    allows: str = ""
    members: set[str] = field(default_factory=set)
    invited: set[str] = field(default_factory=set)
    state: dict[str, Json] = field(default_factory=dict)


@dataclass
class FakeHomeserver:
    """All that it holds, in memory. pushed: the events that an application service would be told of."""

    rooms: dict[str, Room] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    events: list[Json] = field(default_factory=list)
    media: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    pushed: list[Json] = field(default_factory=list)
    typing: list[tuple[str, str, bool]] = field(default_factory=list)
    erased: set[str] = field(default_factory=set)
    guard: threading.RLock = field(default_factory=threading.RLock)
    _sent: dict[tuple[str, str, str], str] = field(default_factory=dict)
    _numbers: itertools.count[int] = field(default_factory=itertools.count)

    def make(self, by: str, alias: str, allows: str = "", state: Sequence[Json] = ()) -> Room:
        with self.guard:
            if alias in self.aliases:
                raise MatrixError(400, "M_ROOM_IN_USE", "Room alias already taken")
            room = Room(f"!room{next(self._numbers)}:{SERVER}", allows, {by})
            room.state |= {str(each["type"]): each["content"] for each in state}  # type: ignore[misc]
            self.rooms[room.id], self.aliases[alias] = room, room.id
            return room

    def find(self, name: str) -> Room:
        """A room by its id or its alias."""
        found = self.rooms.get(self.aliases.get(name, name))
        if found is None:
            raise MatrixError(404, "M_NOT_FOUND", f"Room alias {name} not found.")
        return found

    def join(self, user: str, name: str) -> Room:
        room = self.find(name)
        allowed = not room.allows or user in self.rooms[room.allows].members
        if user not in room.members | room.invited and not allowed:
            raise MatrixError(403, "M_FORBIDDEN", "You are not invited to this room.")
        room.members.add(user)
        return room

    def send(self, user: str, name: str, type: str, content: Json, transaction: str) -> str:
        """The event's id; the same for the same transaction of a user."""
        with self.guard:
            room, key = self.find(name), (user, name, transaction)
            if user not in room.members:
                raise MatrixError(403, "M_FORBIDDEN", f"User {user} not in room {name}")
            if key not in self._sent:
                self._sent[key] = self._happens(room, user, type, content)
            return self._sent[key]

    def backwards(self, room: str, place: int, limit: int) -> tuple[list[Json], int]:
        """A room's events before a place, newest first, and the place before those."""
        with self.guard:
            found = [i for i in range(place) if self.events[i]["room_id"] == room][-limit:]
            return [self.events[i] for i in reversed(found)], found[0] if len(found) == limit else 0

    def _happens(self, room: Room, user: str, type: str, content: Json) -> str:
        event: Json = {
            "event_id": f"$event{next(self._numbers)}",
            "type": type,
            "room_id": room.id,
            "sender": user,
            "origin_server_ts": int(time.time() * 1000),
            "content": content,
        }
        self.events.append(event)
        self.pushed.append(event)
        return str(event["event_id"])


def client_api(home: FakeHomeserver, ping: Callable[[], None]) -> Flask:
    """Its client-server API. ping: calls the application service."""
    app = Flask("homeserver")

    @app.errorhandler(MatrixError)
    def refused(error: MatrixError) -> Response:
        answer = jsonify(errcode=error.code, error=error.says)
        answer.status_code = error.status
        return answer

    def asker() -> str:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token == AS_TOKEN:
            return request.args.get("user_id", f"@{US}:{SERVER}")
        if not token.startswith("token-"):
            raise MatrixError(401, "M_UNKNOWN_TOKEN", "Invalid access token passed.")
        return f"@{token.removeprefix('token-')}:{SERVER}"

    @app.get("/_matrix/client/versions")
    def versions() -> Json:
        return {"versions": ["v1.12", "v1.13"]}

    @app.get("/_matrix/client/v3/account/whoami")
    def whoami() -> Json:
        return {"user_id": asker()}

    @app.post("/_matrix/client/v3/register")
    def register() -> Json:
        return {"user_id": f"@{request.get_json()['username']}:{SERVER}"}

    @app.put("/_matrix/client/v3/profile/<user>/displayname")
    def name(user: str) -> Json:
        home.names[user] = request.get_json()["displayname"]
        return {}

    @app.get("/_matrix/client/v3/profile/<user>/displayname")
    def called(user: str) -> Json:
        return {"displayname": home.names.get(user, "")}

    @app.get("/_matrix/client/v3/directory/room/<alias>")
    def directory(alias: str) -> Json:
        asker()
        return {"room_id": home.find(alias).id}

    @app.post("/_matrix/client/v3/createRoom")
    def create() -> Json:
        asked = request.get_json()
        state = asked["initial_state"]
        rules = state[0]["content"]["allow"][0]["room_id"]
        return {"room_id": home.make(asker(), f"#{asked['room_alias_name']}:{SERVER}", rules, state).id}

    @app.get("/_matrix/client/v3/joined_rooms")
    def joined() -> Json:
        user = asker()
        return {"joined_rooms": [each.id for each in home.rooms.values() if user in each.members]}

    @app.post("/_matrix/client/v3/join/<room>")
    @app.post("/_matrix/client/v3/rooms/<room>/join")
    def join(room: str) -> Json:
        return {"room_id": home.join(asker(), room).id}

    @app.post("/_matrix/client/v3/rooms/<room>/invite")
    def invite(room: str) -> Json:
        asker()
        home.find(room).invited.add(request.get_json()["user_id"])
        return {}

    @app.put("/_matrix/client/v3/rooms/<room>/send/<type>/<transaction>")
    def send(room: str, type: str, transaction: str) -> Json:
        return {"event_id": home.send(asker(), room, type, request.get_json(), transaction)}

    @app.put("/_matrix/client/v3/rooms/<room>/state/<type>")
    def set_state(room: str, type: str) -> Json:
        asker()
        home.find(room).state[type] = request.get_json()
        return {"event_id": "$state"}

    @app.get("/_matrix/client/v3/rooms/<room>/state/<type>")
    def state(room: str, type: str) -> Json:
        asker()
        held = home.find(room).state.get(type)
        if held is None:
            raise MatrixError(404, "M_NOT_FOUND", "Event not found.")
        return held

    @app.put("/_matrix/client/v3/rooms/<room>/typing/<user>")
    def typing(room: str, user: str) -> Json:
        home.typing.append((room, user, request.get_json()["typing"]))
        return {}

    @app.get("/_matrix/client/v3/rooms/<room>/messages")
    def messages(room: str) -> Json:
        asker()
        if room in home.erased:
            raise MatrixError(403, "M_FORBIDDEN", "User not in room.")
        place = int(request.args.get("from", f"s{len(home.events)}")[1:])
        chunk, before = home.backwards(room, place, int(request.args["limit"]))
        return {"chunk": chunk, **({"end": f"s{before}"} if before else {})}

    @app.post("/_matrix/media/v3/upload")
    def upload() -> Json:
        asker()
        at = f"mxc://{SERVER}/media{len(home.media)}"
        home.media[at] = (request.content_type or "", request.get_data())
        return {"content_uri": at}

    @app.get("/_matrix/client/v1/media/download/<server>/<media>")
    def download(server: str, media: str) -> Response:
        asker()
        type, content = home.media[f"mxc://{server}/{media}"]
        return Response(content, content_type=type)

    @app.post("/_matrix/client/v1/appservice/<id>/ping")
    def pinged(id: str) -> Json:
        ping()
        return {"duration_ms": 1}

    return app
