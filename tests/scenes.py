"""Every page and every state of it, played by real people over a real server; photographed and examined."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, Route, expect

from tests.screens import PATIENCE, ChatScreen, DeskScreen, StudioScreen
from tests.stage import Language, Stage, View

SPARE = b"# Spare parts\n\n![The box](box.png) Order them in [the shop](shop.md).\n"
"""An article to import, with a picture and a link that don't come along."""


def open_chat(stage: Stage, page: Page, *said: str) -> ChatScreen:
    page.goto(f"{stage.address}/chat")
    screen = ChatScreen(page)
    screen.is_greeted()
    for text in said:
        screen.asks(text)
    return screen


def question(language: Language) -> str:
    return (
        "hvor lenge har jeg på meg til å returnere noe?"
        if language == "nb"
        else "how long do I have to return something"
    )


def chat_answered(stage: Stage, page: Page, view: View) -> None:
    screen = open_chat(stage, page, question(view.language))
    expect(screen.answers).to_have_count(1)


def chat_form(stage: Stage, page: Page, view: View) -> None:
    screen = open_chat(stage, page)
    screen.taps("Returnere noe" if view.language == "nb" else "Return something")
    screen.asks("NT-10427")
    expect(screen.chips.get_by_role("button", name="Nettly Cam Porch")).to_be_visible()


def chat_menu(stage: Stage, page: Page, view: View) -> None:
    open_chat(stage, page)
    page.locator("#menu-button").click()
    expect(page.locator("#menu")).to_be_visible()


def chat_waiting(stage: Stage, page: Page, view: View) -> None:
    open_chat(stage, page, question(view.language)).wants_a_person()


def chat_with_agent(stage: Stage, page: Page, view: View) -> None:
    screen = open_chat(stage, page)
    screen.wants_a_person()
    with stage.context(View(), "ines") as context:
        desk = stage.desk(context.new_page())
        number = max(desk.numbers())
        desk.page.goto(f"{stage.address}/desk/cases/{number}")
        desk.claims()
        hello = (
            "Hei, jeg er Ines. Hva gjelder det?"
            if view.language == "nb"
            else "Hello, I am Ines. What is it about?"
        )
        desk.replies(hello)
        expect(page.locator("#log .agent .bubble")).to_have_text(hello, timeout=PATIENCE)
        screen.says(
            "Cam Porch kobler seg ikke til." if view.language == "nb" else "The Cam Porch does not connect."
        )
        expect(page.locator(".sent")).to_be_visible(timeout=PATIENCE)


def chat_failed(stage: Stage, page: Page, view: View) -> None:
    screen = open_chat(stage, page)

    def refuse(route: Route) -> None:
        route.fulfill(status=422, json={"error": {"code": "refused", "message": "no"}})

    page.route("**/messages", refuse)
    screen.says(question(view.language))
    expect(page.locator(".failed")).to_be_visible(timeout=PATIENCE)


def chat_offline(stage: Stage, page: Page, view: View) -> None:
    screen = open_chat(stage, page)
    page.context.set_offline(True)
    expect(page.locator("#banner")).not_to_be_empty(timeout=PATIENCE)
    screen.says(question(view.language))
    expect(page.locator(".kept")).to_be_visible(timeout=PATIENCE)


def demo_open(stage: Stage, page: Page, view: View) -> None:
    open_shop(stage.address, page)
    page.locator("#ask").click()
    widget(page)


def open_shop(address: str, page: Page) -> None:
    """The shop's page, with the launcher on it."""
    page.goto(f"{address}/demo")
    expect(page.locator("body > div[lang]")).to_be_attached(timeout=PATIENCE)


def widget(page: Page) -> ChatScreen:
    """The widget's frame, greeted. It stands in a closed shadow root, so only the page's frames know it."""
    if len(page.frames) == 1:
        page.wait_for_event("frameattached", timeout=PATIENCE)
    screen = ChatScreen(page.frames[-1])
    screen.is_greeted()
    return screen


def sign_in_refused(room: str) -> Play:
    def play(stage: Stage, page: Page, view: View) -> None:
        page.goto(f"{stage.address}/{room}/sign-in")
        page.locator("#email").fill(f"{view.device}.{view.language}@nettly.example")
        page.locator("#password").fill("not the password")
        page.locator("#password").press("Enter")
        expect(page.locator("#problem")).to_be_visible(timeout=PATIENCE)

    return play


def desk_empty(stage: Stage, page: Page, view: View) -> None:
    stage.desk(page)


def desk_busy(stage: Stage, page: Page, view: View) -> None:
    stage.fill_queue()
    stage.desk(page)


def desk_case(stage: Stage, page: Page, view: View) -> DeskScreen:
    stage.fill_queue()
    desk = stage.desk(page)
    desk.opens_case(1001)
    return desk


