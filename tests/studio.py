"""The knowledge studio over HTTP, as an editor's browser speaks to it."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import requests

PATIENCE = 30
"""Seconds to wait for one reply."""


class Studio:
    """An editor who is signed in."""

    def __init__(self, address: str, email: str, password: str) -> None:
        self._api = f"{address}/kb/api"
        self._session = requests.Session()
        form = {"email": email, "password": password, "next": "/kb/"}
        headers = {"Origin": address}
        page = self._session.post(f"{address}/kb/sign-in", form, headers=headers, timeout=PATIENCE)
        page.raise_for_status()
        csrf = re.search(r'<meta name="csrf" content="([^"]+)">', page.text)
        assert csrf, f"no studio behind the sign-in, but {page.url}"
        self._session.headers.update({**headers, "X-CSRF-Token": csrf[1], "Accept": "application/json"})
        self._versions: dict[str, int] = {}

    def draft(self, title: str, body: str, *, language: str = "en", questions: tuple[str, ...] = ()) -> str:
        """Write an article that nobody sees yet; its id."""
        text = {
            "title": title,
            "body": body,
            "language": language,
            "category": "",
            "labels": [],
            "questions": list(questions),
            "public": True,
        }
        return self._post("/articles", text)

    def publish(self, article: str) -> None:
        """Publish what was drafted. It answers as soon as the index is built."""
        self._post(f"/articles/{quote(article)}/publish", {"version": self._versions[article]})

    def _post(self, path: str, body: dict[str, Any]) -> str:
        reply = self._session.post(f"{self._api}{path}", json=body, timeout=PATIENCE)
        assert reply.ok, f"{path}: {reply.status_code} {reply.text[:500]}"
        article: dict[str, object] = reply.json()["article"]
        self._versions[str(article["id"])] = int(str(article["version"]))
        return str(article["id"])
