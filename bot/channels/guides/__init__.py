"""How each channel is set up, in Markdown."""

from __future__ import annotations

from pathlib import Path


def guide_of(name: str, webhook_url: str) -> str:
    """One channel's guide. webhook_url: the address to enter at the platform."""
    text = Path(__file__).with_name(f"{name}.md").read_text(encoding="utf-8")
    return text.replace("{webhook_url}", webhook_url)
