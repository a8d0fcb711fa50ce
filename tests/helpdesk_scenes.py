"""A house whose helpdesk outside can't be reached, as its own people see it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from config.clock import SystemClock
from config.settings import load_settings
from handoff.opening import open_handoff
from tests.fakes import FakeClock
from tests.furnishing import never_closed
from tests.handoff.conversations import escalation
from tests.scene import Scene
from tests.screens import PATIENCE
from tests.server import serving
from tests.stage import Stage, View, staffed

NOBODY_LISTENS = {
    "FIRSTLINE_HANDOFF_BRIDGE": ".webhook",
    "FIRSTLINE_BRIDGE_PRIVATE_NETWORKS": "127.0.0.0/8",
    "FIRSTLINE_BRIDGES_WEBHOOK_URL": "http://127.0.0.1:9/firstline",
    "FIRSTLINE_BRIDGES_WEBHOOK_SECRET": "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
}
_FAILURES = 5  # after which it is taken to be down


@contextmanager
def left_alone(browser: Browser, data: Path, init_script: str) -> Iterator[Stage]:
    """A server over `data`, with cases that a helpdesk should have heard of an hour ago."""
    ago = SystemClock().now() - timedelta(hours=1)
    clock = FakeClock(ago)
    with closing(open_handoff(load_settings(never_closed(staffed(data)), {}), clock)) as handoff:
        handoff.helpdesk.switch("webhook")
        for name in ("maya", "ola"):
            told = escalation(
                "c: where is my refund", "b: on its way", "c: a person please", conversation=name
            )
            handoff.intake.open(replace(told, started_at=ago, escalated_at=ago))
        for _ in range(_FAILURES):
            handoff.peers.failed("webhook", "no connection; is it running there?", ago)
    with serving(data, env=NOBODY_LISTENS) as server:
        yield Stage(browser, server.address, init_script=init_script, bypass_csp=True)


def _desk(stage: Stage, page: Page, view: View) -> None:
    """What everybody is told, once the cases were taken back."""
    stage.desk(page)
    expect(page.locator(".rows a")).to_have_count(2, timeout=PATIENCE)
    page.reload()
    expect(page.locator(".notice")).to_have_count(2, timeout=PATIENCE)
    page.locator(".rows a").first.click()
    expect(page.locator(".part-reason")).to_be_attached(timeout=PATIENCE)


def _screen(stage: Stage, page: Page, view: View) -> None:
    page.goto(f"{stage.address}/desk/admin/helpdesk?lang={view.language}")
    expect(page.locator(".tag.bad")).to_be_visible()
    expect(page.locator(".rows form")).not_to_have_count(0)


HELPDESK_SCENES: tuple[Scene, ...] = (
    Scene("desk-helpdesk-away", _desk, "ines"),
    Scene("admin-helpdesk-away", _screen, "ada"),
)
