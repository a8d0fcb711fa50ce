"""Every page and every state of it, played by real people over a real server; photographed and examined."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw
from playwright.sync_api import FilePayload, Page, Route, expect

from tests.admin_scenes import ADMIN_SCENES
from tests.chat_scenes import CHAT_SCENES
from tests.desk_scenes import DESK_SCENES
from tests.scene import Play, Scene, open_chat, plain, question
from tests.screens import PATIENCE, ChatScreen
from tests.stage import Stage, View
from tests.studio_scenes import STUDIO_SCENES


def chat_answered(stage: Stage, page: Page, view: View) -> None:
    screen = open_chat(stage, page, question(view.language))
    expect(screen.answers).to_have_count(1)


def chat_form(stage: Stage, page: Page, view: View) -> None:
    screen = open_chat(stage, page)
    screen.taps("Returnere noe" if view.language == "nb" else "Return something")
    screen.asks("NT-10427")
    expect(screen.chips.get_by_role("button", name="Nettly Cam Porch")).to_be_visible()


def chat_walk(stage: Stage, page: Page, view: View) -> ChatScreen:
    """Two steps into an article, the first of them done."""
    nb = view.language == "nb"
    broken = "jeg har ikke internett eller wifi i det hele tatt" if nb else "my hub is broken, it is amber"
    screen = open_chat(stage, page, broken)
    screen.taps("Ta meg gjennom det steg for steg" if nb else "Take me through it step by step")
    screen.taps("Ferdig" if nb else "Done")
    expect(screen.heard.last).to_contain_text("Steg 2" if nb else "Step 2")
    return screen


def chat_menu(stage: Stage, page: Page, view: View) -> None:
    open_chat(stage, page)
    page.locator("#menu-button").click()
    expect(page.locator("#menu")).to_be_visible()


def chat_waiting(stage: Stage, page: Page, view: View) -> None:
    open_chat(stage, page, question(view.language)).wants_a_person()


def chat_contact(stage: Stage, page: Page, view: View) -> None:
    """Nobody is free, or at work: what is left is an address, a name and a word more."""
    screen = open_chat(stage, page)
    screen.wants_a_person()
    for text in ("maya.lind@example.com", "Maya Lind"):
        screen.asks(text)


def chat_transferred(stage: Stage, page: Page, view: View) -> None:
    """The agent hands over to a colleague, and the customer is told who comes."""
    screen = open_chat(stage, page, question(view.language))
    screen.wants_a_person()
    with stage.context(View(), "omar") as colleague, stage.context(View(), "ines") as context:
        stage.desk(colleague.new_page())
        desk = stage.desk(context.new_page())
        desk.page.goto(f"{stage.address}/desk/cases/{max(desk.numbers())}")
        desk.claims()
        desk.page.keyboard.press("Alt+h")
        dialog = desk.asked("hand-over")
        dialog.get_by_role("radio", name="Omar").check()
        dialog.locator("[name=note]").fill("They want to know how long they have.")
        desk.answers(dialog, "Hand over")
        expect(page.locator("#name")).to_have_text("Omar", timeout=PATIENCE)


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


def chat_files(stage: Stage, page: Page, view: View) -> None:
    """A picture and a bill were sent; more is on its way, and one of it is refused."""
    screen = open_chat(stage, page)
    picture: FilePayload = {"name": "hub.png", "mimeType": "image/png", "buffer": drawn_hub()}
    bill: FilePayload = {"name": "bill.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n" * 9_000}
    program: FilePayload = {"name": "setup.exe", "mimeType": "application/x", "buffer": b"MZ\x90\0" * 99}
    page.locator("#file").set_input_files([picture, bill])
    expect(page.locator("#tray .thumb")).to_be_visible(timeout=PATIENCE)
    screen.asks("Lyset er oransje" if view.language == "nb" else "The light is amber")
    expect(page.locator("#log .customer .shown img")).to_be_visible(timeout=PATIENCE)
    page.locator("#file").set_input_files([picture, program])
    expect(page.locator("#tray .refused")).to_have_count(1, timeout=PATIENCE)
    expect(page.locator("#tray progress")).to_have_count(2)
    screen.page.locator("#text").fill("og her" if view.language == "nb" else "and here")


def drawn_hub() -> bytes:
    """A photograph of sorts, as a PNG."""
    drawing = Image.new("RGB", (640, 480), "#d8dde3")
    pen = ImageDraw.Draw(drawing)
    pen.rounded_rectangle((120, 260, 520, 380), 40, fill="#3a4048")
    pen.ellipse((180, 305, 210, 335), fill="#ffb020")
    pen.line((220, 260, 180, 90), fill="#3a4048", width=16)
    pen.line((420, 260, 460, 90), fill="#3a4048", width=16)
    kept = BytesIO()
    drawing.save(kept, "PNG")
    return kept.getvalue()


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
    expect(page.locator("html > div[lang]")).to_be_attached(timeout=PATIENCE)


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


def desk_walk(stage: Stage, page: Page, view: View) -> None:
    """What was tried, where an article was walked step by step."""
    with stage.context(View(language=view.language)) as context:
        customer = chat_walk(stage, context.new_page(), view)
        customer.taps("Hjalp ikke" if view.language == "nb" else "Didn't help")
        customer.wants_a_person()
    desk = stage.desk(page)
    desk.opens_case(max(desk.numbers()))
    fold = page.locator(".folds [data-fold=file]")
    if fold.is_visible():
        fold.click()
    page.locator(".part-tried").scroll_into_view_if_needed()


SCENES: tuple[Scene, ...] = (
    Scene("front", plain("/")),
    Scene("demo", lambda stage, page, view: open_shop(stage.address, page)),
    Scene("sign-in-desk", plain("/desk/sign-in")),
    Scene("sign-in-studio", plain("/kb/sign-in")),
    Scene("sign-in-refused", sign_in_refused("desk")),
    *DESK_SCENES,
    Scene("chat-greeting", lambda stage, page, view: open_chat(stage, page)),
    Scene("chat-answered", chat_answered),
    Scene("chat-form", chat_form),
    Scene("chat-walk", chat_walk),
    Scene("chat-menu", chat_menu),
    Scene("chat-waiting", chat_waiting),
    Scene("chat-contact", chat_contact),
    Scene("chat-agent", chat_with_agent),
    Scene("chat-transferred", chat_transferred),
    Scene("chat-failed", chat_failed),
    Scene("chat-offline", chat_offline),
    Scene("chat-files", chat_files),
    *CHAT_SCENES,
    Scene("demo-open", demo_open),
    Scene("desk-walk", desk_walk, "ines"),
    *ADMIN_SCENES,
    *STUDIO_SCENES,
)
"""In the order they are played: the desk is empty before the customers come."""
