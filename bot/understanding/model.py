"""The trained intents as values, and their files: arrays in safetensors, the rest in JSON, no pickle."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from bot.understanding.errors import IntentsDamagedError, IntentsMissingError
from bot.understanding.features import Vocabulary
from bot.understanding.stored import put_in_place

Floats1d: TypeAlias = NDArray[np.float32]
Floats2d: TypeAlias = NDArray[np.float32]
Ints1d: TypeAlias = NDArray[np.int64]

FORMAT = 3
MANIFEST = "manifest.json"
ANY_LANGUAGE = ""
ARRAYS = ("rarity", "text_weights", "text_bias", "dense_weights", "dense_bias", "examples", "example_intents")


@dataclass(frozen=True, slots=True)
class Blend:
    """How much each head's scores count before the softmax; their size is the calibrated sharpness."""

    dense: float
    nearest: float
    text: float


@dataclass(frozen=True, slots=True)
class Scope:
    """A logistic regression on a ranking's features: the probability that a text is in scope."""

    weights: tuple[float, ...]
    bias: float


@dataclass(frozen=True, slots=True)
class IntentModel:
    """All that serving needs. c intents, d the embedding's width, e its depth, v n-grams, n examples.

    dense_weights (k, e), dense_bias (k,); text_weights (v, k), text_bias (k,), where k is c, or c + 1 when
    the last is for texts that no intent is for; examples (n, d) of length 1, ordered by their intent's number
    in example_intents (n,), with the words in example_texts. `blends` and `scopes` go by language, "" for
    any; `blend_alone` and `scope_alone` serve where there is no embedding. line: the least certainty at which
    no more readings were wrong in training than the risk that was stated.
    """

    intents: tuple[str, ...]
    vocabulary: Vocabulary
    text_weights: Floats2d
    text_bias: Floats1d
    dense_weights: Floats2d
    dense_bias: Floats1d
    examples: Floats2d
    example_intents: Ints1d
    example_texts: tuple[str, ...]
    blends: Mapping[str, Blend]
    blend_alone: Blend
    scopes: Mapping[str, Scope]
    scope_alone: Scope
    line: float
    encoder: str
    fingerprint: str

    @property
    def foreign(self) -> bool:
        """Whether the heads' last row is for texts that no intent is for."""
        return len(self.dense_bias) > len(self.intents)


def write_model(model: IntentModel, folder: Path) -> int:
    """Write the model so that a reader sees the old one or the new one, never a mixture; the bytes written.

    Each file is named by its content; the manifest, replaced last and at once, says which ones count. The
    same model gives the same bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {
        "rarity": model.vocabulary.rarity,
        "text_weights": model.text_weights,
        "text_bias": model.text_bias,
        "dense_weights": model.dense_weights,
        "dense_bias": model.dense_bias,
        "examples": model.examples,
        "example_intents": model.example_intents,
    }
    # safetensors writes the memory as it lies: a transposed array would be read back scrambled.
    arrays = save({name: np.ascontiguousarray(each) for name, each in tensors.items()})
    words = {
        "intents": model.intents,
        "vocabulary": list(model.vocabulary.numbers),
        "example_texts": model.example_texts,
        "blends": {language: asdict(blend) for language, blend in model.blends.items()},
        "blend_alone": asdict(model.blend_alone),
        "scopes": {language: asdict(scope) for language, scope in model.scopes.items()},
        "scope_alone": asdict(model.scope_alone),
        "line": model.line,
    }
    files = {
        _keep(folder, "arrays", ".safetensors", arrays): arrays,
        _keep(folder, "intents", ".json", _json(words)): _json(words),
    }
    manifest = {
        "format": FORMAT,
        "encoder": model.encoder,
        "fingerprint": model.fingerprint,
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    put_in_place(folder / MANIFEST, _json(manifest))
    for path in folder.iterdir():
        if path.name != MANIFEST and path.name not in files:
            path.unlink()
    return sum(map(len, files.values()))


def read_model(folder: Path) -> IntentModel:
    """The model, every file checked against its SHA-256.

    Raises IntentsMissingError without a manifest, IntentsDamagedError where it is not what was written.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
    except FileNotFoundError:
        raise IntentsMissingError(folder) from None
    except ValueError as wrong:
        raise IntentsDamagedError(folder, f"{MANIFEST} is not JSON ({wrong})") from None
    try:
        if manifest["format"] != FORMAT:
            raise IntentsDamagedError(folder, f"format {manifest['format']}, and {FORMAT} is read here")
        content = {Path(name).suffix: _checked(folder, name, sha) for name, sha in manifest["files"].items()}
        arrays = load(content[".safetensors"])
        words = json.loads(content[".json"])
        names = words["vocabulary"]
        vocabulary = Vocabulary({name: number for number, name in enumerate(names)}, arrays["rarity"])
        return IntentModel(
            intents=tuple(words["intents"]),
            vocabulary=vocabulary,
            example_texts=tuple(words["example_texts"]),
            blends={language: Blend(**blend) for language, blend in words["blends"].items()},
            blend_alone=Blend(**words["blend_alone"]),
            scopes={language: _scope(scope) for language, scope in words["scopes"].items()},
            scope_alone=_scope(words["scope_alone"]),
            line=float(words["line"]),
            encoder=manifest["encoder"],
            fingerprint=manifest["fingerprint"],
            **{name: arrays[name] for name in ARRAYS if name != "rarity"},
        )
    except (KeyError, TypeError, AttributeError, ValueError, SafetensorError) as wrong:
        raise IntentsDamagedError(folder, f"{type(wrong).__name__}: {wrong}") from wrong


def _scope(written: Mapping[str, object]) -> Scope:
    weights, bias = written["weights"], written["bias"]
    if not isinstance(weights, list) or not isinstance(bias, float):
        raise TypeError("scope must be weights and a bias")
    return Scope(tuple(weights), bias)


def _keep(folder: Path, stem: str, suffix: str, content: bytes) -> str:
    name = f"{stem}-{hashlib.sha256(content).hexdigest()[:12]}{suffix}"
    put_in_place(folder / name, content)
    return name


def _checked(folder: Path, name: str, sha256: str) -> bytes:
    path = folder / Path(name).name
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise IntentsDamagedError(folder, f"{name} is missing") from None
    if hashlib.sha256(content).hexdigest() != sha256:
        raise IntentsDamagedError(folder, f"{name} is not what was written (its SHA-256 differs)")
    return content


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=0).encode() + b"\n"
