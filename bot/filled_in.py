"""What a customer fills in on a card of the page: a message that carries the value beside its words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from bot.conversation import Message
from bot.dialogue.documents import JsonValue
from handoff.escalation import Told

_KEY = "filled_in"


@dataclass(frozen=True, slots=True)
class FilledIn:
    """A fact by its name, as a case has it, and its value; `instead_of` is the value that it corrects."""

    name: str
    value: str
    instead_of: str | None = None


def as_data(filled: Iterable[FilledIn]) -> dict[str, JsonValue]:
    """As a message carries it; `filled_in` is the inverse."""
    return {_KEY: [asdict(each) for each in filled]}


def filled_in(message: Message) -> tuple[FilledIn, ...]:
    """What a message of the customer's carries; nothing where they wrote it by hand."""
    carried = message.data.get(_KEY)
    if message.author != "customer" or not isinstance(carried, list):
        return ()
    return tuple(_filled_in(each) for each in carried if isinstance(each, Mapping))


def told(message: Message) -> tuple[Told, ...]:
    """The same as facts for the case, which cite the message."""
    return tuple(
        Told(each.name, each.value, message.number, validated=False, instead_of=each.instead_of)
        for each in filled_in(message)
    )


def contact(filled: Iterable[FilledIn]) -> dict[str, str]:
    """What of it tells how the customer is reached: `name`, `email`, `phone`."""
    return {each.name: each.value for each in filled if each.name in ("name", "email", "phone")}


def _filled_in(carried: Mapping[str, JsonValue]) -> FilledIn:
    instead_of = carried.get("instead_of")
    return FilledIn(
        str(carried.get("name")), str(carried.get("value")), None if instead_of is None else str(instead_of)
    )
