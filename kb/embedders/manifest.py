"""What was exported, from what, and every file's SHA-256, so that damage is noticed before it answers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from kb.errors import ModelDamagedError, ModelMissingError

MANIFEST = "manifest.json"
GRAPH = "encoder.onnx"
TOKENIZER = "tokenizer.json"


@dataclass(frozen=True, slots=True)
class EncoderManifest:
    """One exported encoder."""

    source: str  # the name in settings it was exported from
    model_id: str
    precision: str
    width: int
    tokens: int  # text past this many word pieces is ignored
    cosine_mean: float  # to the original's vectors, over the check sentences
    cosine_least: float
    files: Mapping[str, str]  # name -> SHA-256
    inner: int = 0  # numbers in the vector of an inner layer; 0 where the graph does not give it


def sha256_of(path: Path) -> str:
    """The hexadecimal SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_manifest(folder: Path, manifest: EncoderManifest) -> None:
    """Write it beside the files that it names."""
    text = json.dumps(asdict(manifest), indent=2, sort_keys=True)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> EncoderManifest:
    """The manifest, once every file it names has been found unharmed.

    Raises ModelMissingError if there is none, ModelDamagedError if a file is not the one that was exported.
    """
    try:
        manifest = EncoderManifest(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise ModelMissingError(str(folder)) from None
    except (ValueError, TypeError) as error:
        raise ModelDamagedError(str(folder), f"{MANIFEST}: {error}") from None
    if not {GRAPH, TOKENIZER} <= manifest.files.keys():
        raise ModelDamagedError(str(folder), f"{MANIFEST} does not name {GRAPH} and {TOKENIZER}")
    for name, sha256 in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise ModelDamagedError(str(folder), f"{name} is missing")
        if sha256_of(path) != sha256:
            raise ModelDamagedError(str(folder), f"{name} is not the file that was exported")
    return manifest
