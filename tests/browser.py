"""Debian's Chromium under Playwright, for the tests and the screenshots that need a real one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.screens import PATIENCE

ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class ChromiumMissingError(Exception):
    """There is no Chromium on this machine."""

    def __init__(self) -> None:
        super().__init__("no chromium on the PATH; on Debian: apt-get install chromium")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium for the length of a `with`. Raises ChromiumMissingError."""
    found = shutil.which("chromium")
    if found is None:
        raise ChromiumMissingError
    expect.set_options(timeout=PATIENCE)  # a machine that is busy is no fault
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


def do_without(reason: str) -> NoReturn:
    """Skip a test whose tool isn't here and say why; where everything must be here (CI=true) fail it."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
