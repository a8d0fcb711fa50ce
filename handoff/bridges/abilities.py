"""What each helpdesk can do, as a table: for the terminal, and for the README."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from handoff.bridges import Capabilities
from handoff.bridges.words import title

COLUMNS = (
    "helpdesk",
    "we hear by",
    "customers' words",
    "set there",
    "files",
    "erased",
    "after the end",
    "and",
)

_RECEIVES: Mapping[str, str] = {
    "push": "webhooks",
    "push+poll": "webhooks and looking",
    "poll": "looking",
    "stream": "an open connection",
    "none": "being here",
}
_REOPENS: Mapping[str, str] = {"same_case": "goes on", "new_case": "a new case", "no": "stays closed"}
_TITLES: Mapping[str, str] = {
    "none": "Our own desk",
    "email": "E-mail",
    "webhook": "Any helpdesk",
}


@dataclass(frozen=True, slots=True)
class Ability:
    """One bridge's row; `needs` is what is not installed, and then there is nothing else to say."""

    name: str
    title: str
    capabilities: Capabilities | None
    needs: str = ""

    def cells(self) -> tuple[str, ...]:
        """What stands in each of COLUMNS."""
        can = self.capabilities
        named = f"{self.title} (`.{self.name}`)"
        if can is None:
            return (named, self.needs, *("" for _ in COLUMNS[2:]))
        sets = {
            "priority": can.priority,
            "labels": can.labels,
            "team": can.team,
            "assignee": can.assignee,
        }
        more = {
            "private notes": can.private_note,
            "merges": can.merge_event,
            "typing": can.typing,
        }
        return (
            named,
            _RECEIVES[can.receive],
            "as theirs" if can.customer_lines else "as notes",
            _names(sets),
            f"{can.most_file // 2**20} MB" if can.attachments else "no",
            "by us" if can.erase else "by hand",
            _REOPENS[can.reopen],
            _names(more),
        )


def _names(has: Mapping[str, bool]) -> str:
    return ", ".join(name for name, is_there in has.items() if is_there) or "nothing"


def ability(name: str, capabilities: Capabilities | None, needs: str = "") -> Ability:
    """A bridge's row; name: without a dot."""
    return Ability(name, _TITLES.get(name) or title(name), capabilities, needs)


def markdown(rows: Iterable[Ability]) -> str:
    """The table as Markdown."""
    lines: list[Sequence[str]] = [COLUMNS, ["---"] * len(COLUMNS), *(row.cells() for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