def desk_waiting(stage: Stage, page: Page, view: View) -> None:
    stage.fill_queue()
    desk = stage.desk(page)
    desk.opens_case(1002)


def desk_file(stage: Stage, page: Page, view: View) -> None:
    desk_case(stage, page, view)
    fold = page.locator(".folds [data-fold=file]")
    if fold.is_visible():
        fold.click()
    expect(page.locator(".part-reason")).to_be_visible()


def desk_note(stage: Stage, page: Page, view: View) -> None:
    desk_case(stage, page, view)
    page.locator("#tab-note").click()
    page.locator("#box-note").fill("Fikk tak i betaling." if view.language == "nb" else "Talked to payments.")


def desk_resolve(stage: Stage, page: Page, view: View) -> None:
    desk_case(stage, page, view)
    page.locator(".case-actions .primary").click()
    expect(page.locator("#resolve-dialog")).to_be_visible()


def desk_keys(stage: Stage, page: Page, view: View) -> None:
    stage.desk(page)
    page.locator("#keys").click()
    expect(page.locator("#keys-dialog")).to_be_visible()


def studio_article(stage: Stage, page: Page, view: View) -> StudioScreen:
    page.goto(f"{stage.address}/kb/?language={view.language}")
    page.locator("table.articles th a").first.click()
    expect(page.locator("#title")).not_to_be_empty(timeout=PATIENCE)
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


def plain(path: str) -> Play:
    """A page that is there as soon as it is loaded."""

    def play(stage: Stage, page: Page, view: View) -> None:
        page.goto(stage.address + path.format(lang=view.language))

    return play


Play = Callable[[Stage, Page, View], object]


@dataclass(frozen=True)
class Scene:
    """One page in one state: `play` brings a fresh page there, with `who` signed in."""

    name: str
    play: Play
    who: str | None = None


SCENES: tuple[Scene, ...] = (
    Scene("front", plain("/")),
    Scene("demo", lambda stage, page, view: open_shop(stage.address, page)),
    Scene("sign-in-desk", plain("/desk/sign-in")),
    Scene("sign-in-studio", plain("/kb/sign-in")),
    Scene("sign-in-refused", sign_in_refused("desk")),
    Scene("desk-empty", desk_empty, "ines"),
    Scene("desk-busy", desk_busy, "ines"),
    Scene("desk-case", desk_case, "ines"),
    Scene("desk-waiting", desk_waiting, "ines"),
    Scene("desk-file", desk_file, "ines"),
    Scene("desk-note", desk_note, "ines"),
    Scene("desk-resolve", desk_resolve, "ines"),
    Scene("desk-keys", desk_keys, "ines"),
    Scene("chat-greeting", lambda stage, page, view: open_chat(stage, page)),
    Scene("chat-answered", chat_answered),
    Scene("chat-form", chat_form),
    Scene("chat-menu", chat_menu),
    Scene("chat-waiting", chat_waiting),
    Scene("chat-agent", chat_with_agent),
    Scene("chat-failed", chat_failed),
    Scene("chat-offline", chat_offline),
    Scene("demo-open", demo_open),
    Scene("studio-list", plain("/kb/"), "ines"),
    Scene("studio-new", plain("/kb/articles/new"), "ines"),
    Scene("studio-editor", studio_editor, "ines"),
    Scene("studio-try", studio_try, "ines"),
    Scene("studio-history", studio_history, "ines"),
    Scene("studio-compare", studio_compare, "ines"),
    Scene("studio-review", studio_review, "ines"),
    Scene("studio-address", studio_address, "ines"),
    Scene("studio-chosen", studio_chosen, "ines"),
    Scene("studio-bin", plain("/kb/bin"), "ines"),
    Scene("studio-published", studio_published, "ines"),
    Scene("studio-blast", studio_blast, "ines"),
    Scene("studio-checks", studio_checks, "ines"),
    Scene("studio-import", studio_import, "ines"),
    Scene("studio-gaps", plain("/kb/gaps"), "ines"),
    Scene("studio-proposals", plain("/kb/proposals"), "ines"),
    Scene("studio-figures", plain("/kb/figures"), "ines"),
    Scene("studio-words", plain("/kb/words"), "ines"),
    Scene("studio-word", plain("/kb/words/utter_greet"), "ines"),
    Scene("studio-word-sets", plain("/kb/words/sets"), "ines"),
    Scene("studio-misread", plain("/kb/examples"), "ines"),
    Scene("studio-taught", plain("/kb/examples/taught"), "ines"),
    Scene("studio-models", plain("/kb/examples/models"), "ines"),
    Scene("help", plain("/help/{lang}/")),
    Scene("help-found", plain("/help/{lang}/?q=wifi")),
    Scene("help-article", help_article),
    Scene("help-missing", plain("/help/{lang}/nothing-here")),
)
"""In the order they are played: the desk is empty before the customers come."""
