"""The company's own pages about a customer, which the desk leads to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses with `{email}`, `{phone}`, `{name}`, `{customer}` and `{case}` in them; "" for none.

    customer: what the company's CRM knows of them. support: what starts its remote-support tool.
    """

    customer: str = ""
    support: str = ""
