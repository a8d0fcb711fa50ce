"""The editor's day in real browsers: bring articles in, mend them, weigh them, and close what was open."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.scene import open_chat
from tests.screens import PATIENCE, ChatScreen, StudioScreen
from tests.server import Server
from tests.stage import Stage, View

pytestmark = pytest.mark.browser

LINK = "See also [what the warranty covers](/help/en/warranty-terms)."
PAINT = f"""# Paint your camera

You may paint the housing of a camera with water-based paint.
{LINK}

1. Take the camera down.
2. Put tape over the lens and the microphone.
3. Paint the housing, and let it dry for a day.
"""
"""An article that comes in; its link leads to an article that is not there."""

STORE = """# Store your camera over the winter

Take the battery out before you store the camera over the winter. Keep both dry and above freezing.
"""
BROKEN = "question,answer\n,An answer to nothing.\n"

MAY_I_PAINT = ("can I paint my camera?", "may I paint the housing of a camera?")
ENGRAVING = (
    "do you engrave a name on the doorbell?",
    "can I have my name engraved on the doorbell",
    "engrave my family name on the doorbell please",
)
ENGRAVED = "Yes, we engrave up to twenty letters on the cover plate of the doorbell, and it takes a week."


@pytest.fixture(scope="module")
def stage(browser: Browser, server: Server) -> Stage:
    return Stage(browser, server.address)


@pytest.fixture
def edda(stage: Stage) -> Iterator[Page]:
    """The editor, in her studio."""
    with stage.context(View(), "edda") as context:
        page = context.new_page()
        page.goto(f"{stage.address}/kb/")
        yield page


@pytest.mark.slow
def test_a_help_centre_comes_in_is_mended_and_weighed_and_answers(stage: Stage, edda: Page) -> None:
    # Customers ask before anybody has written it down.
    for question in MAY_I_PAINT:
        with stage.context(View()) as context:
            expect(open_chat(stage, context.new_page(), question).answers).to_have_count(0)

    # A broken file holds everything up; without it the report says what would happen, and then it does.
    goes(edda, "Import")
    brings(edda, {"paint.md": PAINT, "store.md": STORE, "faq.csv": BROKEN})
    expect(edda.locator("#lines tr[data-outcome=problem]")).to_contain_text("faq.csv:2", timeout=PATIENCE)
    expect(edda.locator("#drafts")).to_be_hidden()
    brings(edda, {"paint.md": PAINT, "store.md": STORE})
    expect(edda.locator("#lines tr[data-outcome=new]")).to_have_count(2, timeout=PATIENCE)
    edda.locator("#drafts").click()
    expect(edda.locator("#say")).to_contain_text("drafts", timeout=PATIENCE)

    # The checks find the link that leads nowhere, and lead to its line; once that is mended, so is the list.
    goes(edda, "Checks")
    finding = checked(edda).filter(has_text="/help/en/warranty-terms")
    finding.get_by_role("link", name="Paint your camera").click()
    edda.wait_for_url("**/kb/articles/**")
    room = edda.url.partition("?")[0]
    assert edda.evaluate("String(getSelection())") == LINK
    edda.keyboard.insert_text("Paint leaves the warranty as it is.")
    StudioScreen(edda).saves()
    goes(edda, "Checks")
    expect(checked(edda).filter(has_text="/help/en/warranty-terms")).to_have_count(0)

    # What publishing would change is told by the customers' own questions, and then it comes true.
    edda.goto(room)
    edda.locator("#primary").click()
    expect(edda.locator("#blast-sum")).to_contain_text("2 newly answered", timeout=PATIENCE)
    sides = edda.locator("#blast [data-effect=new] li").filter(has_text=MAY_I_PAINT[0]).locator(".side")
    expect(sides.first).to_contain_text("No answer")
    expect(sides.last).to_contain_text("water-based paint")
    edda.locator("#blast [data-go]").click()
    expect(edda.locator("#standing.live")).to_be_visible(timeout=PATIENCE)
    with stage.context(View()) as context:
        answer = open_chat(stage, context.new_page(), MAY_I_PAINT[0]).answers.last
        expect(answer).to_contain_text("water-based paint")
        expect(answer.locator(".source")).to_contain_text("Paint your camera")


@pytest.mark.slow
def test_a_gap_shows_what_it_costs_is_written_for_and_closes_with_its_proof(stage: Stage, edda: Page) -> None:
    for question in ENGRAVING:
        with stage.context(View()) as context:
            customer = open_chat(stage, context.new_page(), question)
            expect(customer.answers).to_have_count(0)
            if question is ENGRAVING[0]:
                is_told(stage, customer, ENGRAVED)

    # One gap, in the customers' words, with what it costs and what that rests on.
    gap = StudioScreen(edda).finds(f"{stage.address}/kb/gaps", ".card", "Asked 3 times")
    for question in ENGRAVING:
        expect(gap).to_contain_text(question)
    expect(gap).to_contain_text("in 1 case")
    expect(gap.locator(".cost")).to_contain_text("this week")

    # The draft begins with what the agent has said, word for word.
    gap.get_by_role("button", name="Write article").click()
    edda.wait_for_url("**/kb/articles/gap-*")
    body = edda.locator("#body")
    expect(body).to_have_value(re.compile(f"> {re.escape(ENGRAVED)}.*— Ines, case #", re.DOTALL))
    edda.locator("#title").fill("Have your name engraved on the doorbell")
    body.fill("We engrave up to twenty letters on the cover plate of a doorbell. It takes a week.")
    StudioScreen(edda).publishes()

    # Its questions are asked again by themselves, and the answers close it.
    gap = StudioScreen(edda).finds(f"{stage.address}/kb/gaps?state=closed", ".card", ENGRAVING[0])
    expect(gap.locator(".proof")).to_contain_text("every question is answered (3)")
    gap.get_by_role("link", name=ENGRAVING[0]).click()
    expect(edda.locator(".lines .sign.yes")).to_have_count(3)
    with stage.context(View()) as context:
        customer = open_chat(stage, context.new_page(), ENGRAVING[1])
        expect(customer.answers.last).to_contain_text("twenty letters")


def test_words_are_said_by_the_running_bot(stage: Stage, edda: Page) -> None:
    goes(edda, "Words")
    edda.goto(f"{stage.address}/kb/words/utter_greet")
    english = edda.locator(".column[data-language=en]")
    wordings = english.locator(".variants > .variant")
    for _ in range(wordings.count() - 1):
        wordings.last.get_by_role("button", name="Take out").click()
    wordings.get_by_role("textbox", name="What the bot says").fill("Nettly here. What can we do for you?")
    english.get_by_role("button", name="Save draft").click()
    expect(edda.locator("#waiting-number")).to_have_text("1", timeout=PATIENCE)
    with stage.context(View()) as context:
        expect(open_chat(stage, context.new_page()).heard.first).not_to_contain_text("Nettly here")

    edda.locator("#review").click()
    expect(edda.locator("#drafts")).to_contain_text("Nettly here")
    with edda.expect_navigation(timeout=PATIENCE):  # as soon as the bot says it
        edda.locator("#publish").click()
    with stage.context(View()) as context:
        customer = open_chat(stage, context.new_page())
        expect(customer.heard.first).to_contain_text("Nettly here. What can we do for you?")
        expect(customer.chips.get_by_role("button", name="Return something")).to_be_visible()


def goes(page: Page, place: str) -> None:
    """Go to one of the studio's places by its bar."""
    link = page.locator(".places").get_by_role("link", name=place, exact=True)
    path = link.get_attribute("href")
    link.click()
    page.wait_for_url(f"**{path}")


def brings(page: Page, files: Mapping[str, str]) -> None:
    """Choose files to import."""
    chosen = [
        {"name": name, "mimeType": "text/plain", "buffer": text.encode()} for name, text in files.items()
    ]
    page.locator("#pick").set_input_files(chosen)  # type: ignore[arg-type]


def checked(page: Page) -> Locator:
    """Check now, and wait for the page that says what was found."""
    with page.expect_navigation(timeout=PATIENCE):
        page.locator("#run").click()
    return page.locator(".finding")


def is_told(stage: Stage, customer: ChatScreen, answer: str) -> None:
    """The customer asks for a person, who answers and closes the case."""
    customer.wants_a_person()
    with stage.context(View(), "ines") as context:
        desk = stage.desk(context.new_page())
        desk.opens_case(max(desk.numbers()))
        desk.claims()
        desk.replies(answer)
        desk.resolves("Told")
