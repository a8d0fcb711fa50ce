"""Where a room's tables are when they are in PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Schema:
    """One room's schema in the house's one PostgreSQL database."""

    url: str = field(repr=False)  # it may hold a password
    name: str
