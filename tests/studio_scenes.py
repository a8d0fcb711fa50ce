"""The studio and the help centre: every page and every state of it, played by editors."""

from __future__ import annotations

import io

from PIL import Image
from playwright.sync_api import Page, expect

from tests.scene import Play, Scene, plain, question
from tests.screens import PATIENCE, StudioScreen
from tests.stage import Stage, View

SPARE = b"# Spare parts\n\n![The box](box.png) Order them in [the shop](shop.md).\n"
"""An article to import, with a picture and a link that don't come along."""


def studio_article(stage: Stage, page: Page, view: View) -> StudioScreen:
    page.goto(f"{stage.address}/kb/?language={view.language}")
    page.locator("table.articles th a").first.click()
    page.wait_for_url("**/kb/articles/**")  # loaded: its buttons do what they say
    return StudioScreen(page)


def studio_editor(stage: Stage, page: Page, view: View) -> None:
    studio_article(stage, page, view)


def studio_try(stage: Stage, page: Page, view: View) -> None:
    studio_article(stage, page, view)
    page.locator("#tab-try").click()
    page.locator("#question").fill(question(view.language))
    page.locator("#question").press("Enter")
    expect(page.locator("#answer .verdict")).to_be_visible(timeout=PATIENCE)


def studio_history(stage: Stage, page: Page, view: View) -> None:
    studio_article(stage, page, view)
    page.locator("#tab-history").click()
    expect(page.locator("#revisions li").first).to_be_visible(timeout=PATIENCE)


def studio_blast(stage: Stage, page: Page, view: View) -> None:
    studio_article(stage, page, view)
    page.locator("#more summary").click()
    page.locator("#more [data-do=archive]").click()
    expect(page.locator("#blast-sum")).to_be_visible(timeout=PATIENCE)


