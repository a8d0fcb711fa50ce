"""A trained part on disk: arrays in safetensors, the rest in JSON, each checked against its SHA-256."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from bot.understanding.errors import PartDamagedError, PartMissingError

FORMAT = 1
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Stored:
    """A part as it was written. `about`: what it was trained on; `words`: any JSON."""

    about: Mapping[str, str]
    arrays: Mapping[str, NDArray[np.float32]]
    words: Any


def write_part(part: Stored, folder: Path) -> None:
    """Write the part so that a reader sees the old one or the new one, never a mixture.

    Each file is named by its content; the manifest, replaced last and at once, says which ones count. The
    same part gives the same bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # safetensors writes the memory as it lies: a transposed array would be read back scrambled.
    arrays = save({name: np.ascontiguousarray(each) for name, each in part.arrays.items()})
    files = {}
    for suffix, content in ((".safetensors", arrays), (".json", _json(part.words))):
        sha256 = hashlib.sha256(content).hexdigest()
        name = f"part-{sha256[:12]}{suffix}"
        put_in_place(folder / name, content)
        files[name] = sha256
    put_in_place(folder / MANIFEST, _json({"format": FORMAT, "about": dict(part.about), "files": files}))
    for path in folder.glob("part-*"):
        if path.name not in files:
            path.unlink()


def read_part(folder: Path) -> Stored:
    """The part. Raises PartMissingError without a manifest, PartDamagedError if it is not as written."""
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
    except FileNotFoundError:
        raise PartMissingError(folder) from None
    except ValueError as wrong:
        raise PartDamagedError(folder, f"{MANIFEST} is not JSON ({wrong})") from None
    try:
        if manifest["format"] != FORMAT:
            raise PartDamagedError(folder, f"format {manifest['format']}, and {FORMAT} is read here")
        content = {Path(name).suffix: _checked(folder, name, sha) for name, sha in manifest["files"].items()}
        return Stored(
            about=dict(manifest["about"]),
            arrays=load(content[".safetensors"]),
            words=json.loads(content[".json"]),
        )
    except (KeyError, TypeError, AttributeError, ValueError, SafetensorError) as wrong:
        raise PartDamagedError(folder, f"{type(wrong).__name__}: {wrong}") from wrong


def _checked(folder: Path, name: str, sha256: str) -> bytes:
    try:
        content = (folder / Path(name).name).read_bytes()
    except FileNotFoundError:
        raise PartDamagedError(folder, f"{name} is missing") from None
    if hashlib.sha256(content).hexdigest() != sha256:
        raise PartDamagedError(folder, f"{name} is not what was written (its SHA-256 differs)")
    return content


def put_in_place(path: Path, content: bytes) -> None:
    """Put the file in place at once and durably."""
    aside = path.with_name(path.name + ".new")
    with aside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, path)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=0).encode() + b"\n"
