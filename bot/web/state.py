"""Where a conversation stands, as the chat page is told."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.channels import Wire
from bot.standing import Standing
from bot.store.endings import Ended
from handoff.intake import Outlook, Place, Wait


def state_of(standing: Standing) -> Wire:
    """The `state` of the stream and of `GET …/messages`.

    `place`, `outlook` and `case` are null unless the customer waits for a person or talks to one. `place` is
    `{position, wait: null | [least, most]}`, in seconds; `outlook` is `{open, opens_at, promised_by, late}`,
    with a null `opens_at` while they work, and a null `promised_by` once somebody has answered; `case` is
    `{number, version}`, the version changing with what the case file says. `ended` is null or `{by, rate}`:
    `customer`, `agent` or `house`, and who may still be rated of `bot` and `agent`.
    """
    wait = standing.wait
    return {
        "holder": standing.holder.value,
        "agent": None if standing.agent is None else {"name": standing.agent},
        "place": None if wait is None else _place(wait.outlook.place),
        "outlook": None if wait is None else _outlook(wait.outlook),
        "case": None if wait is None else _case(wait),
        "ended": None if standing.ended is None else _ended(standing.ended),
        "typing": standing.typing,
        "language": standing.language,
        "verified": standing.verified,
        "customer_name": standing.customer_name,
        "consented": standing.consented,
    }


def _place(place: Place | None) -> Wire | None:
    if place is None:
        return None
    wait = None if place.wait is None else [round(end.total_seconds()) for end in place.wait]
    return {"position": place.position, "wait": wait}


def _outlook(outlook: Outlook) -> Wire:
    return {
        "open": outlook.open,
        # While they work, when they open is this very moment, which would be another one with each look.
        "opens_at": None if outlook.open or outlook.opens_at is None else _moment(outlook.opens_at),
        "promised_by": _moment(outlook.promised_by) if outlook.owed else None,
        "late": outlook.late,
    }


def _case(wait: Wait) -> Wire:
    return {"number": wait.case, "version": wait.version}


def _ended(ended: Ended) -> Wire:
    return {"by": ended.by, "rate": list(ended.rate)}


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
