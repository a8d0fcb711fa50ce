"""Links to other people's sites that nobody answers. Asked only when an editor wants to know."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from config.errors import ConfigError
from config.outbound import Outbound, OutboundError
from kb.lint.finding import Finding, Kind, Place, Severity
from kb.lint.library import Library

MOST = 500
"""Addresses asked at most."""

AT_ONCE = 8

WITHIN = timedelta(seconds=10)
"""What one address may take to answer."""

GONE = {404, 410}
"""Statuses that say that the page isn't there. Others may mean that a site only answers browsers."""

Reach = Callable[[str], int | str]
"""The status that an address answers with, or why it doesn't answer."""


def outside_links(
    library: Library, reach: Reach, told: Callable[[int, int], None] | None = None
) -> Iterator[Finding]:
    """Each address once, however often it is linked to."""
    places: dict[str, list[tuple[Place, str]]] = {}
    for written in library.written:
        for link in written.links:
            if link.target.startswith(("http://", "https://")):
                place = Place(written.article.id, link.line, link.text or link.target, (link.text,))
                places.setdefault(link.target, []).append((place, written.basis))
    asked = list(places)[:MOST]
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        for number, (address, answer) in enumerate(zip(asked, pool.map(reach, asked), strict=True), start=1):
            if told is not None:
                told(number, len(asked))
            if isinstance(answer, str) or answer in GONE:
                for place, basis in places[address]:
                    yield Finding(
                        Kind.DEAD_LINK, "outside", Severity.WARNING, (place,), (address, str(answer)), basis
                    )


def reaching(outbound: Outbound, *, private: bool = False) -> Reach:
    """Asks through the house's one client; private: inside one's own network too."""

    def reach(address: str) -> int | str:
        try:
            return outbound.reach(address, within=WITHIN, private=private)
        except (OutboundError, ConfigError) as error:
            return str(error)

    return reach
