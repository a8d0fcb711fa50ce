"""Whatever customers send is text: in their chat, the studio and mails. The trap hears where it is not."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from bot.dialogue.assistant import Assistant
from bot.opening import House, open_house
from config.mail import as_html
from config.settings import load_settings
from kb.knowledge import NoAnswer
from tests.conftest import own_copy
from tests.driver import Customer, Driver
from tests.fakes import FirstChoice
from tests.furnishing import furnished
from tests.hostile import EVERY, HOSTILE, STRANGE, TRAP, UNESCAPED
from tests.screens import PATIENCE
from tests.server import serving
from tests.stage import Stage, View, staffed

pytestmark = pytest.mark.browser

MOST = 8_000


@dataclass(frozen=True)
class Staged:
    """A server whose customers and agents have said everything; `chat` is one who has the chat open."""

    stage: Stage
    chat: Customer
    messages: int


@pytest.fixture(scope="module")
def staged(
    browser: Browser, prepared: Path, shipped: Assistant, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Staged]:
    data = furnished(staffed(own_copy(prepared, tmp_path_factory.mktemp("hostile") / "data")))
    house = open_house(load_settings(data, {}), rng=FirstChoice(), base=shipped)
    try:
        asked(house)
        maya = talked(Driver(house))
        said = house.chat.messages(maya.conversation)
    finally:
        house.close()
    with serving(data) as server:
        shown = sum(message.author != "system" for message in said)
        yield Staged(Stage(browser, server.address, init_script=TRAP), maya, shown)


def asked(house: House) -> None:
    """Questions that nobody has an answer to, each from somebody else: what the studio's gaps are made of."""
    for number, text in enumerate(EVERY):
        words = text[:MOST].replace("\0", "")  # as it is of any message that is taken in
        nothing = NoAnswer("nothing_close", (), 0.1)
        house.kb.learning.outcomes.asked(words, language="en", found=nothing, conversation=f"c{number}")


def talked(house: Driver) -> Customer:
    """Somebody who says everything to an agent, with files called so, and is answered in the same words."""
    maya, ines = house.customer(), house.agent("Ines <img src=x onerror=alert('ran')>")
    maya.says("I want to talk to a person")
    (case,) = ines.queue()
    ines.claims(case)
    rooms = house.opened
    for number, text in enumerate(EVERY):
        # A conversation holds a hundred files.
        called = (text[:200],) if number % 2 else ()
        files = tuple(rooms.files.keep(maya.conversation, each, b"plain words") for each in called)
        rooms.chat.receive(maya.conversation, f"h{number}", text[:MOST], files=files)
    rooms.workers.drain()
    for number, text in enumerate(EVERY[::2]):
        # No reply leaves with a variable that nobody has filled.
        rooms.handoff.desk.reply(case.number, ines.agent, text[:MOST].replace("{{", "{"), f"r{number}")
    ines.resolves(case)
    return maya


@contextmanager
def chat(staged: Staged, *scripts: str, bypass_csp: bool = False) -> Iterator[Page]:
    """The chat page of who has said everything, with all of it drawn as far as its scripts come."""
    kept = json.dumps(json.dumps({"id": staged.chat.conversation, "token": staged.chat.token}))
    mine = f"if (location.protocol === 'http:') localStorage.setItem('firstline.conversation', {kept})"
    stage = Stage(staged.stage.browser, staged.stage.address, init_script=TRAP, bypass_csp=bypass_csp)
    with stage.context(View()) as context:
        for script in (mine, *scripts):
            context.add_init_script(script)
        yield context.new_page()


def opened(page: Page, staged: Staged) -> Page:
    page.goto(f"{staged.stage.address}/chat")
    expect(page.locator("#log .message")).to_have_count(staged.messages, timeout=PATIENCE)
    return page


def clean(page: Page) -> None:
    """Nothing has run, and nothing stands in the page that is not the page's own."""
    assert page.evaluate(STRANGE) == []


def strangers(context: BrowserContext, address: str) -> list[str]:
    """Where its pages have asked for something outside the house."""
    found: list[str] = []
    context.on(
        "request", lambda asked: None if asked.url.startswith((address, "data:")) else found.append(asked.url)
    )
    return found


