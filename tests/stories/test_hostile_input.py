"""Whatever people send, write or call things is shown as text, at the desk and to administrators."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from config.clock import SystemClock
from config.identity import open_identity
from handoff.aids.canned import Canned
from handoff.aids.labels import Label
from handoff.aids.macros import Known, LabelDeed, Macro, NoteDeed, ReplyDeed
from handoff.case import Case
from handoff.escalation import Customer, Escalation, Line, Promise, Reason, Site, Suggestion, Told, Tried
from handoff.file import FileRef
from handoff.opening import Handoff
from handoff.verbs.agent import Agent
from handoff.verbs.custom_fields import FieldDefinition
from tests.conftest import own_copy
from tests.furnishing import ADA, arranging, furnished
from tests.hostile import EVERY, HOSTILE, MORE, STRANGE, TRAP
from tests.screens import PASSWORD, PATIENCE, DeskScreen
from tests.server import serving
from tests.stage import Stage, View, staffed

pytestmark = pytest.mark.browser

LIV = Agent("liv@nettly.example", "Liv", frozenset({"agent", "supervisor"}))
INES = Agent("ines@nettly.example", "Ines", frozenset({"agent"}))

SOME = HOSTILE[::6]
"""Enough of them for what is made by hand and shown in lists: accounts, teams, macros."""

CASES = (*HOSTILE[::3], *MORE[::9])
"""Enough of them for what each has a case of its own for; `make test ALL=1` has one for every text."""

FIRST = 1001
COMING = ("<img src=x onerror=alert('ran')>", "</script><svg onload=alert('ran')>", "\u202e<plaintext>")
UNFOLD = "document.querySelectorAll('.file details').forEach((each) => (each.open = true))"
UNSEEN = re.compile("[\u202a-\u202e\u2066-\u2069]")
VIEWS = ("mine", "unassigned", "all", "breaching", "snoozed", "follow_ups", "mentions", "resolved")


@pytest.fixture(
    scope="module", params=[CASES, pytest.param(EVERY, marks=pytest.mark.slow)], ids=["some", "every"]
)
def texts(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """What is said in the cases, each in one of its own, from number 1001 on."""
    told: tuple[str, ...] = request.param
    return told


@pytest.fixture(scope="module")
def stage(
    browser: Browser, prepared: Path, texts: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    data = own_copy(prepared, tmp_path_factory.mktemp("hostile") / "data")
    furnished(staffed(data))
    with open(data / "teams.toml", "a", encoding="utf-8") as teams:
        for i, text in enumerate(SOME):
            teams.write(team(i, short(text, 60)))
    with closing(open_identity(data, SystemClock())) as identity:
        for i, text in enumerate(SOME):
            identity.add(f"agent{i}@nettly.example", short(text, 60), ("agent",), PASSWORD)
    with arranging(data) as handoff:
        arranged(handoff)
        for i, text in enumerate(texts):
            told(handoff, i, text.replace("\0", ""))  # which no message that is taken in has
    with serving(data) as server:
        yield Stage(browser, server.address, init_script=TRAP)


def short(text: str, most: int) -> str:
    """What of it fits into a field on one line."""
    return " ".join(text.split())[:most].strip()


def team(i: int, title: str) -> str:
    return (
        f"[teams.hostile{i}]\ntitle = {{ en = {json.dumps(title)}, nb = {json.dumps(title)} }}\n"
        'skills = []\nreasons = []\nintents = []\nwords = []\nhours = "office"\n'
    )


def arranged(handoff: Handoff) -> None:
    """What administrators write: canned responses, macros, labels and fields."""
    for i, text in enumerate(SOME):
        line, label = short(text, 100), short(text, 30).replace(",", ";") or "empty"
        handoff.aids.labels.save(Label(f"{label} {i}", "red"), ADA)
        handoff.aids.canned.save(Canned(0, f"x{i}", line, {"en": text, "nb": text}), ADA, teams=())
        deeds = (ReplyDeed({"en": text}), NoteDeed(text), LabelDeed(add=(f"{label} {i}",)))
        known = Known((), tuple(each.name for each in handoff.aids.labels.all()))
        handoff.aids.macros.save(Macro(0, f"{short(text, 60)} {i}", deeds), ADA, known)
        handoff.fields.save(FieldDefinition(f"hostile_{i}", "choice", {"en": line}, (line, "b")), ADA)


def told(handoff: Handoff, i: int, text: str) -> None:
    """A case in which everybody says the same, and everything is called so."""
    now, desk = SystemClock().now(), handoff.desk
    handoff.seats.sit_down(LIV.email, LIV.name)
    file = FileRef("f" * 43, text[:100], "image/png", 5)
    said = (Line(1, "bot", text[:8000], now), Line(2, "customer", text[:8000], now, files=(file,)))
    site = Site(text[:2000], short(text, 200), short(text, 100))
    case = handoff.intake.open(
        Escalation(
            conversation_id=f"hostile{i}",
            episode=1,
            channel="web",
            page=text[:2000],
            started_at=now,
            escalated_at=now,
            customer=Customer(f"visitor{i}", short(text, 200), short(text, 200), i % 2 == 0, "en", site=site),
            reason=Reason.ASKED_FOR_PERSON,
            because=short(text, 300),
            trigger=(2,),
            decided_by="rule",
            language="en",
            lines=said,
            tried=(Tried(f"article{i}", 1, short(text, 200), 0.5, (1, 2), "rejected"),),
            suggested=(Suggestion(f"article{i}", short(text, 200), short(text, 60)),),
            promises=(Promise(text[:300], (1,), now),),
            told=(Told("product", short(text, 100), 2, True, instead_of=short(text, 90)),),
        )
    )
    handoff.intake.contact(case.handoff_id, short(text, 200), short(text, 200), text[:1000], short(text, 40))
    handoff.intake.rated(case.handoff_id, "bot", 1, 1, text[:1000])
    number = case.number
    desk.claim(number, LIV)
    carried(handoff, case, text)
    desk.set_priority(number, LIV, "high", short(text, 250))
    desk.label(number, LIV, [short(text, 30).replace(",", ";")])
    desk.set_fields(number, LIV, {"hostile_0": short(SOME[0], 100)})
    desk.follow_up(number, LIV, now + timedelta(days=1), short(text, 450), "call_back", "+47 912 34 567")
    if i % 3 == 0:
        desk.hand_over(number, LIV, text[:1900], to_team="hostile1")
    if i % 3 == 1:
        desk.resolve(number, LIV, "solved", short(text, 250))


def carried(handoff: Handoff, case: Case, text: str) -> None:
    """A note that calls a colleague and a reply, each with a file."""
    for say in (handoff.desk.note, handoff.desk.reply):
        file = handoff.aids.files.keep(case, LIV, text[:200], b"plain words")
        files = handoff.aids.files.refs(case.number, [file.capability])
        # No reply leaves with a variable that nobody has filled.
        words = f"@Liv {text}"[:8000] if say is handoff.desk.note else text[:8000].replace("{{", "{")
        say(case.number, LIV, words, f"{say.__name__}{case.number}", files)


@pytest.fixture
def liv(stage: Stage) -> Iterator[DeskScreen]:
    with stage.context(View(), "liv") as context:
        page = context.new_page()
        strangers = watched(page, stage.address)
        yield stage.desk(page)
        assert strangers == []


def watched(page: Page, address: str) -> list[str]:
    """Where the page has asked for something outside the house."""
    strangers: list[str] = []

    def asked(request: Request) -> None:
        if not request.url.startswith((address, "data:image/svg+xml")):
            strangers.append(request.url)

    page.on("request", asked)
    return strangers


def clean(page: Page) -> None:
    """Nothing has run, and nothing stands in the page that is not the page's own."""
    assert page.evaluate(STRANGE) == []


