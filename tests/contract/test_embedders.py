"""What every embedder must do."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from kb.embedders import Embedder, deep_id, depth_of, encode_deep
from kb.embedders.batching import BatchingEmbedder
from kb.embedders.export import LEAST_MEAN_COSINE, export, exported
from kb.embedders.hashed import HashedEmbedder
from kb.embedders.manifest import read_manifest
from kb.embedders.onnx import OnnxEmbedder
from kb.embedders.sentence import SentenceEmbedder
from kb.errors import ExportRefusedError, ModelDamagedError, ModelMissingError
from tests.models import NAME, PRECISION, encoder

OPEN: dict[str, Callable[[], Embedder]] = {
    "hashed": HashedEmbedder,
    "onnx": lambda: OnnxEmbedder(encoder()),
    "batching": lambda: BatchingEmbedder(HashedEmbedder()),
    "sentence": lambda: SentenceEmbedder(NAME),
}
KINDS: dict[str, type] = {
    "hashed": HashedEmbedder,
    "onnx": OnnxEmbedder,
    "batching": BatchingEmbedder,
    "sentence": SentenceEmbedder,
}
TEXTS = (
    "Where is my order?",
    "my parcel has not come yet, where is it?",
    "The lamp blinks red.",
    "",
    "🙂",
    "Hvor er pakken min?",
    "word " * 2000,
)


@pytest.fixture(
    scope="module",
    params=["hashed", "onnx", "batching", pytest.param("sentence", marks=pytest.mark.slow)],
    ids=str,
)
def embedder(request: pytest.FixtureRequest) -> Embedder:
    return OPEN[request.param]()


def test_each_text_has_a_unit_row(embedder: Embedder) -> None:
    rows = embedder.encode(TEXTS)
    assert (rows.shape, rows.dtype) == ((len(TEXTS), embedder.width), np.dtype(np.float32))
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_a_deep_row_begins_with_the_row(embedder: Embedder) -> None:
    rows, deep = embedder.encode(TEXTS), encode_deep(embedder, TEXTS)
    assert deep.shape == (len(TEXTS), depth_of(embedder))
    np.testing.assert_allclose(deep[:, : embedder.width], rows, atol=1e-5)


def test_what_was_learnt_on_deep_rows_names_it() -> None:
    assert deep_id(HashedEmbedder()) == HashedEmbedder().model_id
    assert deep_id(OnnxEmbedder(encoder())) != OnnxEmbedder(encoder()).model_id


def test_the_inner_layer_has_a_unit_row_of_its_own() -> None:
    embedder = OnnxEmbedder(encoder())
    last, inner = np.split(embedder.encode_deep(TEXTS), 2, axis=1)
    np.testing.assert_allclose(np.linalg.norm(inner, axis=1), 1, atol=1e-5)
    assert np.abs((last * inner).sum(axis=1)).max() < 0.9


def test_an_export_from_before_inner_layers_serves_on_and_is_exported_anew(copied: Path) -> None:
    manifest = json.loads((copied / "manifest.json").read_text(encoding="utf-8"))
    del manifest["inner"]
    (copied / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    before = OnnxEmbedder(copied)
    assert encode_deep(before, TEXTS[:2]).shape == (2, before.width)
    assert not exported(NAME, copied, PRECISION)


def test_no_texts_have_no_rows(embedder: Embedder) -> None:
    assert embedder.encode([]).shape == (0, embedder.width)


def test_a_row_does_not_depend_on_its_companions(embedder: Embedder) -> None:
    together = embedder.encode(TEXTS)
    alone = np.concatenate([embedder.encode([text]) for text in reversed(TEXTS)])[::-1]
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_the_same_text_has_the_same_row_in_every_embedder_of_one_id(embedder: Embedder) -> None:
    (name,) = (name for name, kind in KINDS.items() if isinstance(embedder, kind))
    again = OPEN[name]()
    assert again.model_id == embedder.model_id
    np.testing.assert_allclose(again.encode(TEXTS[:3]), embedder.encode(TEXTS[:3]), atol=1e-5)


def test_texts_about_the_same_thing_are_closer(embedder: Embedder) -> None:
    order, parcel, lamp = embedder.encode(TEXTS[:3])
    assert order @ parcel > order @ lamp


def test_threads_do_not_disturb_each_other(embedder: Embedder) -> None:
    texts = [f"message number {number}" for number in range(40)]
    expected = embedder.encode(texts)
    with ThreadPoolExecutor(4) as pool:
        rows = list(pool.map(lambda text: embedder.encode([text])[0], texts * 3))
    np.testing.assert_allclose(rows, np.tile(expected, (3, 1)), atol=1e-5)


def test_the_export_keeps_close_to_the_original() -> None:
    manifest = read_manifest(encoder())
    assert (manifest.precision, manifest.width) == (PRECISION, 384)
    assert manifest.cosine_mean >= LEAST_MEAN_COSINE[PRECISION]
    assert manifest.cosine_least > 0.96


def test_serving_imports_neither_torch_nor_the_workshop() -> None:
    program = (
        "import sys, kb.opening; from pathlib import Path; from kb.embedders.onnx import OnnxEmbedder;"
        f"OnnxEmbedder(Path({str(encoder())!r})).encode(['hello']);"
        "print({'torch', 'sklearn', 'scipy', 'onnx', 'transformers'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(encoder(), tmp_path / "encoder"))


def test_a_missing_encoder_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match="firstline train"):
        OnnxEmbedder(tmp_path / "none")


@pytest.mark.parametrize("name", ["encoder.onnx", "tokenizer.json"])
def test_one_flipped_byte_of_an_encoder_is_noticed(copied: Path, name: str) -> None:
    content = bytearray((copied / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copied / name).write_bytes(content)
    with pytest.raises(ModelDamagedError, match=f"{name}.*firstline train"):
        OnnxEmbedder(copied)
    assert not exported(NAME, copied, PRECISION)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"source": "x"}'])
def test_a_manifest_that_says_nothing_is_noticed(copied: Path, text: str) -> None:
    (copied / "manifest.json").write_text(text)
    with pytest.raises(ModelDamagedError):
        OnnxEmbedder(copied)


def test_a_file_that_is_gone_is_noticed(copied: Path) -> None:
    (copied / "tokenizer.json").unlink()
    with pytest.raises(ModelDamagedError, match="missing"):
        OnnxEmbedder(copied)


def test_another_encoder_or_precision_is_exported_anew() -> None:
    assert exported(NAME, encoder(), PRECISION)
    assert not exported(NAME, encoder(), "fp32")
    assert not exported("another", encoder(), PRECISION)


def test_weights_that_could_run_code_are_refused(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    with pytest.raises(ExportRefusedError, match="safetensors"):
        export(str(source), tmp_path / "encoder", "int8")
    (source / "model.safetensors").touch()
    (source / "pytorch_model.bin").touch()
    with pytest.raises(ExportRefusedError, match=r"pytorch_model\.bin"):
        export(str(source), tmp_path / "encoder", "int8")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["source"]


def test_an_unknown_precision_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExportRefusedError, match="unknown"):
        export(NAME, tmp_path / "encoder", "int4")


@pytest.mark.slow
def test_the_full_precision_export_is_the_original(tmp_path: Path) -> None:
    report = export(NAME, tmp_path / "encoder", "fp32")
    assert report.cosine_least > 0.99999
    original, served = SentenceEmbedder(NAME), OnnxEmbedder(tmp_path / "encoder")
    np.testing.assert_allclose(served.encode(TEXTS), original.encode(TEXTS), atol=1e-4)


@pytest.mark.slow
def test_an_export_replaces_the_one_before(copied: Path) -> None:
    before = json.loads((copied / "manifest.json").read_text())
    (copied / "encoder.onnx").write_bytes(b"damaged")
    report = export(NAME, copied, PRECISION)
    assert report.model_id == before["model_id"]
    assert exported(NAME, copied, PRECISION)
    assert [path.name for path in copied.parent.iterdir()] == ["encoder"]
