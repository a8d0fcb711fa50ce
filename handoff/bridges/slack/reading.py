"""What Slack tells us, as events of ours. Pure.

Only what a person writes into a thread may reach a customer: what bots, Slack itself and we have written is
left out here already. Source: Slack's pages on the Events API and on interaction payloads.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import parse_qs

from handoff.bridges import Incoming, IncomingFile, RawRequest
from handoff.bridges.errors import BadRequestError
from handoff.bridges.json_values import JsonValue, number_at, objects_at, text_at, true_at, value_at
from handoff.bridges.reading import read_object
from handoff.bridges.slack.words import CLAIM, REOPEN, RESOLVE, note_in, plain
from handoff.case import CaseStatus

BUTTON = "button:"
"""How the ids of events begin that a button has made."""

_WRITTEN = ("", "file_share", "thread_broadcast", "me_message")
_STATUS = {RESOLVE: CaseStatus.RESOLVED, REOPEN: CaseStatus.OPEN}


def object_in(request: RawRequest) -> JsonValue:
    """The JSON of an event, or of a tapped button, which comes in a form. Raises BadRequestError."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return read_object(request.body)
    try:
        form = parse_qs(request.body.decode("ascii"), max_num_fields=20)
    except ValueError as error:
        raise BadRequestError(f"its body is no form ({error})") from None
    return read_object(form.get("payload", [""])[0].encode())


def events_in(told: JsonValue, channel: str) -> Sequence[Incoming]:
    """Events of the one channel that is ours, by its id."""
    match text_at(told, "type"):
        case "event_callback":
            event = value_at(told, "event")
            ours = text_at(event, "type") == "message" and text_at(event, "channel") == channel
            return message_events(event, channel) if ours else ()
        case "block_actions":
            ours = text_at(told, "container", "channel_id") == channel
            return tuple(_tapped(told, action, channel) for action in _known(told)) if ours else ()
    return ()


def message_events(event: JsonValue, channel: str) -> Sequence[Incoming]:
    """What one message says, as it is told or as it stands in its thread."""
    match text_at(event, "subtype"):
        case "message_changed":
            message = value_at(event, "message")
            # A message changes as well when Slack has looked at a link in it, or somebody has answered.
            before = text_at(event, "previous_message", "text")
            if text_at(message, "text") == before:
                return ()
            return _edited(message, channel)
        case "message_deleted":
            return _deleted(event, channel)
        case subtype if subtype in _WRITTEN:
            return _written(event, channel)
    return ()


def moment(ts: str) -> datetime:
    """Slack's ids are the moments at which they were given."""
    seconds, _, rest = ts.partition(".")
    whole = int(seconds) if seconds.isdecimal() and len(seconds) <= 11 else 0
    micro = int(rest[:6].ljust(6, "0")) if rest.isdecimal() else 0
    return datetime.fromtimestamp(whole, UTC).replace(microsecond=micro)


def root_of(case_key: str) -> tuple[str, str]:
    """The channel and the first message of a case."""
    channel, _, ts = case_key.partition(":")
    return channel, ts


def _written(message: JsonValue, channel: str) -> Sequence[Incoming]:
    root, ts, user = (text_at(message, key) for key in ("thread_ts", "ts", "user"))
    if not root or root == ts or not user or _by_a_program(message):
        return ()
    text = plain(text_at(message, "text"))
    note = note_in(text)
    found = [
        Incoming(
            event_id=f"{channel}:{ts}",
            case_key=f"{channel}:{root}",
            type="agent_message" if note is None else "agent_note",
            author=user,
            author_name=user,
            author_kind="agent",
            visibility="public" if note is None else "private",
            occurred_at=moment(ts),
            text=text if note is None else note,
            files=_files(message),
            remote_id=f"{channel}:{ts}",
            thin=True,
        )
    ]
    return (*found, *(_edited(message, channel) if value_at(message, "edited") else ()))


def _edited(message: JsonValue, channel: str) -> Sequence[Incoming]:
    root, ts, user = (text_at(message, key) for key in ("thread_ts", "ts", "user"))
    changed = text_at(message, "edited", "ts")
    if not root or root == ts or not user or not changed or _by_a_program(message):
        return ()
    return (
        Incoming(
            event_id=f"{channel}:{ts}:edited:{changed}",
            case_key=f"{channel}:{root}",
            type="edited",
            author=user,
            author_name=user,
            author_kind="agent",
            visibility="private",
            occurred_at=moment(changed),
            text=plain(text_at(message, "text")),
            about=f"{channel}:{ts}",
            remote_id=f"{channel}:{ts}",
            thin=True,
        ),
    )


def _deleted(event: JsonValue, channel: str) -> Sequence[Incoming]:
    gone = value_at(event, "previous_message")
    root, ts, user = (text_at(gone, key) for key in ("thread_ts", "ts", "user"))
    if not root or root == ts or not user or _by_a_program(gone):
        return ()
    return (
        Incoming(
            event_id=f"{channel}:{ts}:deleted",
            case_key=f"{channel}:{root}",
            type="deleted",
            author=user,
            author_name=user,
            author_kind="agent",
            visibility="private",
            occurred_at=moment(text_at(event, "event_ts") or ts),
            about=f"{channel}:{ts}",
            thin=True,
        ),
    )


def _known(told: JsonValue) -> list[dict[str, JsonValue]]:
    return [each for each in objects_at(told, "actions") if text_at(each, "action_id") in (CLAIM, *_STATUS)]


def _tapped(told: JsonValue, action: JsonValue, channel: str) -> Incoming:
    """A button; its id has the moment of the tap, so that two are two."""
    root = text_at(told, "container", "thread_ts") or text_at(told, "container", "message_ts")
    name, at = text_at(action, "action_id"), text_at(action, "action_ts")
    user = text_at(told, "user", "id")
    called = text_at(told, "user", "name") or user
    return Incoming(
        event_id=f"{BUTTON}{channel}:{root}:{name}:{at}",
        case_key=f"{channel}:{root}",
        type="assigned" if name == CLAIM else "status",
        author=user,
        author_name=called,
        author_kind="agent",
        visibility="private",
        occurred_at=moment(at),
        status=_STATUS.get(name),
        assignee=called if name == CLAIM else None,
        thin=True,
    )


def _by_a_program(message: JsonValue) -> bool:
    return bool(text_at(message, "bot_id") or text_at(message, "app_id") or true_at(message, "hidden"))


def _files(message: JsonValue) -> tuple[IncomingFile, ...]:
    return tuple(
        IncomingFile(
            key=text_at(file, "url_private_download") or text_at(file, "url_private"),
            name=text_at(file, "name") or "file",
            type=text_at(file, "mimetype") or "application/octet-stream",
            size=number_at(file, "size"),
        )
        for file in objects_at(message, "files")
        if text_at(file, "url_private_download") or text_at(file, "url_private")
    )
