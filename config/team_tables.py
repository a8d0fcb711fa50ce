"""teams.toml as it is written: the shipped tables, over them the operator's, over those the edits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from config.toml_values import Section, TomlValue, read_toml

KINDS = ("teams", "hours", "targets", "priorities", "raise")
"""What teams.toml has tables of, by name."""

Edits = Mapping[str, Mapping[str, "Mapping[str, TomlValue] | None"]]
"""Kind -> name -> the table that takes the place of the file's, or None where it was removed.

Two kinds more: `routing`, whose only name is "" and which replaces [routing], with `fallback` beside its
keys; and `order`, by kind: {"names": [...]}, the names in the order in which they are tried.
"""

SHIPPED = Path(__file__).with_name("teams.toml")

EDITED = "changed at the desk"
"""What an error names as the source of an edit."""


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables as they are written, by kind and name, in the order in which they are tried."""

    by_kind: Mapping[str, Mapping[str, Section]]
    routing: Section
    """[routing], with the fallback team beside its keys."""


def load_tables(path: Path | None, edits: Edits) -> Tables:
    """The tables that `load_teams` reads, unread; raises SettingsError for a file that is none."""
    files = [Section(SHIPPED.name, "", read_toml(SHIPPED))]
    if path is not None and path.exists():
        files.append(Section(str(path), "", read_toml(path)))
    for file in files:
        file.only(["fallback", "routing", *KINDS])
    return Tables({kind: _tables(files, kind, edits) for kind in KINDS}, _general(files, edits))


def _general(files: list[Section], edits: Edits) -> Section:
    """[routing] of the last file that has it, with the last file's fallback."""
    said = next(file for file in reversed(files) if "fallback" in file.values)
    last = next(file for file in reversed(files) if "routing" in file.values)
    edited = edits.get("routing", {}).get("")
    if edited is not None:
        return Section(EDITED, "", edited)
    return Section(said.source, "", {"fallback": said.values["fallback"], **last.section("routing").values})


def _tables(files: list[Section], kind: str, edits: Edits) -> dict[str, Section]:
    """All tables of a kind; a later file's, or an edit, takes the place of the earlier one of its name."""
    tables: dict[str, Section] = {}
    for file in files:
        kinds = file.section(kind)
        tables |= {name: kinds.section(name) for name in kinds.values}
    for name, table in edits.get(kind, {}).items():
        if table is None:
            tables.pop(name, None)
        else:
            tables[name] = Section(EDITED, f"{kind}.{name}", table)
    order = edits.get("order", {}).get(kind) or {}
    names = Section(EDITED, kind, order).texts("names")
    first = {name: tables[name] for name in names if name in tables}
    return {**first, **tables}
