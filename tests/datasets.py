"""The public data sets, read where they lie: beside the checkout, or where FIRSTLINE_DATA says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

BESIDE = Path(__file__).parents[2] / "shared" / "data"


def dataset(name: str) -> Path:
    """The folder of a data set. Without it a test skips and says so; with CI=true it fails."""
    folder = Path(os.environ.get("FIRSTLINE_DATA") or BESIDE) / name
    if not folder.exists():
        why = f"no data set at {folder}; set FIRSTLINE_DATA to the folder of the data sets"
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)
    return folder
