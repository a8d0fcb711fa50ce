"""Who can use a page: small targets, a narrow or enlarged screen, forced colours, and what moves."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from playwright.sync_api import Page

LEAST_TARGET = 24
"""CSS pixels, each way."""

NARROW = ((640, 450), (320, 568))
"""A desktop of 1280 × 900 at 200 % and at 400 %, where nothing may need scrolling sideways."""

_LOOK = Path(__file__).with_suffix(".js").read_text(encoding="utf-8").rstrip().removesuffix(";")


def small_targets(page: Page, least: int = LEAST_TARGET) -> list[str]:
    """What can be pressed and is smaller than a fingertip needs."""
    return _look(page, "small", least)


def moving(page: Page) -> list[str]:
    """What moves, although the reader asks for as little motion as can be."""
    return _look(page, "moving")


def lost_in_forced_colours(page: Page) -> list[str]:
    """What can't be told from its ground where the reader's own few colours replace ours."""
    page.emulate_media(forced_colors="active")
    found = _look(page, "lost")
    page.emulate_media(forced_colors="none")
    return found


def beside_the_screen(page: Page) -> list[str]:
    """What an enlarged page pushes over its edge; the page has its old size again afterwards."""
    before, found = page.viewport_size, list[str]()
    for width, height in NARROW:
        page.set_viewport_size({"width": width, "height": height})
        found += [f"{width} px: {each}" for each in _look(page, "beside")]
    if before is not None:
        page.set_viewport_size(before)
    return found


def _look(
    page: Page, what: Literal["small", "beside", "lost", "moving"], least: int = LEAST_TARGET
) -> list[str]:
    found: dict[str, list[str]] = page.evaluate(_LOOK, least)
    return found[what]
