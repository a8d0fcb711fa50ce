"""That somebody writes: the agent, as the customer sees it, and the customer, as the helpdesk does."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from bot.app import customers_app
from bot.conversation import ConversationId
from bot.opening import House
from bot.web.typing_api import typing_api
from bot.writing import Writing
from config.pages import Brand
from handoff.aids.replying import Replying
from handoff.verbs.agent import Agent
from tests.bot.test_api import BEGIN, Visitor, refusal

INES = Agent("ines@nettly.example", "Ines")


class AtDesk:
    """Who writes just now."""

    def __init__(self) -> None:
        self.writes: frozenset[str] = frozenset()

    def conversations(self) -> frozenset[str]:
        return self.writes


def test_only_those_for_whom_it_has_changed_are_told() -> None:
    desk, told = AtDesk(), list[str]()
    writing = Writing(desk, told.append)
    desk.writes = frozenset({"c-1", "c-2"})
    writing.look()
    assert writing.to(ConversationId("c-1")) and sorted(told) == ["c-1", "c-2"]
    told.clear()
    desk.writes = frozenset({"c-2", "c-3"})
    writing.look()
    assert not writing.to(ConversationId("c-1")) and sorted(told) == ["c-1", "c-3"]


Told = list[tuple[ConversationId, bool]]


@pytest.fixture
def told() -> Told:
    return []


@pytest.fixture
def client(shared: House, told: Told) -> FlaskClient:
    app = customers_app(shared, Brand.load())
    app.register_blueprint(typing_api(shared.chat, lambda *said: told.append(said)))
    return app.test_client()


@pytest.fixture
def visitor(shared: House, client: FlaskClient) -> Visitor:
    begun = client.post(BEGIN, json={"language": "en"}).json
    return Visitor(shared, client, begun["conversation_id"], begun["token"])


def test_a_customer_who_writes_is_shown_to_whoever_has_the_case(visitor: Visitor, told: Told) -> None:
    assert visitor.posts({"typing": True}, "typing").status_code == 204
    assert visitor.posts({"typing": False}, "typing").status_code == 204
    assert told == [(visitor.conversation, True), (visitor.conversation, False)]


@pytest.mark.parametrize("body", [{}, {"typing": 1}, {"typing": "yes"}, {"typing": None}])
def test_it_is_true_or_false(visitor: Visitor, told: Told, body: object) -> None:
    status, says = refusal(visitor.posts(body, "typing"))
    assert (status, told) == (400, []) and "true or false" in says


def test_nobody_else_may_say_so(visitor: Visitor, client: FlaskClient, told: Told) -> None:
    address = f"{BEGIN}/{visitor.conversation}/typing"
    answer = client.post(address, json={"typing": True}, headers={"Authorization": "Bearer another"})
    assert (answer.status_code, told) == (404, [])


def test_without_a_helpdesk_there_is_nobody_to_tell(shared: House) -> None:
    app = customers_app(shared, Brand.load())
    assert not [rule for rule in app.url_map.iter_rules() if rule.rule.endswith("/typing")]


def test_who_writes_an_answer_is_known_by_the_customers_conversation(visitor: Visitor) -> None:
    house = visitor.house
    visitor.says("let me speak to a person")
    house.workers.drain()
    desk, presence = house.handoff.desk, house.handoff.aids.presence
    replying = Replying(presence, house.handoff.store)
    (case,) = (case for case in desk.queue("all") if case.conversation_id == visitor.conversation)
    for doing, known in (("viewing", set()), ("noting", set()), ("replying", {visitor.conversation})):
        presence.says(INES, case.number, doing)
        assert replying.conversations() == known
    presence.says(INES, case.number, None)
    assert replying.conversations() == set()
