"""Holds every reply of the studio's JSON against its OpenAPI document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from kb.web.openapi.document import BASE, document

DOCUMENT: Any = document()


class Conforming(FlaskClient):
    """A client for whom a reply that the document doesn't tell of is a failure."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        reply = super().open(*args, **kwargs)
        check(self.application, reply)
        return reply


def conforming(app: Flask) -> Flask:
    """The app, whose test clients hold it to its document."""
    app.test_client_class = Conforming
    return app


def check(app: Flask, reply: TestResponse) -> None:
    """Fail if a reply under /kb/api differs from what the document says of it."""
    path, method = reply.request.path, reply.request.method
    if not path.startswith(f"{BASE}/") or method not in ("GET", "POST", "PUT", "DELETE"):
        return
    what = f"{method} {path} answered {reply.status_code}: {reply.get_data()[:300]!r}"
    rule = rule_of(app, path, method)
    if rule is None:
        assert reply.status_code in (401, 403, 404, 405) and reply.json and reply.json["error"]["code"], what
        return
    (place,) = {place for place in places(*rule) if place in DOCUMENT["paths"]}
    told = DOCUMENT["paths"][place][method.lower()]["responses"].get(str(reply.status_code))
    assert told is not None, f"{place} does not tell of this: {what}"
    ((kind, content),) = told["content"].items()
    assert reply.mimetype == kind, what
    if kind == "application/json":
        wrong = next(iter(validator(strict(content["schema"])).iter_errors(reply.json)), None)
        assert wrong is None, f"{what}\n{wrong.message} at {wrong.json_path}"


def rule_of(app: Flask, path: str, method: str) -> tuple[Rule, Mapping[str, Any]] | None:
    """What the app would do, with the values in the path."""
    try:
        rule, values = app.url_map.bind("").match(path, method, return_rule=True)
    except HTTPException:
        return None
    return rule, values


def places(rule: Rule, values: Mapping[str, Any] | None = None) -> Iterator[str]:
    """The document's names of a rule: one for each of a few words that may stand in it."""
    place = rule.rule.removeprefix(BASE)
    words = re.search(r"<any\(([^)]+)\):(\w+)>", place)
    if words is None:
        yield _braced(place)
        return
    for word in words[1].split(", "):
        if values is None or values[words[2]] == word:
            yield _braced(place.replace(words[0], word))


def validator(schema: Any) -> Draft202012Validator:
    whole = {"components": _components(), **schema}
    return Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)


def strict(schema: Any) -> Any:
    """The schema, where an object holds nothing that isn't named."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: strict(each) for name, each in schema.items()}
    if schema.get("type") == "object" and schema.get("required"):
        inner.setdefault("additionalProperties", False)
    return inner


@cache
def _components() -> Any:
    return {"schemas": strict(DOCUMENT["components"]["schemas"])}


def _braced(place: str) -> str:
    return re.sub(r"<(?:[^:<>]+:)?(\w+)>", r"{\1}", place)
