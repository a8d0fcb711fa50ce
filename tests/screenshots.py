"""`make screenshots`: every page and state on a phone and a desktop, light and dark, English and Bokmål."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page
from rich.console import Console
from rich.progress import track

from tests.browser import ChromiumMissingError, chromium
from tests.scene import Scene
from tests.scenes import SCENES
from tests.server import ROOT, serving
from tests.stage import DEVICES, Device, Language, Stage, View, staffed

FOLDER = ROOT / "screenshots"
LANGUAGES: tuple[Language, ...] = ("en", "nb")


def main(wanted: tuple[str, ...]) -> None:
    """Picture the scenes whose names begin with one of `wanted`, or all of them, into ./screenshots."""
    scenes = [scene for scene in SCENES if not wanted or scene.name.startswith(wanted)]
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="firstline-screenshots-") as scratch:
        data = scratch_copy(Path(os.environ.get("DATA", ROOT / "data")), Path(scratch) / "data")
        with serving(data) as server, chromium() as browser:
            stage = Stage(browser, server.address)
            for scene in track(scenes, "Taking pictures", console=Console(stderr=True)):
                for device in DEVICES:
                    for language in LANGUAGES:
                        take(stage, scene, device, language)
    print(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER}")


def scratch_copy(source: Path, target: Path) -> Path:
    """The knowledge and the models of a data folder, with no conversations and the staff of the scenes."""
    lived_in = shutil.ignore_patterns("*.lock", "*.log", "bot.db*", "handoff.db*", "house.db*")
    shutil.copytree(source, target, ignore=lived_in)
    return staffed(target)


def take(stage: Stage, scene: Scene, device: Device, language: Language) -> None:
    """One scene played once and photographed in both colour schemes."""
    view = View(device, language)
    with stage.context(view, scene.who) as context:
        page = context.new_page()
        scene.play(stage, page, view)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            photograph(page, FOLDER / f"{scene.name}.{device}.{scheme}.{language}.png")


def photograph(page: Page, path: Path) -> None:
    """Once the fonts are there and nothing moves, as somebody would see it."""
    page.evaluate("document.fonts.ready.then(() => true)")
    page.screenshot(path=path, animations="disabled", caret="hide")


if __name__ == "__main__":
    try:
        main(tuple(sys.argv[1:]))
    except ChromiumMissingError as error:
        sys.exit(str(error))
