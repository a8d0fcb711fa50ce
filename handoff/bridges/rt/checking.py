"""Whether a bridge to Request Tracker would work: reached, let in, a queue, a field, rights; step by step."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from handoff.bridges import Step
from handoff.bridges.errors import PeerError
from handoff.bridges.json_values import JsonValue, objects_at, text_at
from handoff.bridges.rt.session import RtSession
from handoff.bridges.rt.settings import RtSettings

_RIGHTS = "in RT: Admin, Queues, this queue, Group Rights or User Rights, for the token's account"
_IN_A_TICKET = {"correspond": "ReplyToTicket", "comment": "CommentOnTicket"}


def check(settings: RtSettings, http: RtSession, queue_at: str) -> Iterator[Step]:
    """Each step in turn, up to the first that fails. queue_at: where the settings name the queue."""
    step = ""
    try:
        step = "reach Request Tracker, and be let in"
        version = text_at(http.get("/rt").json(), "Version")
        if not version:
            yield Step(step, False, "what answers there is not REST2", "[bridges.rt] url: RT's own address")
            return
        yield Step(step, True, f"Request Tracker {version}")
        step = f"see the queue {settings.queue}"
        answer = http.get(f"/queue/{quote(settings.queue, safe='')}", allow=(404,))
        if answer.status == 404:
            mend = f"write a queue's name to {queue_at} as Admin, Queues in RT has it"
            yield Step(step, False, f"Request Tracker knows no queue {settings.queue}", mend)
            return
        queue = answer.json()
        yield Step(step, True, f"queue {text_at(queue, 'id')}")
        step = "open tickets in it"
        if "create" not in _links(queue):
            yield Step(step, False, "the account may not", f"give it CreateTicket {_RIGHTS}")
            return
        yield Step(step, True, "the account has CreateTicket")
        step = f"keep our id in the field {settings.id_field}"
        if settings.id_field not in field_names(queue):
            says = missing_field(settings.id_field, settings.queue)
            yield Step(step, False, says, "make it as `firstline bridge guide rt` tells")
            return
        yield Step(step, True, "its tickets have it")
        step = "write to its tickets"
        yield _writing(step, http)
    except PeerError as error:
        yield Step(step, False, error.says, "mend what it says, and check again")


def _writing(step: str, http: RtSession) -> Step:
    query = {"query": "Creator = '__CurrentUser__'", "orderby": "id", "order": "DESC", "per_page": "1"}
    last = text_at(http.get("/tickets", query=query).json(), "items", 0, "id")
    if not last:
        return Step(step, True, "there is none of ours yet; check again once there is")
    links = _links(http.get(f"/ticket/{last}").json())
    missing = [right for link, right in _IN_A_TICKET.items() if link not in links]
    if missing:
        return Step(step, False, "the account may not", f"give it {' and '.join(missing)} {_RIGHTS}")
    return Step(step, True, f"ticket {last} takes replies and comments")


def field_names(queue: JsonValue) -> frozenset[str]:
    """The custom fields that a queue's tickets have and the account sees."""
    return frozenset(text_at(each, "name") for each in objects_at(queue, "TicketCustomFields"))


def missing_field(field: str, queue: str) -> str:
    """What to say of a queue whose tickets can't hold our id."""
    return (
        f"tickets of the queue {queue} have no custom field {field}, or the account may not see it: make it "
        "in Admin, Custom Fields (Enter one value, applies to Tickets), apply it to the queue, and give the "
        "account SeeCustomField and ModifyCustomField"
    )


def _links(record: JsonValue) -> frozenset[str]:
    return frozenset(text_at(each, "ref") for each in objects_at(record, "_hyperlinks"))
