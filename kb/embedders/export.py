"""Exports a sentence-transformers model to ONNX, so that serving it needs no torch."""

from __future__ import annotations

import contextlib
import hashlib
import io
import logging
import os
import shutil
import tempfile
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kb.embedders import Floats2d
from kb.embedders.manifest import (
    GRAPH,
    MANIFEST,
    TOKENIZER,
    EncoderManifest,
    read_manifest,
    sha256_of,
    write_manifest,
)
from kb.embedders.onnx import OnnxEmbedder
from kb.embedders.sources import check_folder, encoder_folder
from kb.errors import ExportRefusedError, ModelDamagedError, ModelMissingError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

OPSET = 18
LEAST_MEAN_COSINE = {"fp32": 0.9999, "int8": 0.985}
"""The export's vectors against the original's, mean over the check sentences; below this it is refused."""

_INNER = 2 / 3
"""How far up the inner layer is: further up, what was not trained for is forgotten."""

_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_CHECK = (
    "Hi",
    "wifi down again!!!",
    "Where is my order NT-10427?",
    "I would like to talk to a person, please.",
    "how do i change the pasword on the router",
    "The porch camera keeps losing its connection every evening around eight, whatever I do.",
    "I was charged twice for invoice INV-2026-00318 and nobody has answered my e-mail for a week.",
    "Can I return a range plug that I opened but never used?",
    "ok thanks, that worked",
    "Nei, det hjalp ikke. Kan jeg snakke med noen?",
    "Hvor lang er leveringstiden til Tromsø?",
    "Unplug the hub, wait ten seconds, plug it in again, and hold the button until the light turns white.",
    "1. Open the app. 2. Choose your home. 3. Tap Add device. 4. Hold the bulb close to your phone.",
    "Refunds reach your card within five working days after the parcel has arrived at our warehouse.",
    "What does a solid orange light mean?",
    "delete my account and everything you know about me",
    "You can change the delivery address until the parcel has left us. After that the carrier decides; their "
    "tracking page offers a new day, a neighbour or a pick-up point. We can't reach a parcel on its way, but "
    "we will send a new one if it comes back to us because nobody was at home.",
    "The warranty covers faults in material and workmanship for two years. It does not cover water, a fall, "
    "or a part that someone else has opened.",
)


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What came of an export. Cosines are to the original's vectors, over the check sentences."""

    model_id: str
    cosine_mean: float
    cosine_least: float
    bytes: int
    seconds: float


def exported(encoder_name: str, folder: Path, precision: str) -> bool:
    """Whether `folder` holds an unharmed export of this encoder in this precision."""
    try:
        manifest = read_manifest(folder)
    except (ModelMissingError, ModelDamagedError):
        return False
    return (manifest.source, manifest.precision) == (encoder_name, precision) and manifest.inner > 0


