"""Where this house is found."""

from __future__ import annotations

from pathlib import Path

from config.settings import Settings

ADDRESS = "server.url"
"""The file of the data folder in which a server notes where it listens."""


def address_of(data: Path) -> str:
    """Where the server of a data folder said it is; empty where none ever ran."""
    told = data / ADDRESS
    return told.read_text(encoding="ascii").strip() if told.exists() else ""


def public_address(settings: Settings) -> str:
    """What links in mails begin with: what the operator says, else where the server listens.

    Never what a request claims: whoever asks for a password reset would choose where its link leads.
    """
    return settings.server.public_url or address_of(settings.data)
