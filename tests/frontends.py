"""Chat widgets that other people wrote for Rasa: from npm once, then from `.cache` without a network."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from pathlib import Path

FOLDER = Path(__file__).parents[1] / ".cache" / "frontends"


class FrontendMissingError(Exception):
    """A widget is not here, and npm can't bring it."""


def frontend(package: str, version: str, file: str) -> str:
    """One file of a published package. Raises FrontendMissingError."""
    kept = FOLDER / f"{package.strip('@').replace('/', '-')}-{version}"
    if not (kept / file).exists():
        _fetch(package, version, kept)
    return (kept / file).read_text(encoding="utf-8")


def _fetch(package: str, version: str, kept: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise FrontendMissingError(f"no npm on the PATH to fetch {package} with; apt-get install npm")
    FOLDER.mkdir(parents=True, exist_ok=True)
    command = [npm, "pack", "--silent", "--pack-destination", str(FOLDER), f"{package}@{version}"]
    fetched = subprocess.run(command, capture_output=True, text=True, timeout=120)
    archive = FOLDER / f"{kept.name}.tgz"
    if fetched.returncode or not archive.exists():
        raise FrontendMissingError(f"npm could not fetch {package}: {fetched.stderr.strip()[-300:]}")
    with tarfile.open(archive) as packed:
        packed.extractall(kept, filter="data")
