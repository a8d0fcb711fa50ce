"""Customers whom their company knows, from the site to the desk: verified only with proof."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from bot.app import customers_app
from bot.dialogue.assistant import Assistant
from bot.opening import House, open_house
from bot.store.visitors import VisitorStore
from config.pages import Brand
from config.settings import load_settings
from handoff.case import Case
from handoff.casefile.case_summary import CaseSummary
from handoff.escalation import Site
from handoff.verbs.agent import Agent
from tests.conftest import own_copy
from tests.fakes import FakeClock, FirstChoice
from tests.identities import ENVIRONMENT, HASH_SECRET, OLD_SECRET, OMAR, hashed, seconds, signed

BEGIN = "/chat/api/conversations"
INES = Agent("ines@nettly.example", "Ines")


@pytest.fixture(scope="module")
def house(prepared: Path, shipped: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house that believes what the company's server signs; each test has a customer id of its own."""
    data = own_copy(prepared, tmp_path_factory.mktemp("known") / "data")
    opened = open_house(load_settings(data, ENVIRONMENT), clock=FakeClock(), rng=FirstChoice(), base=shipped)
    yield opened
    opened.close()


@pytest.fixture
def client(house: House) -> FlaskClient:
    return customers_app(house, Brand.load()).test_client()


@dataclass
class Browser:
    """One device of a customer's with one conversation."""

    house: House
    client: FlaskClient
    conversation: str
    token: str

    def posts(self, at: str, body: object) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.client.post(f"{BEGIN}/{self.conversation}/{at}", json=body, headers=headers)

    def says(self, text: str, client_id: str = "a") -> None:
        assert self.posts("messages", {"client_id": client_id, "text": text}).status_code == 202
        self.house.turns.now(self.house.chat.opened_by(self.conversation, self.token).id)
        self.house.workers.drain()

    def reads(self) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.client.get(f"{BEGIN}/{self.conversation}/messages", headers=headers)

    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = self.reads().json["state"]
        return state

    def case(self) -> Case:
        case = self.house.handoff.intake.open_case(self.conversation)
        assert case is not None
        return case

    def file(self) -> CaseSummary:
        return self.house.handoff.desk.summary(self.case().number)


def visits(house: House, client: FlaskClient, **body: object) -> Browser:
    begun = client.post(BEGIN, json={"language": "en", **body})
    assert begun.status_code == 201, begun.json
    return Browser(house, client, begun.json["conversation_id"], begun.json["token"])


def known(id: str, **more: object) -> dict[str, str]:
    return {"token": signed(sub=id, **more)}  # type: ignore[arg-type]


def test_a_customer_whom_the_site_knows_is_verified(house: House, client: FlaskClient) -> None:
    maya = visits(house, client, identity=known("c1"))
    assert (maya.state()["verified"], maya.state()["customer_name"]) == (True, "Maya Lind")


def test_a_customer_whom_nobody_knows_is_anonymous(house: House, client: FlaskClient) -> None:
    state = visits(house, client).state()
    assert (state["verified"], state["customer_name"]) == (False, None)


def test_a_known_customer_finds_their_conversation_on_another_device(
    house: House, client: FlaskClient
) -> None:
    phone = visits(house, client, identity=known("c2"))
    phone.says("hello there")
    laptop = visits(house, client, identity=known("c2"))
    assert laptop.conversation == phone.conversation and laptop.token != phone.token
    assert "hello there" in [each["text"] for each in laptop.reads().json["messages"]]
    phone.says("and from here again", "b")
    assert visits(house, client, identity=known("c2b")).conversation != phone.conversation


def test_who_starts_again_gets_a_new_conversation_and_keeps_it(house: House, client: FlaskClient) -> None:
    first = visits(house, client, identity=known("c3"))
    house.clock.moves(timedelta(seconds=1))  # type: ignore[attr-defined]
    fresh = visits(house, client, identity=known("c3"), again=True)
    assert fresh.conversation != first.conversation and fresh.state()["verified"]
    assert visits(house, client, identity=known("c3")).conversation == fresh.conversation


def test_who_signs_out_leaves_a_token_that_opens_nothing_and_others_that_do(
    house: House, client: FlaskClient
) -> None:
    phone = visits(house, client, identity=known("c5out"))
    laptop = visits(house, client, identity=known("c5out"))
    for left in (laptop, phone):
        assert left.posts("sign_out", {}).status_code == 204
        assert left.reads().status_code == 404 and left.posts("sign_out", {}).status_code == 404
        kept = visits(house, client, identity=known("c5out"))
        assert kept.conversation == phone.conversation and kept.reads().status_code == 200


def test_an_anonymous_history_joins_with_proof_of_both(house: House, client: FlaskClient) -> None:
    browser = visits(house, client)
    browser.says("hello there")
    answer = browser.posts("identity", known("c4"))
    assert (answer.status_code, answer.json) == (200, {"verified": True, "name": "Maya Lind"})
    assert browser.state()["verified"]
    again = visits(house, client, identity=known("c4"))
    assert "hello there" in [each["text"] for each in again.reads().json["messages"]]


def test_without_the_conversations_own_token_no_history_joins(house: House, client: FlaskClient) -> None:
    theirs, mine = visits(house, client), visits(house, client)
    stolen = Browser(house, client, theirs.conversation, mine.token)
    assert stolen.posts("identity", known("c5")).status_code == 404
    assert not theirs.state()["verified"]


def test_one_customers_conversation_never_becomes_anothers(house: House, client: FlaskClient) -> None:
    browser = visits(house, client, identity=known("c6"))
    answer = browser.posts("identity", {"token": signed(**{**OMAR, "sub": "c7"})})
    assert answer.status_code == 409 and answer.json["error"]["code"] == "other_visitor"
    assert browser.state()["customer_name"] == "Maya Lind"


