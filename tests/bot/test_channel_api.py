"""The generic channel keeps to its OpenAPI document, both ways."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_core import OpenAPI
from openapi_core.contrib.werkzeug import WerkzeugOpenAPIRequest, WerkzeugOpenAPIResponse
from openapi_spec_validator import OpenAPIV31SpecValidator
from werkzeug.test import EnvironBuilder, TestResponse
from werkzeug.wrappers import Request

from bot.conversation import Button, Source, carrying
from bot.web.channel_document import document
from handoff.file import FileRef
from tests.contract.channels.room import HELP, Room
from tests.peers import SeenFile, Webhook
from tests.platforms.api import AppPlatform, signed

SOURCE = Source("reset", "Reset your router", "/help/en/reset", "Reset › Hub", "2026-11-03", "en")


@pytest.fixture
def company() -> Iterator[AppPlatform]:
    platform = AppPlatform()
    yield platform
    platform.close()


@pytest.fixture
def room(company: AppPlatform, tmp_path: Path) -> Iterator[Room]:
    opened = Room(tmp_path / "data", "api", company)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def described() -> OpenAPI:
    here: dict[str, Any] = dict(document()) | {"servers": [{"url": "http://localhost/channels/api"}]}
    return OpenAPI.from_dict(here)


def kept_to(described: OpenAPI, room: Room, webhook: Webhook, *, asked: bool = True) -> TestResponse:
    """Send it, and hold both sides to the document. asked: whether the request itself is one of it."""
    answer = room.takes(webhook)
    builder = EnvironBuilder(
        f"/channels/api{webhook.path}",
        "http://localhost",
        method=webhook.method,
        headers=dict(webhook.headers),
        data=webhook.body,
    )
    request = WerkzeugOpenAPIRequest(Request(builder.get_environ()))
    if asked:
        described.validate_request(request)
    described.validate_response(request, WerkzeugOpenAPIResponse(answer))
    return answer


def posted(room: Room, body: object, path: str = "/messages") -> Webhook:
    return signed(json.dumps(body).encode(), room.clock.now(), path)


def test_the_document_is_valid() -> None:
    assert list(OpenAPIV31SpecValidator(document()).iter_errors()) == []


def test_every_operation_is_told_and_no_other(room: Room) -> None:
    served = {
        (method.lower(), rule.rule.removeprefix("/channels/api"))
        for rule in room._client.application.url_map.iter_rules()
        if rule.rule.startswith("/channels/api/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    told: dict[str, Any] = dict(document())
    assert served == {(method, path) for path, methods in told["paths"].items() for method in methods}


def test_the_document_is_served_to_everybody(room: Room) -> None:
    answer = room.takes(Webhook("GET", "/openapi.json", {}, b""))
    assert answer.status_code == 200 and answer.get_json() == document()


def test_what_is_said_and_what_is_answered_is_as_it_is_told(
    room: Room, company: AppPlatform, described: OpenAPI
) -> None:
    files = [SeenFile("label.pdf", b"%PDF-1.4 label")]
    taken = kept_to(described, room, company.says("hello", room.clock.now(), files=files))
    assert taken.status_code == 202 and taken.get_json()["number"] == 1
    answer = kept_to(described, room, posted(room, {"customer": "u-42"}, "/read"))
    [message] = answer.get_json()["messages"]
    assert (message["author"], message["text"], message["id"]) == ("customer", "hello", "m-1")
    assert message["files"][0]["url"].startswith("https://support.nettly.example/files/")
    assert answer.get_json()["state"]["holder"] == "bot"


def test_reading_goes_on_where_it_stopped(room: Room, described: OpenAPI) -> None:
    for text in ("one", "two", "three"):
        room.hears(text)
    answer = kept_to(described, room, posted(room, {"customer": "u-42", "after": 2}, "/read"))
    assert [each["text"] for each in answer.get_json()["messages"]] == ["three"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"customer": "", "id": "1", "text": "hi"}, 400),
        ({"customer": "u-42", "text": "hi"}, 400),
        ({"customer": "u-42", "id": "1", "text": 7}, 400),
        ({"customer": "u-42", "id": "1", "text": "hi", "files": [{"name": "a", "content": "%%%"}]}, 400),
        ({"customer": "u-42", "id": "1", "text": "hi", "files": "a.pdf"}, 400),
        ({"customer": "u-42", "id": "1", "text": " "}, 422),
        ({"customer": "u-42", "id": "1"}, 400),
        ({"customer": "u-42", "id": "1", "text": "x" * 3_000}, 413),
    ],
)
def test_a_refusal_is_as_it_is_told_and_says_why(
    room: Room, described: OpenAPI, body: dict[str, object], status: int
) -> None:
    answer = kept_to(described, room, posted(room, body), asked=False)
    assert answer.status_code == status and len(answer.get_json()["error"]["message"]) > 10


def test_one_id_for_two_texts_is_refused(room: Room, described: OpenAPI) -> None:
    kept_to(described, room, posted(room, {"customer": "u-42", "id": "1", "text": "one"}))
    answer = kept_to(described, room, posted(room, {"customer": "u-42", "id": "1", "text": "two"}))
    assert answer.status_code == 422


def test_who_has_never_written_is_not_found(room: Room, described: OpenAPI) -> None:
    assert kept_to(described, room, posted(room, {"customer": "u-7"}, "/read")).status_code == 404


def test_a_flood_of_one_customers_is_refused_and_anothers_message_is_taken(
    room: Room, described: OpenAPI
) -> None:
    statuses = [
        kept_to(described, room, posted(room, {"customer": "u-42", "id": f"{n}", "text": "hi"})).status_code
        for n in range(61)
    ]
    assert statuses == [202] * 60 + [429]
    other = kept_to(described, room, posted(room, {"customer": "u-43", "id": "1", "text": "hi"}))
    assert other.status_code == 202


def test_what_we_post_is_as_it_is_told(room: Room, company: AppPlatform) -> None:
    room.hears("hello")
    link = Button("Track it", "Track it", {"url": "/track"})
    file = FileRef("c" * 43, "label.pdf", "application/pdf", 9)
    room.says("Hold it.", question="Did this help?", buttons=(link, *HELP), source=SOURCE)
    room.says("Print it.", author="agent", name="Ines", data=carrying([file]))
    room.says("", data={"image": "https://pictures.example/a.png", "custom": {"type": "map"}})
    room.works()
    told: dict[str, Any] = dict(document())
    validator = Draft202012Validator({"$ref": "#/components/schemas/Message", **told})
    assert len(company.told) == 3
    assert [list(validator.iter_errors(each)) for each in company.told] == [[], [], []]


def test_what_is_posted_again_has_the_same_id(room: Room, company: AppPlatform) -> None:
    room.hears("hello")
    company.door.lose_next_answer()
    room.says("Hold it.")
    room.works()
    room.waits(60)
    assert len([path for _, path in company.door.calls if path == "/firstline"]) == 2
    assert [each["text"] for each in company.told] == ["Hold it."]


def test_without_an_address_nothing_is_posted_and_all_of_it_is_read(tmp_path: Path) -> None:
    platform = AppPlatform()
    platform.settings["url"] = ""
    room = Room(tmp_path / "data", "api", platform)
    room.hears("hello")
    assert not room.channel.delivers
    answer = room.takes(posted(room, {"customer": "u-42", "after": 0}, "/read"))
    assert [each["text"] for each in answer.get_json()["messages"]] == ["hello"]
    room.close()
    platform.close()


def test_the_check_posts_a_ping_that_is_signed(room: Room, company: AppPlatform) -> None:
    [step] = room.channel.check()  # type: ignore[attr-defined]
    assert step.ok and company.told == []
    company.door.refuse(1, 401)
    [step] = room.channel.check()  # type: ignore[attr-defined]
    assert not step.ok and "[channels.api] secret" in step.says
