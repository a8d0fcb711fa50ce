"""An article's whole life by a program that has a key and nothing else."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config.identity import Identity
from kb.opening import Kb
from tests.kb.editors import PASSWORD, RESET

MARKDOWN = b"# Pair a bulb\n\nHold the button of the bulb until it blinks twice."


@dataclass
class Program:
    """Speaks with a key, from no browser: no cookie, no token."""

    client: FlaskClient
    key: str

    def sends(self, method: str, path: str, **more: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.key}", **more.pop("headers", {})}
        return self.client.open(f"/kb/api{path}", method=method, headers=headers, **more)

    def asks(self, method: str, path: str, **body: object) -> Any:
        reply = self.sends(method, path, **({"json": body} if method != "GET" else {}))
        assert reply.status_code in (200, 201), reply.text
        return reply.json


@pytest.fixture
def program(app: Flask, identity: Identity) -> Program:
    identity.add("sync@nettly.example", "Sync", ["editor"], PASSWORD)
    return Program(app.test_client(), identity.keys.add("sync@nettly.example", "nightly"))


def test_an_article_lives_its_whole_life_by_key(program: Program, base: Kb) -> None:
    asks = program.asks
    text = {"title": "Reset your Hub", "body": RESET, "language": "en", "questions": ["how do i reset it"]}
    drafted = asks("POST", "/articles", **text)["article"]
    assert asks("GET", "/articles/reset-your-hub")["text"]["body"] == RESET

    text |= {"body": f"In short: hold it.\n\n{RESET}", "category": "hub"}
    revised = asks("PUT", "/articles/reset-your-hub", **text, version=drafted["version"])
    late = program.sends("PUT", "/articles/reset-your-hub", json={**text, "version": drafted["version"]})
    assert late.status_code == 409 and late.json and late.json["error"]["code"] == "stale"

    waiting = asks("POST", "/articles/reset-your-hub/submit", version=revised["article"]["version"])
    thread = asks("POST", "/articles/reset-your-hub/comments", text="Reads well.")["comments"]
    assert [one["author"] for one in thread] == ["Sync", "Sync"]
    live = asks("POST", "/articles/reset-your-hub/publish", version=waiting["article"]["version"])
    assert live["article"]["live"] == 2

    base.indexer.work()
    assert asks("GET", "/state?article=reset-your-hub")["revision"] == 2
    assert (
        "Hold the small button" in asks("POST", "/try", question="how do i reset it", language="en")["html"]
    )
    found = asks("GET", "/search?q=how+do+i+reset+it&language=en")
    assert found["answer"]["cites"][0]["article"] == found["results"][0]["article"] == "reset-your-hub"
    assert asks("GET", "/search?q=which+volcano+erupted")["answer"] is None
    assert asks("GET", "/articles/reset-your-hub/revisions/2")["live"]

    assert asks("GET", "/gaps")["gaps"] == []
    base.checks.run()
    assert asks("GET", "/checks/findings?severity=error")["findings"] == []
    assert asks("POST", "/blast", articles=["reset-your-hub"], verb="archive")["of"] >= 0

    archived = asks("POST", "/articles/reset-your-hub/archive", version=live["article"]["version"])
    gone = asks("POST", "/articles/reset-your-hub/delete", version=archived["article"]["version"])
    assert asks("GET", "/articles")["total"] == 0
    assert [one["id"] for one in asks("GET", "/bin")["articles"]] == ["reset-your-hub"]
    back = asks("POST", "/articles/reset-your-hub/recover")["article"]
    assert (gone["article"]["deleted_at"] is None, back["deleted_at"]) == (False, None)


def test_files_go_in_and_everything_comes_out_by_key(program: Program, base: Kb) -> None:
    looked = program.sends("POST", "/import?name=pair.md", data=MARKDOWN, content_type="text/markdown")
    assert looked.status_code == 200 and looked.json
    assert (looked.json["imported"], looked.json["counts"]["new"]) == (False, 1)
    form = {"file": (io.BytesIO(MARKDOWN), "pair.md")}
    taken = program.sends("POST", "/import?do=publish", data=form)
    assert taken.json and (taken.json["imported"], taken.json["published"]) == (True, 1)
    with zipfile.ZipFile(io.BytesIO(program.sends("GET", "/export.zip").data)) as archive:
        assert archive.namelist() == ["pair.md"] and b"blinks twice" in archive.read("pair.md")


def test_articles_are_listed_by_what_they_are_and_in_pages(program: Program) -> None:
    for number in range(5):
        more = {"labels": ["new"], "category": "hub"} if number % 2 else {}
        program.asks("POST", "/articles", title=f"Way {number}", body="So.", language="en", **more)
    first = program.asks("GET", "/articles?limit=2&offset=1")
    assert (first["total"], len(first["articles"]), first["offset"]) == (5, 2, 1)
    found = program.asks("GET", "/articles?label=new&category=hub&status=draft&q=way+3")
    assert [one["title"] for one in found["articles"]] == ["Way 3"]
    assert program.asks("GET", "/articles?status=published")["total"] == 0


@pytest.mark.parametrize(
    "query", ["status=lost", "due=never", "limit=0", "limit=501", "limit=many", "offset=-1", "q=%00"]
)
def test_a_filter_that_means_nothing_is_refused(program: Program, query: str) -> None:
    reply = program.sends("GET", f"/articles?{query}")
    assert reply.status_code == 422 and reply.json and reply.json["error"]["code"] == "field_invalid"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/articles/", 404),
        ("GET", "//articles", 404),
        ("PATCH", "/articles", 405),
        ("DELETE", "/search", 405),
        ("GET", f"/gaps/{'9' * 5000}", 404),
        ("GET", "/articles/a%00b", 404),
    ],
)
def test_what_is_not_there_is_said_as_json(program: Program, method: str, path: str, status: int) -> None:
    reply = program.sends(method, path)
    assert reply.status_code == status and reply.json and reply.json["error"]["message"]


def test_a_key_that_opens_nothing_is_told_so(program: Program) -> None:
    program.key = "fl_wrong"
    reply = program.sends("GET", "/articles")
    assert reply.status_code == 401 and reply.json and reply.json["error"]["code"] == "wrong_key"
