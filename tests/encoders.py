"""The real encoder, counting how often it runs."""

from __future__ import annotations

from pathlib import Path

from kb.embedders import Floats1d
from kb.embedders.onnx import OnnxEmbedder


class CountingEmbedder(OnnxEmbedder):
    """`runs` holds each text that went through the model; what is remembered does not."""

    def __init__(self, folder: Path, threads: int) -> None:
        super().__init__(folder, threads)
        self.runs: list[str] = []

    def _run(self, text: str) -> Floats1d:
        self.runs.append(text)
        return super()._run(text)


def open_counting(folder: Path, threads: int) -> CountingEmbedder:
    """The plug."""
    return CountingEmbedder(folder, threads)