def test_the_chat_shows_what_was_said_as_text(staged: Staged) -> None:
    with chat(staged) as page:
        outside = strangers(page.context, staged.stage.address)
        opened(page, staged)
        clean(page)
        shown = page.locator("#log").inner_text()
        for text in ("<script>alert('ran')</script>", "<plaintext>", "</body></html>"):
            assert text in shown
        page.emulate_media(media="print")
        clean(page)
        assert outside == []


def test_no_link_leads_where_a_script_could_run(staged: Staged) -> None:
    with chat(staged) as page:
        links = opened(page, staged).locator("a[href]")
        leads = links.evaluate_all("links => links.map(({href}) => href)")
        assert len(leads) > 20
        assert [each for each in leads if not re.match(r"https?://", each)] == []
        assert (
            links.evaluate_all(
                "links => links.filter(({rel, target}) => target && !rel.includes('noopener')).length"
            )
            == 0
        )


def test_whatever_the_server_could_say_is_text_on_the_page(staged: Staged) -> None:
    """Every text that a message, a state or a case can carry, and addresses that run."""
    with chat(staged) as page:
        answers(
            page, "**/messages?*", lambda told: {"messages": wires(), "state": state(told["state"], EVERY[0])}
        )
        answers(page, "**/case", lambda told: case())
        page.route("**/events?*", lambda route: route.fulfill(status=503, headers={"Retry-After": "60"}))
        page.goto(f"{staged.stage.address}/chat")
        expect(page.locator("#log .message")).to_have_count(len(EVERY), timeout=PATIENCE)
        expect(page.locator("#card .card")).to_be_visible(timeout=PATIENCE)
        page.locator("#card .fold summary").first.click()
        expect(page.locator("#card .fact")).to_have_count(len(EVERY), timeout=PATIENCE)
        clean(page)
        page.locator("#card .fact button").first.click()
        clean(page)
        page.locator("#menu-button").click()
        clean(page)


def answers(page: Page, address: str, change: object) -> None:
    """From here on the page is told this at an address, whatever the server says."""

    def tell(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, status=200, json=change(answer.json()))  # type: ignore[operator]

    page.route(address, tell)


def wires() -> list[Mapping[str, object]]:
    """A message for each, in whose every text it stands; addresses are those that run, too."""
    return [wire(number, text[:MOST]) for number, text in enumerate(EVERY, start=1)]


def wire(number: int, text: str) -> Mapping[str, object]:
    address = text if number % 3 else f"javascript:alert('ran')//{number}"
    file = {
        "id": text,
        "name": text,
        "type": "image/png",
        "size": 5,
        "picture": bool(number % 2),
        "url": address,
    }
    source = {"title": text, "url": address, "heading": text, "updated": "2026-01-01", "language": "en"}
    element = {
        "title": text,
        "subtitle": text,
        "image_url": address,
        "buttons": [{"title": text, "payload": text, "url": address}],
    }
    return {
        "number": number,
        "author": ("customer", "bot", "agent")[number % 3],
        "name": text,
        "text": text,
        "sent_at": "2026-11-20T10:00:00+00:00",
        "client_id": text,
        "buttons": [{"title": text, "payload": text, "url": address}],
        "source": source,
        "feedback": False,
        "data": {
            "files": [file],
            "image": address,
            "attachment": {"type": "video", "payload": {"src": address, "title": text}},
            "elements": [element],
            "custom": {"also": [source], "text": text},
        },
    }


def state(told: Mapping[str, object], text: str) -> Mapping[str, object]:
    return {
        **told,
        "holder": "queue",
        "agent": {"name": text},
        "place": {"position": 1, "wait": None},
        "outlook": {"open": True, "opens_at": None, "promised_by": None, "late": False},
        "case": {"number": 1001, "version": text},
        "customer_name": text,
    }


def case() -> Mapping[str, object]:
    facts = [
        {"name": text, "label": text, "value": text, "message": number, "corrected": True, "masked": False}
        for number, text in enumerate(EVERY)
    ]
    tried = [{"title": text, "reaction": text} for text in EVERY]
    contact = {"name": EVERY[0], "email": EVERY[1], "phone": EVERY[2]}
    ask = "\n".join(EVERY)
    return {
        "case": {"number": 1001, "reason": EVERY[0], "ask": ask, "facts": facts, "tried": tried},
        "contact": contact,
    }


