"""axe-core, the accessibility checker: from npm once, then from `.cache` without a network."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

FOLDER = Path(__file__).parents[1] / ".cache" / "npm"
SCRIPT = FOLDER / "node_modules" / "axe-core" / "axe.min.js"

_RUN = """
async () => {
  const frame = () => new Promise((next) => requestAnimationFrame(next));
  await frame();  // what a new colour scheme changes begins here,
  await frame();  // and has its colours here
  const moving = document.getAnimations().filter((each) => each instanceof CSSTransition);
  await Promise.allSettled(moving.map(({finished}) => finished));
  const {violations} = await axe.run(document, {resultTypes: ['violations']});
  const told = ({target, failureSummary}) => [target.join(' '), failureSummary];
  return violations.map(({id, help, nodes}) => [id, help, nodes.map(told)]);
}
"""


class AxeMissingError(Exception):
    """axe-core is not here, and npm can't bring it."""


@dataclass(frozen=True)
class Violation:
    """A rule, and the elements that break it, each with what is wrong."""

    rule: str
    help: str
    nodes: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join((f"{self.rule}: {self.help}", *(f"  {node}" for node in self.nodes)))


def script() -> str:
    """axe-core's source, to be run in a page before its own scripts. Raises AxeMissingError."""
    if not SCRIPT.exists():
        npm = shutil.which("npm")
        if npm is None:
            raise AxeMissingError("no npm on the PATH to fetch axe-core with; on Debian: apt-get install npm")
        FOLDER.mkdir(parents=True, exist_ok=True)
        command = [npm, "install", "--no-audit", "--no-fund", "--prefix", str(FOLDER), "axe-core@4"]
        fetched = subprocess.run(command, capture_output=True, text=True, timeout=120)
        if fetched.returncode:
            raise AxeMissingError(f"npm could not fetch axe-core: {fetched.stderr.strip()[-300:]}")
    return SCRIPT.read_text(encoding="utf-8")


def violations(page: Page) -> list[Violation]:
    """What axe-core finds wrong with the page as it stands, its frames included."""
    found = page.evaluate(_RUN)
    return [
        Violation(rule, help, tuple(f"{where}: {why}" for where, why in nodes)) for rule, help, nodes in found
    ]
