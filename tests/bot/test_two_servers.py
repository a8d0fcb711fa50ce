"""Two `firstline serve` processes over one PostgreSQL and one data folder are one house."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
WITHIN = 30.0  # seconds for what takes a moment; a loaded machine takes its time
