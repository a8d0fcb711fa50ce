"""The text of a domain's response for a language, where an action words a button with it."""

from __future__ import annotations

from typing import Any


def in_language(variants: list[dict[str, Any]], spoken: str) -> str | None:
    """The text of the variant for a language, else of the one without a condition."""
    meant = {"type": "slot", "name": "language", "value": spoken}
    chosen = [each["text"] for each in variants if meant in (each.get("condition") or [])]
    return next(iter(chosen or [each["text"] for each in variants if not each.get("condition")]), None)
