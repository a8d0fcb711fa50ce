"""Whom a request comes from, where a proxy of the operator's stands in between."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from bot.shell.requests import Head

_TOLD = 20  # proxies without trust that the log names; anybody may pretend to be one

_log = logging.getLogger(__name__)


class Proxies:
    """The addresses that are believed when they say for whom they ask."""

    def __init__(self, networks: Iterable[str] = ()) -> None:
        """networks: addresses such as "10.0.0.7" and networks such as "10.0.0.0/8"; ValueError for others."""
        self._networks = tuple(ip_network(each, strict=False) for each in networks)
        self._told: set[str] = set()

    def trusts(self, address: str) -> bool:
        """Whether an address is one of ours."""
        known = _parsed(address)
        return known is not None and any(known in network for network in self._networks)

    def seen_through(self, head: Head) -> Head:
        """The request with the client's own address and scheme, as far as proxies of ours vouch for them.

        Each proxy adds to X-Forwarded-For whom it heard the request from, so the first address from the right
        that is none of ours is the client's; what stands left of it is the client's own claim.
        """
        forwarded = head.headers.get("x-forwarded-for")
        scheme = head.headers.get("x-forwarded-proto", "").rpartition(",")[2].strip().lower()
        if forwarded is None and not scheme:
            return head
        if not self.trusts(head.client):
            self._tell(head.client)
            return head
        client = head.client
        for hop in reversed((forwarded or "").split(",")):
            known = _parsed(hop)
            if known is None:  # not an address: nobody vouches for what stands left of it
                break
            client = str(known)
            if not self.trusts(client):
                break
        return replace(head, client=client, scheme=scheme if scheme in ("http", "https") else head.scheme)

    def _tell(self, peer: str) -> None:
        """Say once what an operator with a new proxy must know: all its customers are one to us."""
        if peer not in self._told and len(self._told) < _TOLD:
            self._told.add(peer)
            _log.warning(
                "%s says for whom it asks and is not believed: all that come through it share one address's "
                "limits; if it is a proxy of yours, name it in [server] trusted_proxies",
                peer,
            )


def network_of(address: str) -> str:
    """What counts as one place: the address, or the /64 that a household has of IPv6; "" for none."""
    known = _parsed(address)
    if isinstance(known, IPv6Address):
        return str(ip_network((known, 64), strict=False))
    return "" if known is None else str(known)


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    """An address, with or without a port behind it; IPv4 inside IPv6 as what it is."""
    bare = text.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        known = ip_address(bare)
    except ValueError:
        return None
    return (known.ipv4_mapped or known) if isinstance(known, IPv6Address) else known
