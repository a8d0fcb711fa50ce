"""Somebody in the studio's browser, over the real engine with hashed vectors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

PASSWORD = "a long enough password"

RESET = """A reset takes five minutes.

## Reset it

1. Hold the small button on the back for ten seconds.
2. Wait until the light is white.
"""


@dataclass
class Editor:
    """Somebody in the studio's browser."""

    client: FlaskClient
    csrf: str

    def opens(self, path: str) -> str:
        reply = self.client.get(path)
        assert reply.status_code == 200, reply.text
        return reply.text

    def sends(self, method: str, path: str, **body: object) -> TestResponse:
        headers = {"X-CSRF-Token": self.csrf}
        return self.client.open(f"/kb/api{path}", method=method, json=body, headers=headers)

    def asks(self, method: str, path: str, **body: object) -> Any:
        reply = self.sends(method, path, **body)
        assert reply.status_code < 300, reply.text
        return reply.json

    def writes(self, title: str, body: str = RESET, **more: object) -> Any:
        return self.asks("POST", "/articles", **text(title, body, **more))["article"]

    def saves(self, article: Any, title: str, body: str = RESET, **more: object) -> Any:
        sent = text(title, body, **more) | {"version": article["version"]}
        return self.asks("PUT", f"/articles/{article['path']}", **sent)["article"]

    def arranges(self, article: Any, **what: object) -> Any:
        return self.asks("POST", f"/articles/{article['path']}/arrange", **what)["details"]

    def details(self, article: Any) -> Any:
        return self.asks("GET", f"/articles/{article['path']}/details")

    def moves(self, article: Any, verb: str, **more: object) -> Any:
        sent = {"version": article["version"], **more}
        return self.asks("POST", f"/articles/{article['path']}/{verb}", **sent)["article"]


def text(title: str, body: str, **more: object) -> dict[str, object]:
    """What the writing room has in hand."""
    return {
        "title": title,
        "body": body,
        "language": "en",
        "questions": ["how do i reset it"],
        "translation_of": None,
        **more,
    }