def test_the_trap_hears(liv: DeskScreen) -> None:
    liv.page.evaluate("alert('heard')")
    assert liv.page.evaluate(STRANGE) == ["alert(heard)"]
    liv.page.evaluate("document.body.insertAdjacentElement('beforeend', document.createElement('iframe'))")
    assert len(liv.page.evaluate(STRANGE)) > 1


def test_every_case_is_shown_as_it_was_written(liv: DeskScreen, texts: tuple[str, ...]) -> None:
    numbers = range(FIRST, FIRST + len(texts))
    over = [number for number in numbers if (number - FIRST) % 3 == 1]
    for view, there in (("resolved", over), ("all", [each for each in numbers if each not in over])):
        liv.looks_at(view)
        expect(liv.rows).to_have_count(len(there), timeout=PATIENCE)
        for number in there:
            liv.opens_case(number)
            liv.page.evaluate(UNFOLD)
            clean(liv.page)
            shown = liv.page.locator(".entry.customer .bubble").first.inner_text()
            sent = texts[number - FIRST].replace("\0", "")
            assert words(shown) == words(UNSEEN.sub(named, sent[:8000])), sent[:80]


def named(unseen: re.Match[str]) -> str:
    return f"U+{ord(unseen[0]):04X}"


def words(text: str) -> str:
    """Without the blanks between lines, which a page draws in its own way."""
    return "".join(text.split())


