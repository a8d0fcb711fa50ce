"""The OpenAPI 3.1 document of the generic channel."""

from __future__ import annotations

import json
from pathlib import Path

from bot.dialogue.documents import JsonValue

_FILE = Path(__file__).with_name("channel_api.openapi.json")


def document() -> dict[str, JsonValue]:
    """All of it, ready for JSON."""
    read: dict[str, JsonValue] = json.loads(_FILE.read_text(encoding="utf-8"))
    return read
