"""What is told by the process that reads files, as lines of JSON."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date

from pydantic import TypeAdapter

from kb.importers import Note, Page
from kb.importers.reading import Begun, Picture, Stand, Told

_KINDS: Mapping[str, type[Begun] | type[Page] | type[Note] | type[Stand] | type[Picture]] = {
    kind.__name__: kind for kind in (Begun, Page, Note, Stand, Picture)
}


def to_line(told: Told) -> bytes:
    """One line, with its line feed."""
    values = {type(told).__name__: asdict(told)}
    return json.dumps(values, default=_plain, separators=(",", ":")).encode("ascii") + b"\n"


def from_line(line: bytes) -> Told:
    """Raises ValueError for anything that isn't a line of `to_line`."""
    ((name, values),) = json.loads(line).items()
    if name == Picture.__name__:
        return Picture(str(values["path"]), base64.b64decode(values["data"], validate=True))
    told: Told = TypeAdapter(_KINDS[name]).validate_python(values)
    return told


def _plain(value: object) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