def test_every_view_of_the_queue_holds_only_text(liv: DeskScreen) -> None:
    page = liv.page
    for view in VIEWS:
        liv.looks_at(view)
        expect(page.locator(".rows a, .items li, .empty:not([hidden])").first).to_be_visible(timeout=PATIENCE)
        clean(page)
    for asked in ("script", "alert('ran')", "<img src=x>", "\u202e"):
        page.locator("#words").fill(asked)
        page.locator("#words").press("Enter")
        expect(page.locator(".found-head strong")).to_be_visible(timeout=PATIENCE)
        clean(page)


def test_every_dialog_holds_only_text(liv: DeskScreen) -> None:
    page = held(liv)
    for key, name in (("h", "hand-over"), ("m", "snooze"), ("t", "labels"), ("u", "follow-up")):
        page.keyboard.press(f"Alt+{key}")
        liv.asked(name)
        closed(page)
    for verb in ("Escalate to the lead", "Priority", "Assign to a colleague", "Block the customer"):
        liv.commands(verb)
        expect(page.locator("dialog[open]:not(#picker)")).to_be_visible(timeout=PATIENCE)
        closed(page)
    page.locator(".part-customer").get_by_role("button", name="Fields").click()
    liv.asked("fields")
    closed(page)
    for key, asked in (
        ("Alt+r", "alert"),
        ("Control+k", "script"),
        ("Alt+a", "<img src=x>"),
    ):
        page.keyboard.press(key)
        page.locator("#picker input").fill(asked)
        expect(page.locator("#picker .picker-item").first).to_be_visible(timeout=PATIENCE)
        closed(page)


def test_what_is_offered_while_writing_holds_only_text(liv: DeskScreen) -> None:
    page = held(liv)
    page.locator("#box-reply").press_sequentially("/x")
    expect(page.locator("#offers-reply")).to_be_visible(timeout=PATIENCE)
    for _ in SOME:
        page.keyboard.press("ArrowDown")
        clean(page)
    page.keyboard.press("Enter")
    page.locator("#tab-note").click()
    page.locator("#box-note").press_sequentially("@")
    expect(page.locator("#offers-note")).to_be_visible(timeout=PATIENCE)
    clean(page)


def test_what_comes_in_while_an_agent_looks_is_only_text(liv: DeskScreen, stage: Stage) -> None:
    page = liv.page
    liv.looks_at("unassigned")
    for number, text in enumerate(COMING):
        before = liv.rows.count()
        comes(page, stage.address, f"live{number}", f"{text} I want to talk to a person")
        expect(liv.rows).not_to_have_count(before, timeout=PATIENCE)
        clean(page)


def comes(page: Page, address: str, client_id: str, text: str) -> None:
    """Somebody new says something in the chat."""
    chats = f"{address}/chat/api/conversations"
    begun = page.request.post(chats, data={"language": "en"}).json()
    token = {"Authorization": f"Bearer {begun['token']}"}
    said = {"client_id": client_id, "text": text}
    answer = page.request.post(f"{chats}/{begun['conversation_id']}/messages", data=said, headers=token)
    assert answer.status == 202, answer.text()


def held(desk: DeskScreen) -> Page:
    """The first case that this agent holds, open."""
    desk.looks_at("mine")
    desk.rows.first.click()
    expect(desk.page.locator(".part-reason")).to_be_attached(timeout=PATIENCE)
    return desk.page


def closed(page: Page) -> None:
    """Nothing strange is in the dialog, and Escape leaves it."""
    clean(page)
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)


@pytest.mark.slow
def test_every_screen_of_an_administrator_holds_only_text(stage: Stage) -> None:
    with stage.context(View(), "ada") as context:
        page = context.new_page()
        strangers = watched(page, stage.address)
        page.goto(f"{stage.address}/desk/admin/")
        clean(page)
        screens = links(page, re.compile(r"/desk/admin/[a-z]+$"))
        assert {"staff", "teams", "canned", "macros", "labels"} <= {
            each.rpartition("/")[2] for each in screens
        }
        for screen in screens:
            page.goto(f"{stage.address}{screen}")
            clean(page)
            for form in [each for each in links(page, re.compile(r"/(edit|remove)/")) if ours(each)][:12]:
                page.goto(f"{stage.address}{form}")
                clean(page)
        assert strangers == []


def links(page: Page, wanted: re.Pattern[str]) -> list[str]:
    every = page.locator("a[href]").evaluate_all("links => links.map((each) => each.getAttribute('href'))")
    return list(dict.fromkeys(each for each in every if wanted.search(each.partition("?")[0])))


def ours(address: str) -> bool:
    """Whether a form is of something that is called as the hostile are, and not one of the house's own."""
    return bool(re.search(r"hostile|agent\d|/\d+$|%", address))
