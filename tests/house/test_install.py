"""The README's pip route, on a copy of the sources and in an environment of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.models import encoder
from tests.server import ready

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_an_installed_firstline_prepares_itself_and_answers(tmp_path: Path) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    names = [name for name in tracked.split("\0") if name and (ROOT / name).exists()]
    for name in names:
        (tmp_path / "src" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / "src" / name)
    # The packages of this environment are reused; Firstline itself is built and installed as a user would.
    run(sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "venv"))
    python = str(tmp_path / "venv" / "bin" / "python")
    parent = next(Path(path) for path in sys.path if path.endswith("site-packages"))
    site = Path(run(python, "-c", "import site; print(site.getsitepackages()[0])").strip())
    (site / "parent.pth").write_text(f"{parent}\n")
    run(python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", str(tmp_path / "src"))
    rooms = ("bot/", "actions/", "kb/", "handoff/", "config/")
    left_out = [name for name in names if name.startswith(rooms) and not (site / name).exists()]
    assert not left_out, "package-data in pyproject.toml does not tell of these"
    data = tmp_path / "data"
    (data / "models").mkdir(parents=True)
    shutil.copytree(encoder(), data / "models" / "encoder")
    command = [str(tmp_path / "venv" / "bin" / "firstline"), "train", "--data", str(data)]
    run(*command)
    where = run(python, "-c", "import bot; print(bot.__file__)").strip()
    assert Path(where).is_relative_to(tmp_path / "venv"), "the sources beside it were imported instead"
    command = [str(tmp_path / "venv" / "bin" / "firstline"), "serve", "--data", str(data), "--port", "0"]
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment()
    )
    try:
        address, _ = ready(process)
        for path in ("/chat", "/desk/sign-in", "/kb/sign-in", "/help/en/", "/embed.js", "/demo"):
            page = requests.get(address + path, headers={"Accept": "text/html"}, timeout=30)
            assert page.status_code == 200, path
        said = requests.post(
            f"{address}/webhooks/rest/webhook",
            json={"sender": "u1", "message": "how do I return something"},
            timeout=30,
        ).json()
        assert any("custom" in message for message in said)
    finally:
        process.terminate()
        process.wait(timeout=30)
        assert process.stdout is not None
        process.stdout.close()


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return kept | {"PYTHONUNBUFFERED": "1", "COLUMNS": "200"}


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), cwd="/")
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout
