"""What the limits are for, with the house behind them: floods end, guesses find nothing, an office works."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.app import shell as shell_of
from bot.opening import House
from bot.shell import Shell
from tests.bot.shell.harness import Response, ask, asked, listening
from tests.fakes import FakeClock

CHATS = "/chat/api/conversations"
OFFICE = "203.0.113.7"
JSON = ("Content-Type", "application/json")


@pytest.fixture
def shell(opened: House) -> Iterator[Shell]:
    return shell_of(opened)


@dataclass
class Visitor:
    """A customer's page, at an address."""

    shell: Shell
    at: str
    id: str
    token: str
    said: int = 0

    def posts(self, verb: str, body: object) -> Response:
        return post(self.shell, f"{CHATS}/{self.id}/{verb}", body, self.at, self.token)

    def says(self, text: str) -> Response:
        self.said += 1
        return self.posts("messages", {"client_id": f"c{self.said}", "text": text})

    def reads(self) -> list[str]:
        headers = [("Authorization", f"Bearer {self.token}")]
        answer = asked(self.shell, "GET", f"{CHATS}/{self.id}/messages", headers=headers, client=self.at)
        return [each["text"] for each in json.loads(answer.body)["messages"] if each["author"] == "customer"]


def post(shell: Shell, path: str, body: object, at: str, token: str = "") -> Response:
    headers = [JSON, ("Authorization", f"Bearer {token}")] if token else [JSON]
    return asked(shell, "POST", path, headers=headers, chunks=[json.dumps(body).encode()], client=at)


def comes(shell: Shell, at: str = OFFICE) -> Visitor:
    begun = json.loads(post(shell, CHATS, {"language": "en"}, at).body)
    return Visitor(shell, at, begun["conversation_id"], begun["token"])


def test_one_message_more_in_ten_seconds_is_refused_and_kept_nowhere(shell: Shell, clock: FakeClock) -> None:
    maya = comes(shell)
    assert [maya.says(f"message {number}").status for number in range(10)] == [202] * 10
    refused = maya.says("one more")
    assert (refused.status, refused.headers["retry-after"]) == (429, "10")
    assert len(maya.reads()) == 10
    clock.moves(timedelta(seconds=10))
    assert maya.says("one more").status == 202
    assert maya.reads()[-1] == "one more"


def test_whoever_floods_stops_nobody_else(shell: Shell) -> None:
    maya, jonas = comes(shell), comes(shell)
    assert [maya.says("and again").status for _ in range(30)].count(429) == 20
    assert jonas.says("hello").status == 202


def test_a_full_office_behind_one_address_works(shell: Shell) -> None:
    office = [comes(shell) for _ in range(50)]
    answers = Counter(each.says(f"message {number}").status for number in range(4) for each in office)
    assert answers == {202: 200}
    assert {len(each.reads()) for each in office} == {4}

    async def all_listen() -> None:
        async with AsyncExitStack() as stack:
            for each in office:
                path, token = f"{CHATS}/{each.id}/events", f"Bearer {each.token}"
                reader = await stack.enter_async_context(listening(shell, path, token=token))
                await reader.has("message 3")

    asyncio.run(all_listen())


def test_a_sixth_tab_is_told_to_ask_instead(shell: Shell) -> None:
    maya = comes(shell)
    path, token = f"{CHATS}/{maya.id}/events", f"Bearer {maya.token}"

    async def tabs() -> Response:
        async with AsyncExitStack() as stack:
            for _ in range(5):
                reader = await stack.enter_async_context(listening(shell, path, token=token))
                await reader.has("event: state")
            async with listening(shell, path, token=token) as sixth:
                await sixth.is_over()
                return sixth.response

    refused = asyncio.run(tabs())
    assert (refused.status, refused.headers["retry-after"]) == (429, "5")


def test_one_address_begins_two_hundred_conversations_an_hour(shell: Shell, clock: FakeClock) -> None:
    def begins(at: str) -> Response:
        return post(shell, CHATS, {"language": "en"}, at)

    assert Counter(begins(OFFICE).status for _ in range(200)) == {201: 200}
    refused = begins(OFFICE)
    assert (refused.status, refused.headers["retry-after"]) == (429, "3600")
    assert begins("198.51.100.9").status == 201
    clock.moves(timedelta(hours=1))
    assert begins(OFFICE).status == 201


def test_ten_thousand_guesses_find_nothing(shell: Shell, clock: FakeClock) -> None:
    maya = comes(shell)
    guesses = [secrets.token_urlsafe(16) for _ in range(10_000)]
    answers = asyncio.run(answered(shell, guesses))
    assert answers == [404] * 60 + [429] * 9_940
    elsewhere = Visitor(shell, "198.51.100.9", maya.id, maya.token)
    assert elsewhere.says("hello").status == 202
    clock.moves(timedelta(minutes=1))
    assert maya.reads() == ["hello"], "at the address that the guesses came from"


async def answered(shell: Shell, ids: list[str]) -> list[int]:
    """The statuses of reading each of these conversations, each with a token that is made up as well."""
    return [
        (
            await ask(
                shell,
                "GET",
                f"{CHATS}/{each}/messages",
                headers=[("Authorization", f"Bearer {each}")],
                client=OFFICE,
            )
        ).status
        for each in ids
    ]


def test_the_right_id_with_a_wrong_token_is_a_guess_like_any_other(shell: Shell) -> None:
    maya = comes(shell)
    thief = Visitor(shell, "198.51.100.9", maya.id, "not hers")
    assert [thief.says("hello").status for _ in range(11)] == [404] * 10 + [429]
    assert maya.says("hello").status == 202
    assert maya.reads() == ["hello"]
