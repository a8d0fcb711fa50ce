"""What reaches an agent who looks at something else: a promise that falls due; and what a search tells."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.conftest import own_copy
from tests.furnishing import furnished
from tests.scene import open_chat
from tests.screens import PATIENCE, DeskScreen
from tests.server import serving
from tests.stage import Stage, View, staffed

pytestmark = pytest.mark.browser

PROMISE = """
async ([number, kind, text, seconds]) => {
  const {csrf} = JSON.parse(document.getElementById("desk-page").textContent);
  const headers = {"Content-Type": "application/json", "X-CSRF-Token": csrf};
  const due = new Date(Date.now() + seconds * 1000).toISOString();
  const body = JSON.stringify({kind, text, due, phone: kind === "call_back" ? "+47 900 00 000" : null});
  return (await fetch(`/desk/api/cases/${number}/follow_ups`, {method: "POST", headers, body})).status;
}
"""
"""Promise something of a case as its dialog does, but for a moment that is only seconds away."""


LINKS = {
    "FIRSTLINE_HANDOFF_CUSTOMER_LINK": "https://crm.example/find?email={email}",
    "FIRSTLINE_HANDOFF_SUPPORT_LINK": "https://help.example/join?who={name}&case={case}",
}


@pytest.fixture(scope="module")
def stage(browser: Browser, prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    data = own_copy(prepared, tmp_path_factory.mktemp("live") / "data")
    with serving(furnished(staffed(data)), env=LINKS) as server:
        yield Stage(browser, server.address)


@pytest.fixture(scope="module")
def case(stage: Stage) -> int:
    """The number of the one case that there is."""
    with stage.context(View()) as context:
        chat = open_chat(stage, context.new_page())
        chat.says("my order NT-10427 came without the power supply, let me talk to a person")
        expect(chat.page.locator("#card .card")).to_be_visible(timeout=PATIENCE)
        chat.says("my e-mail is maya+shop@example.com")
        expect(chat.page.locator("#outgoing > *")).to_have_count(0, timeout=PATIENCE)
    return 1001


@pytest.fixture
def ines(stage: Stage, case: int) -> Iterator[DeskScreen]:
    with stage.context(View(), "ines") as context:
        yield stage.desk(context.new_page())


def test_a_call_back_that_falls_due_is_said_and_leads_to_its_case(ines: DeskScreen, case: int) -> None:
    page = ines.page
    assert page.evaluate(PROMISE, [case, "call_back", "the power supply", 5]) == 200
    expect(page.locator("[data-view=follow_ups] .count")).to_have_text("1", timeout=PATIENCE)
    ines.is_told("Call Visitor back now: the power supply")
    expect(page.locator("[data-view=follow_ups]")).to_have_class("pressing")
    page.locator(".toast-lead").click()
    expect(page.locator(".case-number")).to_have_text(f"#{case}", timeout=PATIENCE)
    expect(page.locator(".toast")).to_have_count(0)
    page.reload()
    expect(page.locator("[data-view=follow_ups]")).to_have_class("pressing", timeout=PATIENCE)
    expect(page.locator(".toast")).to_have_count(0)


def test_the_companys_own_pages_are_a_click_away_as_far_as_they_can_be_filled_in(
    ines: DeskScreen, case: int
) -> None:
    ines.opens_case(case)
    crm = ines.page.get_by_role("link", name="Open in the CRM")
    expect(crm).to_have_attribute("href", "https://crm.example/find?email=maya%2Bshop%40example.com")
    expect(ines.page.get_by_role("link", name="Remote support")).to_have_count(0)


def test_a_search_tells_how_many_there_are_and_keeps_to_the_priority(ines: DeskScreen, case: int) -> None:
    page = ines.page

    def finds(text: str) -> None:
        page.locator("#words").fill("NT-10427")
        page.locator("#words").press("Enter")
        expect(page.locator(".found-head")).to_contain_text(text, timeout=PATIENCE)

    finds("1 found for NT-10427")
    page.locator(".filters summary").click()
    page.locator(".filters [name=priority]").select_option("low")
    finds("Nothing found for NT-10427")
