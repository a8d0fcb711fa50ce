"""Cases as the queue shows them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from handoff.bridges.owing import Mirrored
from handoff.bridges.words import title
from handoff.case import Case
from handoff.values import JsonObject, as_object
from handoff.wording import Say, in_words


class Rows:
    """A case, or many, in the reader's words, each with the helpdesk outside that mirrors it."""

    def __init__(self, mirrored: Callable[[Collection[int]], Mapping[int, Mirrored]]) -> None:
        self._mirrored = mirrored

    def of(self, case: Case, say: Say) -> JsonObject:
        return self.all([case], say)[0]

    def all(self, cases: Sequence[Case], say: Say) -> list[JsonObject]:
        mirrored = self._mirrored([case.number for case in cases])
        return [_row(case, mirrored.get(case.number), say) for case in cases]


def _row(case: Case, mirrored: Mirrored | None, say: Say) -> JsonObject:
    shown = as_object(case)
    shown["priority_because"] = in_words(case.priority_because, say)
    name = shown.pop("agent_name")
    if case.agent is not None:
        shown["agent"] = {"email": case.agent, "name": name or case.agent}
    shown["at"] = None if mirrored is None else _at(mirrored)
    return shown


def _at(mirrored: Mirrored) -> JsonObject:
    """Where else the case is; `theirs` while the people there answer it."""
    url = mirrored.ref.url if mirrored.ref is not None else None
    if url is not None and not url.startswith(("https://", "http://")):
        url = None  # what a helpdesk says may be anything, and this becomes a link
    return {"name": title(mirrored.bridge), "url": url, "theirs": mirrored.controller == "peer"}
