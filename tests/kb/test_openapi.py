"""The OpenAPI document tells of every operation of the studio's JSON, and of nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openapi_spec_validator import OpenAPIV31SpecValidator
from typer.testing import CliRunner

from bot.cli import app as firstline
from config.identity import Identity
from config.pages import Brand
from kb.app import kb_app
from kb.opening import Kb
from kb.web.openapi.document import BASE, TAGS, document
from kb.web.openapi.operation import Operation
from tests.kb.bot_fakes import ReadMessages, SpokenTexts
from tests.kb.contract import places
from tests.kb.editors import Editor

OPERATIONS = [operation for tag in TAGS for operation in tag.operations]


@pytest.fixture
def whole(base: Kb, identity: Identity) -> Flask:
    """The studio with a bot beside it."""
    return kb_app(base, identity, Brand.load(), bot_texts=SpokenTexts(), bot_examples=ReadMessages())


def served(app: Flask) -> set[tuple[str, str]]:
    return {
        (method.lower(), place)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(f"{BASE}/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        for place in places(rule)
    }


def told(document: Any) -> set[tuple[str, str]]:
    return {(method, place) for place, methods in document["paths"].items() for method in methods}


def test_every_operation_is_told_and_no_other(whole: Flask) -> None:
    assert told(document()) == served(whole)


def test_without_a_bot_its_words_and_examples_are_not_told(app: Flask, ines: Editor) -> None:
    shown = ines.asks("GET", "/openapi.json")
    assert told(shown) == served(app)
    assert not any(place.startswith("/words") for _, place in told(shown))


def test_the_document_is_valid() -> None:
    assert list(OpenAPIV31SpecValidator(document()).iter_errors()) == []


def test_every_shape_that_is_named_is_used() -> None:
    text = json.dumps(document())
    shapes: Any = document()["components"]
    assert [name for name in shapes["schemas"] if f'"#/components/schemas/{name}"' not in text] == []


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_an_operation_says_in_a_line_what_it_does(operation: Operation) -> None:
    assert operation.summary and len(operation.summary) <= 100 and not operation.summary.endswith(".")


def test_operations_have_names_of_their_own() -> None:
    names = [operation.name for operation in OPERATIONS]
    assert len(set(names)) == len(names)


def test_the_document_is_for_those_who_may_edit(app: Flask) -> None:
    reply = app.test_client().get("/kb/api/openapi.json")
    assert reply.status_code == 401 and reply.json and reply.json["error"]["code"] == "signed_out"


def test_the_command_line_prints_it_with_the_servers_address(tmp_path: Path) -> None:
    reply = CliRunner().invoke(firstline, ["kb", "openapi", "--data", str(tmp_path)])
    printed = json.loads(reply.output)
    assert printed == document(server=printed["servers"][0]["url"].removesuffix(BASE))
    assert printed["servers"][0]["url"].startswith("http://127.0.0.1:")