REFUSED = (
    {"token": signed("k" * 35, sub="c8")},
    {"token": signed(sub="c8", aud="another-house")},
    {"token": signed(sub="c8", exp=seconds(-timedelta(minutes=5)))},
    {"token": signed(sub="c8", exp=None)},
    {"token": signed("", "none", sub="c8")},
    {"token": "no.token.atall"},
    {"id": "c8", "hash": hashed("c9")},
    {"id": "c8", "hash": "0" * 64},
)


@pytest.mark.parametrize("identity", REFUSED)
def test_what_proves_nobody_is_refused_and_begins_nothing(
    house: House, client: FlaskClient, identity: dict[str, str]
) -> None:
    refused = client.post(BEGIN, json={"identity": identity})
    assert refused.status_code == 401 and refused.json["error"]["code"] == "identity_refused"
    assert VisitorStore(house.database, house.clock).conversations("c8") == ()
    browser = visits(house, client)
    assert browser.posts("identity", identity).status_code == 401
    assert not browser.state()["verified"]


def test_the_key_before_and_the_hash_of_an_id_are_taken_where_they_are_set(
    house: House, client: FlaskClient
) -> None:
    assert visits(house, client, identity={"token": signed(OLD_SECRET, sub="c10")}).state()["verified"]
    by_hash = {"id": "c11", "hash": hashed("c11", HASH_SECRET), "name": "Maya"}
    assert visits(house, client, identity=by_hash).state()["customer_name"] == "Maya"


@pytest.mark.parametrize(
    ("at", "body"),
    [
        ("identity", {}),
        ("identity", {"token": 7}),
        ("identity", {"token": ""}),
        ("identity", {"token": "x" * 8_001}),
        ("identity", {"id": "a"}),
        ("identity", []),
        ("context", {"page": "javascript:alert(1)"}),
        ("context", {"page": 1}),
        ("context", {"product": "x" * 201}),
        ("context", {"order": "a\nb"}),
    ],
)
def test_a_body_of_another_shape_is_refused(house: House, client: FlaskClient, at: str, body: object) -> None:
    browser = visits(house, client)
    assert browser.posts(at, body).status_code == 400
    assert client.post(BEGIN, json={at: body}).status_code == 400


def test_the_case_knows_who_is_verified_and_what_they_look_at(house: House, client: FlaskClient) -> None:
    seen = {"page": "https://nettly.example/hub?token=secret#a", "product": "Hub 3", "order": "NT-10427"}
    maya = visits(house, client, identity=known("c12"), context=seen)
    maya.says("I want to talk to a person")
    case, card = maya.case(), maya.file().customer
    assert (case.customer_id, case.customer_name, case.customer_verified) == (
        "visitor:c12",
        "Maya Lind",
        True,
    )
    assert (case.contact, card.business) == ("maya@mail.example", True)
    assert card.site == Site("https://nettly.example/hub", "Hub 3", "NT-10427")
    assert maya.file().page == "https://nettly.example/hub"


def test_who_signs_in_while_they_wait_is_verified_in_the_case(house: House, client: FlaskClient) -> None:
    maya = visits(house, client)
    maya.says("I want to talk to a person about order NT-10427")
    assert not maya.case().customer_verified
    maya.posts("identity", known("c13"))
    maya.posts("context", {"product": "Hub 3"})
    case, card = maya.case(), maya.file().customer
    assert (case.customer_id, case.customer_verified) == ("visitor:c13", True)
    assert (card.name, card.verified, card.site) == ("Maya Lind", True, Site(product="Hub 3"))
    [told] = [each for each in house.handoff.desk.thread(case.number) if "says who" in each.text]
    assert told.text == "The company's site says who the customer is: Maya Lind"
    maya.posts("identity", known("c13"))
    assert maya.case().version == case.version, "the same again is no news"


def test_a_verified_customers_earlier_cases_are_theirs(house: House, client: FlaskClient) -> None:
    first = visits(house, client)
    first.says("I want to talk to a person")
    number = first.case().number
    house.handoff.desk.claim(number, INES)
    house.handoff.desk.resolve(number, INES, "solved", "")
    house.workers.drain()
    first.posts("identity", known("c14"))
    second = visits(house, client, identity=known("c14"), again=True)
    second.says("I want to talk to a person")
    assert second.file().customer.previous.conversations == 1


def test_a_business_customer_is_raised_only_where_the_site_signed_it(
    house: House, client: FlaskClient
) -> None:
    trade = visits(house, client, identity=known("c15"))
    private = visits(house, client, identity=known("c16", business=False))
    for each in (trade, private):
        each.says("I want to talk to a person")
    assert "buys for a business" in trade.case().priority_because
    assert "buys for a business" not in private.case().priority_because


def test_what_the_customer_says_counts_for_more_than_the_page(house: House, client: FlaskClient) -> None:
    maya = visits(house, client, context={"order": "NT-10427"})
    maya.says("where is my order NT-10428? I want to talk to a person")
    [fact] = [each for each in maya.file().facts if each.name == "order"]
    assert fact.value == "NT-10428" and fact.messages
    assert "order" not in maya.file().completeness.missing


def test_a_card_number_in_the_pages_words_is_masked(house: House, client: FlaskClient) -> None:
    maya = visits(house, client, context={"product": "card 4242 4242 4242 4242"})
    maya.says("I want to talk to a person")
    site = maya.file().customer.site
    assert site is not None and "4242 4242 4242" not in str(site.product)
