"""A file that goes along with something said. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from urllib.parse import quote

PICTURES = frozenset(("image/png", "image/jpeg", "image/webp", "image/gif"))
"""The media types that are shown: a file of one of them was written anew when it came in."""


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file that goes along with an entry: its id, its name as shown, its media type, its size in bytes."""

    id: str
    name: str
    type: str
    size: int

    @property
    def picture(self) -> bool:
        """Whether it may be shown where it is."""
        return self.type in PICTURES

    @property
    def address(self) -> str:
        """The path at which a customer gets the file, once a message has carried it."""
        return f"/files/{self.id}/{quote(self.name, safe='')}"


def files_of(given: object) -> tuple[FileRef, ...]:
    """The files that `json_of` has written; none where nothing is."""
    each = given if isinstance(given, Iterable) else ()
    return tuple(
        FileRef(str(one["id"]), str(one["name"]), str(one["type"]), int(one["size"]))
        for one in each
        if isinstance(one, Mapping)
    )


def json_of(files: Sequence[FileRef]) -> list[dict[str, str | int]]:
    """The files as JSON keeps them; `files_of` is its inverse."""
    return [asdict(each) for each in files]
