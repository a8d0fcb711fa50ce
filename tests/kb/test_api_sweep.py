"""Bad input to every operation that the document tells of is refused in words; nothing breaks."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask.testing import FlaskClient

from config.identity import Identity
from config.pages import Brand
from kb.app import kb_app
from kb.article import ArticleId
from kb.opening import Kb
from kb.web.openapi.document import TAGS
from kb.web.openapi.operation import Operation
from tests.kb.bot_fakes import ReadMessages, SpokenTexts
from tests.kb.contract import DOCUMENT, conforming
from tests.kb.editors import PASSWORD

OPERATIONS = [operation for tag in TAGS for operation in tag.operations]
DEEP = 100_000
GOOD = {
    "article": "here",
    "articles": ["here"],
    "name": "utter_greet",
    "language": "en",
    "title": "Title",
    "body": "Body.",
    "version": 1,
    "intent": "lamp",
    "text": "my lamp is off",
    "verb": "publish",
    "verdict": "teach",
    "variants": [{"base": 0, "text": "Hello."}],
    "base": {"title": "a", "body": "b", "language": "en"},
    "mine": {"title": "a", "body": "b", "language": "en"},
    "at": "2026-11-09T08:00:00+00:00",
    "before": 1,
    "after": "Body.",
}
WRONG: tuple[object, ...] = (
    None,
    True,
    -1,
    0,
    2**53,
    10**30,
    1.5,
    float("inf"),
    "",
    " ",
    "x" * 300_000,
    "a\0b",
    "\ud800",
    "zzz",
    "../../etc/passwd",
    "2026-02-30",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    [],
    [None],
    ["\ud800"],
    ["here"] * 2000,
    {},
    {"": {"\0": []}},
)
"""Values for one field, while the others are as they should be."""

MISSING = object()

BODIES: tuple[bytes, ...] = (
    b"",
    b"{",
    b"null",
    b"[]",
    b'"text"',
    b"NaN",
    b"\xff\xfe",
    b"{}",
    b"[" * DEEP,
    b'{"a":' * DEEP,
    b'{"version": ' + b"9" * 5000 + b"}",
    b'{"title": "\\ud800"}',
)
TYPES = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "nonsense")
FILES = (b"PK\x03\x04", b"\x89PNG\r\n\x1a\n", b"%PDF-1.7", b"GIF89a", b"\0" * 9)
SENT_AS = ("image/png", "multipart/mixed", "multipart/mixed; boundary=", "multipart/mixed; boundary=x")
PARTS = ("no-such", "\U0001f600", "a/b/../c", "x" * 3000, "%", "0", "9" * 40, " ", "a\0b")
QUERIES = ("", " ", "a\0b", "x" * 3000, "9" * 40, "-1", "zzz", "\u00e5\U0001f600")


@dataclass
class Program:
    """Sends anything to the JSON and expects no fault."""

    client: FlaskClient
    key: str
    base: Kb

    @property
    def seen(self) -> int:
        """The version that lets the next change of the article through."""
        articles = self.base.editorial.articles()
        return next((each.version for each in articles if each.id == "here"), 1)

    def sends(self, operation: Operation, path: str, **more: Any) -> int:
        headers = {"Authorization": f"Bearer {self.key}"}
        reply = self.client.open(f"/kb/api{path}", method=operation.method.upper(), headers=headers, **more)
        what = f"{operation.method} {path[:200]} {str(more)[:300]}: {reply.status_code} {reply.text[:300]}"
        assert reply.status_code < 500, what
        assert reply.mimetype == operation.given if reply.status_code < 400 else reply.json, what
        return reply.status_code


@pytest.fixture
def program(base: Kb, identity: Identity) -> Program:
    """A base with one published article, and a bot beside it."""
    app = kb_app(base, identity, Brand.load(), bot_texts=SpokenTexts(), bot_examples=ReadMessages())
    identity.add("sync@nettly.example", "Sync", ["admin"], PASSWORD)
    here = base.editorial.draft("Here", "Hold it.", language="en", article_id=ArticleId("here"), by="ed")
    base.editorial.publish(here.id, by="ed")
    base.indexer.work()
    return Program(conforming(app).test_client(), identity.keys.add("sync@nettly.example", "sweep"), base)


def whole_path(operation: Operation, **parts: str) -> str:
    path = operation.path
    for name in operation.names:
        part = parts.get(name, str(GOOD.get(name, 1)))
        path = path.replace(f"{{{name}}}", quote(part, safe=""))
    return path


def fields(operation: Operation) -> Any:
    body = DOCUMENT["paths"][operation.path][operation.method]["requestBody"]["content"]["application/json"]
    schema = body["schema"]
    if "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema["properties"]


def wrong_bodies(program: Program, operation: Operation) -> Iterator[dict[str, object]]:
    """For every field: it is missing, or holds something else."""
    names = fields(operation)
    for name in names:
        for wrong in (*WRONG, MISSING):
            good = {other: GOOD[other] for other in names if other in GOOD and other != name}
            if "version" in good:
                good["version"] = program.seen
            yield good if wrong is MISSING else {**good, name: wrong}


def each_operation(wanted: Callable[[Operation], object]) -> pytest.MarkDecorator:
    some = [operation for operation in OPERATIONS if wanted(operation)]
    return pytest.mark.parametrize("operation", some, ids=lambda operation: operation.name)


@each_operation(lambda operation: operation.takes)
def test_a_body_of_any_kind_breaks_nothing(program: Program, operation: Operation) -> None:
    path = whole_path(operation)
    for given in wrong_bodies(program, operation):
        program.sends(operation, path, data=json.dumps(given), content_type="application/json")
    for raw in BODIES:
        program.sends(operation, path, data=raw, content_type="application/json")
    for kind in TYPES:
        assert program.sends(operation, path, data=b"{}", content_type=kind) == 415


@each_operation(lambda operation: operation.names or operation.asks)
def test_an_address_of_any_kind_breaks_nothing(program: Program, operation: Operation) -> None:
    for name in operation.names:
        for part in PARTS:
            program.sends(operation, whole_path(operation, **{name: part}))
    for name in operation.asks:
        for value in QUERIES:
            program.sends(operation, f"{whole_path(operation)}?{urlencode({name: value})}")


@each_operation(lambda operation: operation.sent)
def test_a_file_of_any_kind_breaks_nothing(program: Program, operation: Operation) -> None:
    sent = [(raw, "application/octet-stream") for raw in (*BODIES, *FILES)]
    sent += [(b"# A title", kind) for kind in (*TYPES, *SENT_AS)]
    for raw, kind in sent:
        program.sends(operation, f"{operation.path}?name=a.md", data=raw, content_type=kind)
