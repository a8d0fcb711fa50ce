"""Files over the chat's routes: how they come in, how they go out, and what a browser may do with them."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

import pytest
from flask.testing import FlaskClient

from bot.app import customers_app
from bot.opening import House
from bot.web.files_api import BYTES
from config.pages import Brand
from tests.bot.test_api import BEGIN, Visitor, refusal
from tests.driver import AtDesk, Driver
from tests.hostile_files import bomb, picture


@pytest.fixture
def client(shared: House) -> FlaskClient:
    return customers_app(shared, Brand.load()).test_client()


@pytest.fixture
def visitor(shared: House, client: FlaskClient) -> Visitor:
    begun = client.post(BEGIN, json={"language": "en"}).json
    return Visitor(shared, client, begun["conversation_id"], begun["token"])


def upload(visitor: Visitor, name: str, content: bytes, **how: Any) -> Any:
    return visitor.client.post(
        f"{BEGIN}/{visitor.conversation}/files",
        query_string={"name": name},
        data=content,
        **{"content_type": BYTES, "headers": visitor.headers(), **how},
    )


def uploaded(visitor: Visitor, name: str = "label.pdf", content: bytes = b"%PDF-1.7 x") -> dict[str, Any]:
    answer = upload(visitor, name, content)
    assert answer.status_code == 201
    file: dict[str, Any] = answer.json["file"]
    return file


def test_a_file_is_sent_with_a_message_and_read_back_with_it(visitor: Visitor) -> None:
    file = uploaded(visitor)
    assert file == {
        "id": file["id"],
        "name": "label.pdf",
        "type": "application/pdf",
        "size": 10,
        "picture": False,
        "url": f"/files/{file['id']}/label.pdf",
    }
    sent = visitor.posts({"client_id": "f", "text": "", "files": [file["id"]]})
    assert (sent.status_code, sent.json) == (202, {"number": 2})
    assert visitor.posts({"client_id": "f", "text": "", "files": [file["id"]]}).json == {"number": 2}
    mine = visitor.reads(after=1).json["messages"][0]
    assert (mine["text"], mine["data"]["files"]) == ("", [file])
    assert visitor.client.get(file["url"]).data == b"%PDF-1.7 x"


def test_a_message_without_words_and_without_files_is_refused(visitor: Visitor) -> None:
    for files in ([], None):
        assert refusal(visitor.posts({"client_id": "f", "text": " \n", "files": files}))[0] == 422


@pytest.mark.parametrize("files", ["x", 1, [1], [["x"]], {"0": "x"}, ["x" * 101]])
def test_files_that_are_no_list_of_ids_are_refused(visitor: Visitor, files: object) -> None:
    assert refusal(visitor.posts({"client_id": "f", "text": "hi", "files": files}))[0] == 400


def test_a_strangers_file_can_not_be_sent(visitor: Visitor, client: FlaskClient, shared: House) -> None:
    begun = client.post(BEGIN, json={}).json
    other = Visitor(shared, client, begun["conversation_id"], begun["token"])
    answer = visitor.posts({"client_id": "f", "text": "", "files": [uploaded(other)["id"]]})
    assert (answer.status_code, answer.json["error"]["code"]) == (404, "no_file")


def test_nobody_uploads_into_a_conversation_without_its_token(visitor: Visitor) -> None:
    for headers in ({}, {"Authorization": "Bearer made-up"}):
        assert upload(visitor, "a.txt", b"a", headers=headers).status_code == 404


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "multipart/form-data", "application/x-www-form-urlencoded"]
)
def test_a_body_that_a_form_could_send_is_refused(visitor: Visitor, kind: str) -> None:
    answer = upload(visitor, "a.txt", b"a", content_type=kind)
    assert (answer.status_code, answer.json["error"]["code"]) == (415, "not_bytes")


@pytest.mark.parametrize(
    ("name", "content", "status", "code"),
    [
        ("a.txt", b"", 422, "file_empty"),
        ("a.png", bomb(50_000, 50_000), 413, "picture_too_large"),
        ("a.png", picture("PNG")[:60], 422, "picture_damaged"),
        ("a.exe", b"MZ", 415, "program_refused"),
    ],
)
def test_a_refusal_says_why_by_its_code(
    visitor: Visitor, name: str, content: bytes, status: int, code: str
) -> None:
    answer = upload(visitor, name, content)
    assert (answer.status_code, answer.json["error"]["code"]) == (status, code)


def test_a_file_that_is_too_large_is_refused(visitor: Visitor, shared: House) -> None:
    answer = upload(visitor, "a.bin", b"\0" * (shared.settings.bot.file_bytes + 1))
    assert (answer.status_code, answer.json["error"]["code"]) == (413, "file_too_large")


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd",
        "..\\..\\boot.ini",
        "a\r\nSet-Cookie: x=1.pdf",
        "\u202efdp.scr.txt",
        '"><img src=x onerror=alert(1)>.txt',
        "nul.txt",
        "a;filename=b.html",
        "\0",
        "é" * 400,
        "🏷️.txt",
    ],
)
def test_a_name_breaks_neither_a_header_nor_a_path(visitor: Visitor, name: str) -> None:
    file = uploaded(visitor, name, b"plain")
    served = visitor.client.get(file["url"])
    assert served.status_code == 200 and "Set-Cookie" not in served.headers
    shown = served.headers["Content-Disposition"]
    assert shown.startswith("attachment; filename") and "\n" not in shown and "\r" not in shown
    assert PurePosixPath(file["name"]).name == file["name"] and len(file["name"]) <= 120
    assert all(sign not in file["name"] for sign in '/\\:*?"<>|;\u202e')


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.html", b"<script>alert(1)</script>"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("a.pdf", b"%PDF-1.7 /JavaScript"),
        ("a.gif", b"GIF87a=1;alert(1)"[:3] + b"\xff<script>"),
    ],
)
def test_whatever_could_run_is_only_saved(visitor: Visitor, name: str, content: bytes) -> None:
    file = uploaded(visitor, name, content)
    for address in (file["url"], f"{file['url']}?inline=1"):
        served = visitor.client.get(address)
        assert served.headers["Content-Disposition"].startswith("attachment")
        assert served.headers["X-Content-Type-Options"] == "nosniff"
        assert served.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert served.mimetype in ("text/plain", "application/pdf", "application/octet-stream")


def test_a_picture_is_shown_in_a_sandbox_and_only_when_asked(visitor: Visitor) -> None:
    file = uploaded(visitor, "photo", picture("PNG") + b"<script>alert(1)</script>")
    assert (file["picture"], file["name"]) == (True, "photo.png")
    shown, saved = (visitor.client.get(f"{file['url']}{how}") for how in ("?inline=1", ""))
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert saved.headers["Content-Disposition"].startswith("attachment")
    assert shown.mimetype == "image/png" and b"script" not in shown.data
    assert "sandbox" in shown.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", [f"{'x' * 43}/a.txt", "x/a", f"{'é' * 43}/a", "../api/conversations", ""])
def test_an_address_that_nobody_was_given_leads_nowhere(client: FlaskClient, path: str) -> None:
    assert client.get(f"/files/{path}").status_code == 404


@pytest.fixture
def ines(shared: House) -> AtDesk:
    return Driver(shared).agent("Ines")


def test_what_an_agent_sends_is_had_once_a_reply_carries_it(
    visitor: Visitor, shared: House, ines: AtDesk
) -> None:
    visitor.says("let me speak to a person")
    shared.workers.drain()
    [case] = [each for each in ines.queue() if each.conversation_id == visitor.conversation]
    ines.claims(case)
    desk = shared.handoff.aids.files
    kept = desk.keep(case, ines.agent, "receipt.pdf", b"%PDF-1.7 y")
    assert visitor.client.get(kept.ref.address).status_code == 404
    shared.handoff.desk.reply(case.number, ines.agent, "", "r1", desk.refs(case.number, [kept.capability]))
    shared.workers.drain()
    reply = visitor.reads().json["messages"][-1]
    assert (reply["author"], reply["text"]) == ("agent", "")
    [file] = reply["data"]["files"]
    assert (file["name"], file["url"]) == ("receipt.pdf", kept.ref.address)
    assert visitor.client.get(file["url"]).data == b"%PDF-1.7 y"


def test_the_page_knows_how_large_a_file_may_be(client: FlaskClient, shared: House) -> None:
    page = client.get("/chat").text
    assert f'"files": {{"bytes": {shared.settings.bot.file_bytes}, "most": 10}}' in page