def studio_checks(stage: Stage, page: Page, view: View) -> None:
    page.goto(f"{stage.address}/kb/checks")
    page.locator("#run").click()
    expect(page.locator("#standing time")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#run")).to_be_enabled(timeout=PATIENCE)


def studio_import(stage: Stage, page: Page, view: View) -> None:
    page.goto(f"{stage.address}/kb/import")
    page.locator("#pick").set_input_files(
        [
            {"name": "spare.md", "mimeType": "text/markdown", "buffer": SPARE},
            {
                "name": "faq.csv",
                "mimeType": "text/csv",
                "buffer": b"question,answer\nWho pays?,We do.\n,No.\n",
            },
        ]
    )
    expect(page.locator("#report")).to_be_visible(timeout=PATIENCE)


def studio_compare(stage: Stage, page: Page, view: View) -> None:
    screen = studio_article(stage, page, view)
    screen.opens_tab("history")
    expect(page.locator("#between")).to_be_visible(timeout=PATIENCE)
    page.locator("#body").press("Control+Home")
    page.keyboard.type("Newly written. ")
    page.locator("#between button").click()
    expect(page.locator(".sides ins").first).to_be_visible(timeout=PATIENCE)


def studio_review(stage: Stage, page: Page, view: View) -> None:
    screen = studio_article(stage, page, view)
    screen.opens_tab("review")
    page.locator("#said").fill("How long does it take?")
    page.locator("#comment button").first.click()
    expect(page.locator("#thread .text").first).to_be_visible(timeout=PATIENCE)


def studio_address(stage: Stage, page: Page, view: View) -> None:
    studio_article(stage, page, view)
    page.locator("#move").click()
    expect(page.locator("#moving")).to_be_visible()


def studio_chosen(stage: Stage, page: Page, view: View) -> None:
    page.goto(f"{stage.address}/kb/")
    for place in (0, 2):
        page.locator(".articles tbody input").nth(place).check()
    expect(page.locator("#bulk")).to_be_visible()


def studio_published(stage: Stage, page: Page, view: View) -> None:
    screen = studio_article(stage, page, view)
    page.locator("#body").press("Control+End")
    page.keyboard.type(f"\n\nSeen on a {view.device}.")
    screen.publishes()


def help_article(stage: Stage, page: Page, view: View) -> None:
    slug = "returnere" if view.language == "nb" else "return-something"
    page.goto(f"{stage.address}/help/{view.language}/{slug}")


def studio_merging(stage: Stage, page: Page, view: View) -> None:
    """Two editors wrote the same line."""
    screen = studio_article(stage, page, view)
    with stage.context(View(), "edda") as context:
        other = context.new_page()
        other.goto(page.url)
        written(other, "The one says this. ")
        StudioScreen(other).saves()
    written(page, "The other says that. ")
    page.locator("#save").click()
    expect(page.locator("#merging")).to_be_visible(timeout=PATIENCE)
    assert screen.page is page


def studio_schedule(stage: Stage, page: Page, view: View) -> None:
    draft(stage, page)
    StudioScreen(page).picks("schedule")
    expect(page.locator("#planning")).to_be_visible()


def studio_ask_review(stage: Stage, page: Page, view: View) -> None:
    draft(stage, page)
    StudioScreen(page).picks("submit")
    expect(page.locator("#asking")).to_be_visible()


def studio_picture(stage: Stage, page: Page, view: View) -> None:
    draft(stage, page)
    content = io.BytesIO()
    Image.new("RGB", (640, 400), "#2157D9").save(content, "PNG")
    page.locator("#file").set_input_files(
        [{"name": "lens.png", "mimeType": "image/png", "buffer": content.getvalue()}]
    )
    expect(page.locator("#picturing")).to_be_visible(timeout=PATIENCE)


def studio_deleted(stage: Stage, page: Page, view: View) -> None:
    draft(stage, page)
    StudioScreen(page).picks("delete")
    expect(page.locator("#undo")).to_be_visible(timeout=PATIENCE)


def studio_finding(stage: Stage, page: Page, view: View) -> None:
    draft(stage, page)
    studio_checks(stage, page, view)
    expect(page.locator(".finding [data-accept]").first).to_be_attached()
    page.locator(".finding .accepting summary").first.click()


def studio_gap(stage: Stage, page: Page, view: View) -> None:
    stage.fill_gaps()
    page.goto(f"{stage.address}/kb/gaps")
    page.locator(".card h2 a").first.click()
    page.wait_for_url("**/kb/gaps/*")


def studio_put_aside(stage: Stage, page: Page, view: View) -> None:
    stage.fill_gaps()
    page.goto(f"{stage.address}/kb/gaps")
    page.locator(".card [data-do=dismiss]").first.click()
    expect(page.locator("#aside")).to_be_visible()


def after_customers(path: str) -> Play:
    """A page of what customers and agents have taught."""

    def play(stage: Stage, page: Page, view: View) -> None:
        stage.fill_gaps()
        page.goto(stage.address + path)

    return play


def studio_words_waiting(stage: Stage, page: Page, view: View) -> None:
    """What is about to be said, before it is."""
    page.goto(f"{stage.address}/kb/words/utter_welcome")
    column = page.locator(f".column[data-language={view.language}]")
    column.get_by_role("textbox").first.fill(f"You are welcome, on a {view.device}.")
    column.locator(".save").click()
    expect(page.locator("#review")).to_be_visible(timeout=PATIENCE)
    page.locator("#review").click()
    expect(page.locator("#drafts li").first).to_be_visible(timeout=PATIENCE)


def studio_teaching(stage: Stage, page: Page, view: View) -> None:
    """A sentence of an editor's own, ready to be trained on."""
    page.goto(f"{stage.address}/kb/examples/taught")
    page.locator("#own-text").fill(f"please send the {view.device} one back in {view.language}")
    page.locator("#own-intent").fill(str(page.locator("#intents option").first.get_attribute("value")))
    page.locator("#adding .primary").click()
    expect(page.locator(".own li").first).to_be_visible(timeout=PATIENCE)


def draft(stage: Stage, page: Page) -> None:
    """An article of one's own, saved, with a link that leads nowhere."""
    page.goto(f"{stage.address}/kb/articles/new")
    screen = StudioScreen(page)
    screen.writes("Clean the lens", "Use [a soft cloth](/help/en/soft-cloth).", "lens is dirty")
    screen.saves()


def written(page: Page, text: str) -> None:
    """Write at the very beginning."""
    page.locator("#body").press("Control+Home")
    page.keyboard.type(text)


STUDIO_SCENES: tuple[Scene, ...] = (
    Scene("studio-list", plain("/kb/"), "ines"),
    Scene("studio-new", plain("/kb/articles/new"), "ines"),
    Scene("studio-editor", studio_editor, "ines"),
    Scene("studio-try", studio_try, "ines"),
    Scene("studio-history", studio_history, "ines"),
    Scene("studio-compare", studio_compare, "ines"),
    Scene("studio-merging", studio_merging, "ines"),
    Scene("studio-review", studio_review, "ines"),
    Scene("studio-address", studio_address, "ines"),
    Scene("studio-chosen", studio_chosen, "ines"),
    Scene("studio-schedule", studio_schedule, "ines"),
    Scene("studio-ask-review", studio_ask_review, "ines"),
    Scene("studio-picture", studio_picture, "ines"),
    Scene("studio-deleted", studio_deleted, "ines"),
    Scene("studio-bin", plain("/kb/bin"), "ines"),
    Scene("studio-published", studio_published, "ines"),
    Scene("studio-blast", studio_blast, "ines"),
    Scene("studio-checks", studio_checks, "ines"),
    Scene("studio-finding", studio_finding, "ines"),
    Scene("studio-import", studio_import, "ines"),
    Scene("studio-gaps", after_customers("/kb/gaps"), "ines"),
    Scene("studio-gap", studio_gap, "ines"),
    Scene("studio-put-aside", studio_put_aside, "ines"),
    Scene("studio-gaps-closed", plain("/kb/gaps?state=closed"), "ines"),
    Scene("studio-proposals", after_customers("/kb/proposals"), "ines"),
    Scene("studio-figures", after_customers("/kb/figures"), "ines"),
    Scene("studio-words", plain("/kb/words"), "ines"),
    Scene("studio-word", plain("/kb/words/utter_greet"), "ines"),
    Scene("studio-words-waiting", studio_words_waiting, "ines"),
    Scene("studio-word-sets", plain("/kb/words/sets"), "ines"),
    Scene("studio-misread", after_customers("/kb/examples"), "ines"),
    Scene("studio-taught", plain("/kb/examples/taught"), "ines"),
    Scene("studio-teaching", studio_teaching, "ines"),
    Scene("studio-models", plain("/kb/examples/models"), "ines"),
    Scene("help", plain("/help/{lang}/")),
    Scene("help-found", plain("/help/{lang}/?q=wifi")),
    Scene("help-article", help_article),
    Scene("help-missing", plain("/help/{lang}/nothing-here")),
)
