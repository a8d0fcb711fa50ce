"""One reader's place in one conversation."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

import pytest

from bot.errors import BadRequestError, NoConversationError
from bot.store import topic
from bot.web.chat_stream import ChatFeed, ChatStream
from tests.driver import Customer, Driver

Events = Sequence[tuple[str, int | None, str]]


def opens(customer: Customer, *, token: str | None = None, after: str = "0") -> ChatFeed:
    house = customer.house
    web = house.channel("web")
    assert web is not None
    stream = ChatStream(house.chat, web, house.database.doorbell, house.present)
    match = re.fullmatch(stream.pattern, f"/chat/api/conversations/{customer.conversation}/events")
    assert match is not None
    headers = {"authorization": f"Bearer {token or customer.token}"}
    return stream.open(match, headers, {"after": after})


def numbers(events: Events) -> list[int | None]:
    return [number for name, number, _ in events if name == "message"]


def holder(events: Events) -> str:
    """Who has the conversation, by the last state that was told."""
    state = next(data for name, _, data in reversed(events) if name == "state")
    return str(json.loads(state)["holder"])


def test_it_tells_what_is_new_and_nothing_twice(house: Driver) -> None:
    maya = house.customer()
    feed = opens(maya)
    assert numbers(feed.read()) == [1]
    assert feed.read() == []
    maya.says("hello")
    assert numbers(feed.read()) == [2, 3]


def test_it_goes_on_from_a_cursor(house: Driver) -> None:
    maya = house.customer()
    maya.says("hello")
    assert numbers(opens(maya, after="2").read()) == [3]


@pytest.mark.parametrize("after", ["-1", "x", "1e3", "9" * 10, "²"])
def test_a_cursor_is_a_number(house: Driver, after: str) -> None:
    with pytest.raises(BadRequestError):
        opens(house.customer(), after=after)


def test_nobody_else_reads_along(house: Driver) -> None:
    maya, jonas = house.customer(), house.customer()
    with pytest.raises(NoConversationError):
        opens(maya, token=jonas.token)


def test_only_who_waits_in_the_queue_listens_to_it(house: Driver) -> None:
    maya = house.customer()
    feed = opens(maya)
    feed.read()
    own = topic(maya.conversation)
    assert feed.topics == (own,)
    maya.says("I want to talk to a person")
    assert holder(feed.read()) == "queue"
    assert feed.topics == (own, "queue")
    ines = house.agent("Ines")
    ines.claims(ines.queue()[0])
    assert holder(feed.read()) == "agent"
    assert feed.topics == (own,)


def test_whoever_is_asked_is_there(house: Driver) -> None:
    maya = house.customer()
    present = house.opened.present
    assert not present.connected(maya.conversation)
    assert opens(maya).alive()
    assert present.connected(maya.conversation)


def test_a_conversation_that_is_kept_no_more_ends_its_stream(house: Driver) -> None:
    maya = house.customer()
    feed = opens(maya)
    feed.read()
    house.opened.privacy.forget(maya.conversation)
    with pytest.raises(NoConversationError):
        feed.read()