def export(encoder_name: str, folder: Path, precision: str) -> ExportReport:
    """Export the named encoder to `folder`, replacing what was there once the new one has been checked.

    encoder_name: an importable package with `get_model_path()`, a folder, or a hub name; precision: "int8" or
    "fp32". Raises ExportRefusedError if the weights are not safetensors or the export strays too far.
    """
    started = time.monotonic()
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        manifest = _export(encoder_name, aside, precision)
        put_in_place(aside, folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return ExportReport(
        model_id=manifest.model_id,
        cosine_mean=manifest.cosine_mean,
        cosine_least=manifest.cosine_least,
        bytes=sum((folder / name).stat().st_size for name in manifest.files),
        seconds=time.monotonic() - started,
    )


def _export(encoder_name: str, aside: Path, precision: str) -> EncoderManifest:
    if precision not in LEAST_MEAN_COSINE:
        raise ExportRefusedError(
            f"precision {precision!r} is unknown; choose {' or '.join(LEAST_MEAN_COSINE)}"
        )
    with quiet():
        model = load_original(encoder_name)
        original = np.asarray(model.encode(list(_CHECK), normalize_embeddings=True, show_progress_bar=False))
        _write_tokenizer(model, aside / TOKENIZER)
        _write_graph(model, aside / "fp32.onnx")
    # 8-bit products of full range overflow on CPUs without VNNI; half the range costs a little and fits
    # everywhere.
    for reduce_range in (False, True):
        _write_precision(aside / "fp32.onnx", aside / GRAPH, precision, reduce_range)
        manifest = EncoderManifest(
            source=encoder_name,
            model_id=f"{Path(encoder_name).name}-{precision}-{_fingerprint(model)}",
            precision=precision,
            width=original.shape[1],
            inner=_hidden(model),
            tokens=int(model.max_seq_length),
            cosine_mean=0.0,
            cosine_least=0.0,
            files={name: sha256_of(aside / name) for name in (GRAPH, TOKENIZER)},
        )
        write_manifest(aside, manifest)
        cosines = _cosines(aside, original)
        if cosines.mean() >= LEAST_MEAN_COSINE[precision]:
            break
    else:
        raise ExportRefusedError(
            f"{encoder_name}: the {precision} export has cosine {cosines.mean():.4f} to the original, "
            f"but {LEAST_MEAN_COSINE[precision]} is the least; set [model] precision = 'fp32'"
        )
    (aside / "fp32.onnx").unlink(missing_ok=True)
    fields = {name: getattr(manifest, name) for name in EncoderManifest.__slots__}
    fields |= {"cosine_mean": float(cosines.mean()), "cosine_least": float(cosines.min())}
    manifest = EncoderManifest(**fields)
    write_manifest(aside, manifest)
    return manifest


def load_original(encoder_name: str) -> SentenceTransformer:
    """The model as it is, on the CPU and in eval mode; raises ExportRefusedError for unsafe weights."""
    from sentence_transformers import SentenceTransformer

    folder = encoder_folder(encoder_name)
    if folder is not None:
        check_folder(folder)
    model = SentenceTransformer(
        str(folder or encoder_name),
        device="cpu",
        local_files_only=folder is not None,
        trust_remote_code=False,
        # The plain attention has a plain graph; fused kernels are torch's own.
        model_kwargs={"use_safetensors": True, "attn_implementation": "eager"},
    )
    return model.eval()


def _write_tokenizer(model: SentenceTransformer, path: Path) -> None:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(model.tokenizer.backend_tokenizer.to_str())
    tokenizer.enable_truncation(int(model.max_seq_length))
    tokenizer.no_padding()
    tokenizer.save(str(path))


def _write_graph(model: SentenceTransformer, path: Path) -> None:
    """The whole pipeline, pooling and normalising included, with batch and length left open."""
    import onnx
    import torch

    sample = model.tokenizer(
        ["one short text", "and another that is longer"], padding=True, return_tensors="pt"
    )
    names = [name for name in _INPUTS if name in sample]
    config = model[0].auto_model.config
    config.output_hidden_states = True
    depth = round(_INNER * config.num_hidden_layers)

    class Pipeline(torch.nn.Module):  # type: ignore[misc]  # torch's types are not read: they take minutes
        """Tokens to the unit vector, through all of the model's modules, and to that of the inner layer."""

        def __init__(self) -> None:
            super().__init__()
            self.encoder = model

        def forward(self, *values: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            found = self.encoder(dict(zip(names, values, strict=True)))
            inner = found["all_layer_embeddings"][depth]
            heard = found["attention_mask"].unsqueeze(-1).to(inner.dtype)
            return found["sentence_embedding"], (inner * heard).sum(dim=1) / heard.sum(dim=1)

    batch, length = torch.export.Dim("batch"), torch.export.Dim("length", max=int(model.max_seq_length))
    program = torch.onnx.export(
        Pipeline().eval(),
        tuple(sample[name] for name in names),
        input_names=names,
        output_names=["unit_vector", "inner_vector"],
        dynamic_shapes=(tuple({0: batch, 1: length} for _ in names),),
        opset_version=OPSET,
        dynamo=True,
        verbose=False,
    )
    graph = program.model_proto
    for node in graph.graph.node:  # torch notes its stack traces, with this machine's paths
        del node.metadata_props[:]
        node.doc_string = ""
    onnx.save(graph, str(path))


def _hidden(model: SentenceTransformer) -> int:
    """Numbers in what a layer gives."""
    return int(model[0].auto_model.config.hidden_size)


def _write_precision(source: Path, target: Path, precision: str, reduce_range: bool) -> None:
    if precision == "fp32":
        shutil.copyfile(source, target)
        return
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with quiet():
        quantize_dynamic(
            source, target, per_channel=True, reduce_range=reduce_range, weight_type=QuantType.QInt8
        )


def _cosines(folder: Path, original: Floats2d) -> Floats2d:
    cosines: Floats2d = (OnnxEmbedder(folder).encode(_CHECK) * original).sum(axis=1)
    return cosines


def _fingerprint(model: SentenceTransformer) -> str:
    """Twelve digits that stand for the weights: exported again, the same weights keep their vectors."""
    digest = hashlib.sha256()
    for name, weight in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(weight.numpy().tobytes())
    return digest.hexdigest()[:12]


def put_in_place(aside: Path, folder: Path) -> None:
    """Replace `folder`; a crash in between leaves either export, or none, never half of one."""
    for name in (GRAPH, TOKENIZER, MANIFEST):
        with (aside / name).open("rb") as file:
            os.fsync(file.fileno())
    if folder.exists():
        old = folder.with_name(f".{folder.name}-old")
        shutil.rmtree(old, ignore_errors=True)
        folder.rename(old)
        aside.rename(folder)
        shutil.rmtree(old)
    else:
        aside.rename(folder)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep torch's and onnxruntime's talk about their own insides from the operator."""
    logging.disable(logging.WARNING)
    try:
        silence = io.StringIO()
        with (
            warnings.catch_warnings(),
            contextlib.redirect_stdout(silence),
            contextlib.redirect_stderr(silence),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(logging.NOTSET)
