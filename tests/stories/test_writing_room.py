"""The writing room in real browsers: two editors at one text, pictures, reviews, appointments and the bin."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.screens import PATIENCE, StudioScreen
from tests.server import Server
from tests.stage import Stage, View

pytestmark = pytest.mark.browser

BODY = """A clean lens sees more. Wipe it every month.

1. Take the camera down.
2. Wipe the lens with a soft cloth.
3. Hang it up again.
"""


@dataclass(frozen=True)
class Two:
    """Two editors who have the same article open."""

    edda: Page
    ines: Page

    def opens(self, title: str) -> None:
        """One writes it, the other opens it."""
        self.edda.goto(re.sub(r"/kb/.*", "/kb/articles/new", self.edda.url))
        studio = StudioScreen(self.edda)
        studio.writes(title, BODY, "lens is dirty")
        studio.saves()
        self.ines.goto(self.edda.url)


@pytest.fixture(scope="module")
def stage(browser: Browser, server: Server) -> Stage:
    return Stage(browser, server.address)


@pytest.fixture
def two(stage: Stage) -> Iterator[Two]:
    with stage.context(View(), "edda") as hers, stage.context(View(), "ines") as other:
        pages = hers.new_page(), other.new_page()
        for page in pages:
            page.goto(f"{stage.address}/kb/")
        yield Two(*pages)


def body_of(page: Page) -> str:
    return page.locator("#body").input_value()


@pytest.mark.slow
def test_changes_that_do_not_touch_are_merged_by_themselves(two: Two) -> None:
    two.opens("Clean the lens")
    two.ines.locator("#body").fill(BODY.replace("every month", "every week"))
    StudioScreen(two.ines).saves()

    two.edda.locator("#body").fill(BODY.replace("Hang it up again", "Put it back"))
    two.edda.keyboard.press("Control+s")
    expect(two.edda.locator("#notice")).to_contain_text("Ines saved revision 2", timeout=PATIENCE)
    both = BODY.replace("every month", "every week").replace("Hang it up again", "Put it back")
    assert body_of(two.edda) == both
    expect(two.edda.locator("#save")).to_be_disabled()
    two.ines.reload()
    assert body_of(two.ines) == both


def test_where_both_wrote_the_editor_chooses_and_nothing_is_lost(two: Two) -> None:
    two.opens("Dry the lens")
    two.ines.locator("#body").fill(BODY.replace("soft cloth", "dry cloth") + "4. Done.\n")
    StudioScreen(two.ines).saves()

    mine = BODY.replace("soft cloth", "cotton cloth")
    two.edda.locator("#body").fill(mine)
    two.edda.keyboard.press("Control+s")
    merging = two.edda.locator("#merging")
    expect(merging).to_be_focused(timeout=PATIENCE)
    keep = merging.get_by_role("button", name="Save the merged text")
    expect(keep).to_be_disabled()

    # Whoever steps back has their own text, and finds the way to the choice again.
    merging.get_by_role("button", name="Back to my text").click()
    assert body_of(two.edda) == mine
    two.edda.get_by_role("button", name="Go on merging").click()

    merging.get_by_role("radio").first.focus()
    two.edda.keyboard.press("ArrowDown")  # from one's own to the other's
    expect(merging.get_by_role("status")).to_have_text("Everything is chosen.")
    keep.click()
    expect(two.edda.locator("#save")).to_be_disabled(timeout=PATIENCE)
    assert body_of(two.edda) == BODY.replace("soft cloth", "dry cloth") + "4. Done.\n"
    StudioScreen(two.edda).opens_tab("history")
    expect(two.edda.locator("#revisions li")).to_have_count(2, timeout=PATIENCE)


def test_any_two_revisions_stand_side_by_side(two: Two) -> None:
    two.opens("Polish the lens")
    two.edda.locator("#body").fill(BODY.replace("soft", "clean"))
    studio = StudioScreen(two.edda)
    studio.saves()
    studio.opens_tab("history")
    two.edda.locator("#between").get_by_role("button", name="Compare").click()
    sides = two.edda.locator(".sides")
    expect(sides.locator("del")).to_have_text("soft")
    expect(sides.locator("ins")).to_have_text("clean")
    two.edda.get_by_role("button", name="Back to the text").click()
    expect(two.edda.locator("#body")).to_be_visible()


@pytest.mark.slow
def test_a_review_is_asked_for_and_sent_back(two: Two) -> None:
    two.opens("Replace the lens")
    StudioScreen(two.edda).picks("submit")
    two.edda.locator("#note").fill("Is the order right?")
    two.edda.locator("#asking .primary").click()
    expect(two.edda.locator("#standing")).to_contain_text("waits for a review", timeout=PATIENCE)

    two.ines.reload()
    expect(two.ines.locator("#primary")).to_have_text("Approve and publish")
    studio = StudioScreen(two.ines)
    studio.opens_tab("review")
    expect(two.ines.locator("#thread")).to_contain_text("Is the order right?")
    two.ines.locator("#said").fill("Power off first.")
    two.ines.locator("#send-back").click()
    expect(two.ines.locator(".steps [aria-current]")).to_have_text("Draft", timeout=PATIENCE)
    two.edda.reload()
    StudioScreen(two.edda).opens_tab("review")
    expect(two.edda.locator("#thread li").last).to_contain_text("Power off first.")


def test_a_picture_says_what_it_shows_and_reaches_the_help_centre(two: Two, stage: Stage) -> None:
    two.opens("Look at the lens")
    page = two.edda
    content = io.BytesIO()
    Image.new("RGB", (320, 200), "#2157D9").save(content, "PNG")
    picture = {"name": "lens.png", "mimeType": "image/png", "buffer": content.getvalue()}
    page.locator("#file").set_input_files(picture)  # type: ignore[arg-type]
    put = page.locator("#picturing .primary")
    put.click()
    expect(page.locator("#picturing")).to_be_visible()  # not without words
    page.locator("#alt").fill("A blue lens")
    put.click()
    shown = page.locator("#preview img")
    expect(shown).to_have_attribute("alt", "A blue lens", timeout=PATIENCE)
    expect(shown).to_have_js_property("naturalWidth", 320)
    StudioScreen(page).publishes()
    page.goto(f"{stage.address}/help/en/look-at-the-lens")
    expect(page.locator("article img")).to_have_js_property("naturalWidth", 320)


def test_a_text_is_set_to_go_live_in_the_readers_time(two: Two, stage: Stage) -> None:
    two.opens("Sell the lens")
    StudioScreen(two.edda).picks("schedule")
    expect(two.edda.locator("#zone")).to_have_text("Europe/Oslo")
    two.edda.locator("#planning .primary").click()
    expect(two.edda.locator("#planned")).to_contain_text("Revision 1 goes live on", timeout=PATIENCE)
    two.edda.goto(f"{stage.address}/kb/?due=planned")
    row = two.edda.locator("tr", has_text="Sell the lens")
    expect(row).to_contain_text("Goes live")


def test_what_is_deleted_comes_back_at_a_click(two: Two) -> None:
    two.opens("Lose the lens")
    StudioScreen(two.edda).picks("delete")
    undo = two.edda.locator("#undo")
    expect(undo).to_contain_text("Lose the lens", timeout=PATIENCE)
    expect(two.edda.locator("table.articles")).not_to_contain_text("Lose the lens")
    undo.get_by_role("button", name="Undo").click()
    expect(two.edda.locator("#title")).to_have_value("Lose the lens", timeout=PATIENCE)
    expect(two.edda.locator(".steps [aria-current]")).to_have_text("Draft")
