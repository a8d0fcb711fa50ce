"""Notice, consent, one's own data and its end, as a program sees them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from bot.app import customers_app
from bot.dialogue.assistant import Assistant
from bot.opening import House, open_house
from bot.store.visitors import VisitorStore
from bot.vouching import Visitor as Known
from config.pages import Brand
from config.settings import load_settings
from tests.bot.test_api import BEGIN, Visitor, refusal
from tests.conftest import own_copy
from tests.fakes import FakeClock, FirstChoice

POLICY = "https://nettly.example/privacy"


@pytest.fixture(scope="module")
def asking(prepared: Path, shipped: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house that takes nothing from who has not agreed."""
    data = own_copy(prepared, tmp_path_factory.mktemp("asking") / "data")
    env = {"FIRSTLINE_PRIVACY_NOTICE": "ask", "FIRSTLINE_PRIVACY_POLICY_URL": POLICY}
    house = open_house(load_settings(data, env), clock=FakeClock(), rng=FirstChoice(), base=shipped)
    yield house
    house.close()


@pytest.fixture
def client(asking: House) -> FlaskClient:
    return customers_app(asking, Brand.load()).test_client()


@pytest.fixture
def maya(asking: House, client: FlaskClient) -> Visitor:
    begun = client.post(BEGIN, json={"language": "en"}).json
    return Visitor(asking, client, begun["conversation_id"], begun["token"])


def told(client: FlaskClient, language: str = "en") -> dict[str, Any]:
    """What the page knows of the notice."""
    page = client.get(f"/chat?lang={language}").text
    found = re.search(r'<script type="application/json" id="page"[^>]*>(.*?)</script>', page, re.S)
    assert found is not None
    notice: dict[str, Any] = json.loads(found[1])["notice"]
    return notice


def agrees(maya: Visitor, language: str = "en") -> Any:
    return maya.posts({"version": told(maya.client, language)["version"]}, at="consent")


def is_verified(maya: Visitor, id: str = "maya") -> None:
    visitors = VisitorStore(maya.house.database, maya.house.clock)
    visitors.join(maya.house.chat.opened_by(maya.conversation, maya.token).id, Known(id, "Maya Lind", None))


def test_the_page_is_told_the_notice_in_the_readers_language(client: FlaskClient) -> None:
    english, norwegian = told(client), told(client, "nb")
    assert "Nettly keeps what you write here" in english["text"] and english["ask"] is True
    assert "dataprogram" in norwegian["text"] and norwegian["version"] != english["version"]
    assert english["link"] == {"title": "Our privacy policy", "url": POLICY}


def test_nothing_is_taken_before_the_customer_agreed(maya: Visitor) -> None:
    assert refusal(maya.says("my secret"))[0] == 403
    file = maya.client.post(
        f"{BEGIN}/{maya.conversation}/files?name=a.txt",
        data=b"secret",
        headers={**maya.headers(), "Content-Type": "application/octet-stream"},
    )
    assert refusal(file)[0] == 403
    assert maya.reads().json["state"]["consented"] is False and len(maya.texts()) == 1
    assert agrees(maya).status_code == 204
    assert maya.reads().json["state"]["consented"] is True
    assert maya.says("hello").status_code == 202


def test_whoever_agreed_in_one_language_has_agreed_in_all(maya: Visitor) -> None:
    agrees(maya, "nb")
    assert maya.says("hello").status_code == 202


def test_a_second_consent_is_the_first_one_and_it_is_kept_with_its_words_and_time(maya: Visitor) -> None:
    agrees(maya)
    agrees(maya)
    (kept,) = maya.house.privacy.consents.of(maya.house.store.get(maya.conversation).id)  # type: ignore[arg-type]
    notice = told(maya.client)
    assert (kept.version, kept.text, kept.url) == (notice["version"], notice["text"], POLICY)
    assert kept.at == maya.house.clock.now()


@pytest.mark.parametrize(
    ("body", "status"),
    [({"version": "gone"}, 409), ({}, 400), ({"version": 1}, 400), ({"version": "x" * 17}, 400)],
)
def test_a_consent_to_something_else_is_none(maya: Visitor, body: object, status: int) -> None:
    assert refusal(maya.posts(body, at="consent"))[0] == status
    assert maya.says("hello").status_code == 403


def test_a_customer_whom_nobody_vouches_for_neither_sees_nor_deletes(maya: Visitor) -> None:
    seen = maya.client.get(f"{BEGIN}/{maya.conversation}/mine", headers=maya.headers())
    deleted = maya.posts({"confirm": True}, at="forget")
    assert [refusal(each)[0] for each in (seen, deleted)] == [403, 403]
    assert "sign in" in refusal(seen)[1] and maya.reads().status_code == 200


def test_a_verified_customer_gets_all_that_is_theirs(maya: Visitor) -> None:
    agrees(maya)
    maya.says("my lamp is broken")
    other = maya.client.post(BEGIN, json={}).json
    another = Visitor(maya.house, maya.client, other["conversation_id"], other["token"])
    for each in (maya, another):
        is_verified(each, "maya-2")
    answer = maya.client.get(f"{BEGIN}/{maya.conversation}/mine", headers=maya.headers())
    assert answer.headers["Cache-Control"] == "no-store"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert [each["name"] for each in answer.json["identity"]] == ["Maya Lind"]
    first, second = answer.json["conversations"]
    assert {first["id"], second["id"]} == {maya.conversation, another.conversation}
    assert "my lamp is broken" in [each["text"] for each in first["messages"]]
    assert first["agreed"][0]["version"] == told(maya.client)["version"]


def test_a_verified_customer_deletes_all_that_is_theirs(maya: Visitor) -> None:
    agrees(maya)
    maya.says("my zwitscherling is broken")
    is_verified(maya, "maya-3")
    assert refusal(maya.posts({"confirm": "yes"}, at="forget"))[0] == 400
    assert maya.posts({"confirm": True}, at="forget").status_code == 202
    assert refusal(maya.reads())[0] == 410
    assert refusal(maya.posts({"client_id": "z", "text": "still there?"}))[0] == 410
    stranger = Visitor(maya.house, maya.client, maya.conversation, "another")
    assert refusal(stranger.reads())[0] == 404


@pytest.mark.parametrize("at", ["consent", "forget"])
def test_a_form_on_another_site_can_send_neither(maya: Visitor, at: str) -> None:
    address = f"{BEGIN}/{maya.conversation}/{at}"
    sent = maya.client.post(
        address, data='{"confirm": true}', headers=maya.headers(), content_type="text/plain"
    )
    assert refusal(sent)[0] == 415
    assert maya.client.post(address, json={"confirm": True}).status_code == 404


def test_a_house_that_only_shows_the_notice_takes_what_is_written(shared: House) -> None:
    client = customers_app(shared, Brand.load()).test_client()
    begun = client.post(BEGIN, json={}).json
    omar = Visitor(shared, client, begun["conversation_id"], begun["token"])
    assert told(client)["ask"] is False and told(client)["link"] is None
    assert omar.says("hello").status_code == 202 and omar.reads().json["state"]["consented"] is True