def test_the_trap_hears_a_chat_without_its_escape(staged: Staged) -> None:
    """With the policy of the page in force nothing runs, and with it away everything does."""
    with chat(staged, UNESCAPED) as page:
        page.goto(f"{staged.stage.address}/chat")
        page.wait_for_function("window.ran.length > 0", timeout=PATIENCE)
        ran = page.evaluate("window.ran")
        assert any("require-trusted-types-for" in each for each in ran)
        assert not any(each.startswith("alert") for each in ran)
    with chat(staged, UNESCAPED, bypass_csp=True) as page:
        # One that stays on the page: others lead it away before anybody could look.
        one = [wire(1, "<img src=x onerror=alert('ran')>")]
        answers(page, "**/messages?*", lambda told: {**told, "messages": one})
        page.goto(f"{staged.stage.address}/chat")
        page.wait_for_function("window.ran.includes('alert(ran)')", timeout=PATIENCE)


@pytest.mark.slow
def test_the_studio_shows_what_customers_asked_as_text(staged: Staged) -> None:
    with staged.stage.context(View(), "edda") as context:
        outside = strangers(context, staged.stage.address)
        page = context.new_page()
        page.goto(f"{staged.stage.address}/kb/")
        rooms = [each for each in links(page) if not re.search(r"\d|/sign-|/api/|/language", each)]
        assert {"/kb/gaps", "/kb/proposals", "/kb/examples"} <= set(rooms)
        for room in rooms:
            page.goto(f"{staged.stage.address}{room}")
            clean(page)
        page.goto(f"{staged.stage.address}/kb/gaps")
        gaps = [each for each in links(page) if re.fullmatch(r"/kb/gaps/\d+", each)]
        assert len(gaps) >= 3
        for gap in gaps[:8]:
            page.goto(f"{staged.stage.address}{gap}")
            clean(page)
        assert outside == []


def links(page: Page) -> list[str]:
    """Where its links lead inside the house, without what stands behind a question mark."""
    every = page.locator("a[href^='/']").evaluate_all("all => all.map((each) => each.getAttribute('href'))")
    return list(dict.fromkeys(re.split(r"[?#]", each)[0] for each in every))


@pytest.mark.slow
def test_the_trap_hears_a_studio_without_its_escape(staged: Staged) -> None:
    stage = Stage(staged.stage.browser, staged.stage.address, init_script=TRAP, bypass_csp=True)
    with stage.context(View(), "edda") as context:
        page = context.new_page()

        def unescaped(route: Route) -> None:
            answer = route.fetch()
            route.fulfill(response=answer, body=html.unescape(answer.text()))

        page.route("**/kb/gaps", unescaped)
        page.goto(f"{stage.address}/kb/gaps")
        assert page.evaluate(STRANGE) != []


def test_what_is_known_of_a_person_is_shown_as_text(staged: Staged) -> None:
    with staged.stage.context(View(), "ada") as context:
        page = context.new_page()
        for who in (staged.chat.conversation, "1001", *EVERY[::12]):
            page.goto(f"{staged.stage.address}/desk/admin/person?who={quote(who[:320], safe='')}")
            expect(page.locator("#who")).to_be_visible()
            clean(page)
        page.goto(f"{staged.stage.address}/desk/admin/person?who={staged.chat.conversation}")
        expect(page.locator(".row.pick")).to_have_count(1)
        page.locator("button.danger").click()
        clean(page)


def test_a_mail_is_text_in_readers_that_show_html(browser: Browser) -> None:
    with Stage(browser, "about:blank", init_script=TRAP).context(View()) as context:
        page = context.new_page()
        mail = as_html("\n\n".join(EVERY), "en")
        page.set_content(mail)
        assert page.evaluate("window.ran") == []
        kinds = page.locator("body *").evaluate_all(
            "all => [...new Set(all.map(({localName}) => localName))]"
        )
        assert set(kinds) <= {"p", "a", "br"}
        leads = page.locator("a").evaluate_all("links => links.map((each) => each.getAttribute('href'))")
        assert [each for each in leads if not re.match(r"https?://", each)] == []
        page.set_content(html.unescape(mail))
        assert page.evaluate("window.ran") != []


def test_there_are_enough_of_them() -> None:
    assert len(set(EVERY)) >= 150
    assert len(set(HOSTILE)) == len(HOSTILE)
