"""A day at the desk in real browsers: two agents, their lead and three customers, all of them at once.

Maya's order lacks a part, Ola's hub is dead, Kim wants to know what an engraving costs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import own_copy
from tests.furnishing import furnished
from tests.scene import open_chat
from tests.screens import PATIENCE, ChatScreen, DeskScreen
from tests.server import serving
from tests.stage import Stage, View, staffed

pytestmark = pytest.mark.browser

LACKING = "my order NT-10427 came without the power supply, let me talk to a person"
DEAD = "Hub 3 lyser rødt og jeg har ikke nett. kan jeg få snakke med et menneske?"
ENGRAVING = "what does an engraving on a doorbell cost? let me talk to a person please"
RETURNS = "how long do I have to return something"

NUMBERS = {"Maya": 1001, "Ola": 1002, "Kim": 1003}

CLICK_AT = """
([moment, name]) => {
  const buttons = [...document.querySelectorAll(".case-actions button")];
  const button = buttons.find((each) => each.textContent === name);
  setTimeout(() => button.click(), moment - Date.now());
}
"""
"""Click a button of the open case at a moment, in milliseconds since 1970."""


@dataclass
class Day:
    """Who is there: three customers in their chats, and three of the staff at their desks."""

    stage: Stage
    maya: ChatScreen
    ola: ChatScreen
    kim: ChatScreen
    ines: DeskScreen
    omar: DeskScreen
    liv: DeskScreen


@pytest.fixture(scope="module")
def stage(browser: Browser, prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    data = own_copy(prepared, tmp_path_factory.mktemp("day") / "data")
    with serving(furnished(staffed(data))) as server:
        yield Stage(browser, server.address)


@pytest.fixture
def day(stage: Stage) -> Iterator[Day]:
    with ExitStack() as closing:

        def page(language: str = "en", who: str | None = None) -> Page:
            view = View(language="nb" if language == "nb" else "en")
            return closing.enter_context(stage.context(view, who)).new_page()

        chats = [open_chat(stage, page(language)) for language in ("en", "nb", "en")]
        desks = [stage.desk(page(who=name)) for name in ("ines", "omar", "liv")]
        yield Day(stage, *chats, *desks)


def test_a_day_at_the_desk(day: Day) -> None:
    agents_come_online_and_cases_come_to_them(day)
    two_claim_at_once_and_one_has_it(day)
    an_answer_begins_with_what_is_at_hand(day)
    a_colleague_is_called_and_takes_over(day)
    the_lead_is_brought_in(day)
    a_case_sleeps_until_its_customer_writes(day)
    a_call_back_is_kept_in_sight(day)
    cases_end_each_in_its_own_way(day)
    what_is_over_is_found_and_opened_again(day)


def agents_come_online_and_cases_come_to_them(day: Day) -> None:
    # Nobody is online yet: Maya waits, and everybody sees her.
    day.maya.says(LACKING)
    expect(day.maya.page.locator("#card")).to_contain_text("You are in line for a person", timeout=PATIENCE)
    for desk in (day.ines, day.omar, day.liv):
        expect(desk.row(NUMBERS["Maya"])).to_be_visible(timeout=PATIENCE)

    # Ines comes online, and Maya is hers without anybody's doing.
    day.ines.is_now("Online")
    day.maya.hears("Ines has joined the conversation.")
    expect(day.maya.page.locator("#name")).to_have_text("Ines")
    day.ines.is_told("is yours now")
    expect(day.omar.row(NUMBERS["Maya"])).to_contain_text("Ines", timeout=PATIENCE)

    # Omar comes online too; the next one goes to him, who has nothing to do.
    day.omar.is_now("Online")
    day.ola.says(DEAD)
    day.ola.hears("Omar har blitt med i samtalen")
    day.omar.is_told("is yours now")
    expect(day.ines.page.locator("#chats li")).to_have_count(1)


def two_claim_at_once_and_one_has_it(day: Day) -> None:
    # Both have enough to do for now, so Kim's case is there for whoever wants it.
    for desk in (day.ines, day.omar):
        desk.is_now("Busy")
        desk.looks_at("unassigned")
    day.kim.says(ENGRAVING)
    for desk in (day.ines, day.omar):
        desk.opens_case(NUMBERS["Kim"])
    moment = day.ines.page.evaluate("Date.now() + 1500")
    for desk in (day.ines, day.omar):
        desk.page.evaluate(CLICK_AT, [moment, "Claim"])
    day.kim.hears("has joined the conversation.")
    winner, loser = (day.ines, day.omar) if "Ines" in day.kim.everything()[-1] else (day.omar, day.ines)
    name = "Ines" if winner is day.ines else "Omar"
    expect(winner.action("Resolve")).to_be_visible(timeout=PATIENCE)
    loser.is_told(name)
    expect(loser.page.locator(".case-actions")).to_contain_text(f"{name} has this case", timeout=PATIENCE)
    expect(loser.page.locator("#box-reply")).to_be_disabled()
    winner.replies("Engraving is free of charge.")
    day.kim.hears("Engraving is free of charge.")
    expect(loser.entries.filter(has_text="Engraving is free")).to_have_count(1, timeout=PATIENCE)


def an_answer_begins_with_what_is_at_hand(day: Day) -> None:
    # Ines types `/`, and the canned response comes with Maya's order and her own name in it.
    day.ines.looks_at("mine")
    day.ines.opens_case(NUMBERS["Maya"])
    box = day.ines.page.locator("#box-reply")
    box.press_sequentially("/hel")
    expect(day.ines.page.locator("#offers-reply")).to_contain_text("Say hello", timeout=PATIENCE)
    box.press("Enter")
    hello = "Hello, this is Ines. I have order NT-10427 open in front of me."
    expect(box).to_have_value(hello)
    box.press("Control+Enter")
    day.maya.hears(hello)

    # The same one is in Bokmål for Ola, because he writes it.
    day.omar.looks_at("mine")
    day.omar.opens_case(NUMBERS["Ola"])
    day.omar.page.locator("#box-reply").press_sequentially("/hello")
    expect(day.omar.page.locator("#offers-reply")).to_contain_text("Say hello", timeout=PATIENCE)
    day.omar.page.locator("#box-reply").press("Enter")
    day.omar.page.locator("#box-reply").press("Control+Enter")
    day.ola.hears(f"Hei, dette er Omar. Jeg ser på saken {NUMBERS['Ola']} nå.")

    # An article is found and put in with one key; Maya gets its title as a link.
    day.ines.page.keyboard.press("Alt+a")
    search = day.ines.page.locator("#picker input")
    search.fill(RETURNS)
    expect(day.ines.page.locator("#picker [aria-selected=true]")).to_contain_text("Return", timeout=PATIENCE)
    search.press("Enter")
    expect(box).to_have_value(re.compile(r"\[.*\]\(/help/en/return-something\)"))
    box.press("Control+Enter")
    link = day.maya.page.locator(".agent .bubble a")
    expect(link).to_have_attribute("href", re.compile("/help/en/return-something$"), timeout=PATIENCE)

    # She asks for what Maya has told already: it is stopped once, kindly, and Maya never sees it.
    day.ines.writes("Could you tell me your order number?")
    box.press("Control+Enter")
    gate = day.ines.page.locator(".gate")
    expect(gate).to_contain_text("You have this already: order NT-10427", timeout=PATIENCE)
    gate.get_by_role("button", name="Insert it").click()
    expect(box).to_have_value(re.compile("NT-10427"))
    day.ines.replies("I am looking for the power supply of NT-10427 now.")
    day.maya.hears("I am looking for the power supply of NT-10427 now.")
    assert not any("Could you tell me" in text for text in day.maya.everything())


def a_colleague_is_called_and_takes_over(day: Day) -> None:
    # A note with a name in it reaches Omar at once, and Maya never.
    day.ines.page.locator("#tab-note").click()
    note = day.ines.page.locator("#box-note")
    note.press_sequentially("@om")
    expect(day.ines.page.locator("#offers-note")).to_contain_text("Omar", timeout=PATIENCE)
    note.press("Enter")
    note.press_sequentially("are there power supplies left?")
    note.press("Control+Enter")
    day.omar.is_told(f"Ines mentioned you in #{NUMBERS['Maya']}.")
    day.omar.looks_at("mentions")
    expect(day.omar.page.locator(".mention-row")).to_contain_text("power supplies left", timeout=PATIENCE)
    day.omar.page.locator(".mention-row a").click()
    expect(day.omar.page.locator(".entry.note .mention")).to_have_text("@Omar", timeout=PATIENCE)

    # He can, so she hands Maya over to him, with what is done and what is left.
    day.ines.page.keyboard.press("Alt+h")
    dialog = day.ines.asked("hand-over")
    dialog.get_by_role("radio", name="Omar").check()
    dialog.locator("[name=note]").fill("Greeted and found. Still to do: send the power supply.")
    day.ines.answers(dialog, "Hand over")
    day.maya.hears("Omar takes over now")
    expect(day.maya.page.locator("#name")).to_have_text("Omar")
    expect(day.omar.action("Resolve")).to_be_visible(timeout=PATIENCE)
    expect(day.omar.entries.filter(has_text="Still to do: send the power supply")).to_have_count(1)
    expect(day.ines.page.locator(".case-actions")).to_contain_text("Omar has this case", timeout=PATIENCE)


def the_lead_is_brought_in(day: Day) -> None:
    # Omar may not give away a second power supply: problem and steps are written down, and Liv has the case.
    day.omar.commands("Escalate to the lead")
    dialog = day.omar.asked("escalate")
    expect(dialog.locator("[name=problem]")).to_have_value(re.compile("without the power supply"))
    dialog.locator("[name=problem]").fill("NT-10427 came without its power supply, twice now.")
    dialog.locator("[name=steps]").fill("One was sent on Monday; it came back.")
    dialog.locator("[name=lead]").select_option("liv@nettly.example")
    day.omar.answers(dialog, "Escalate")
    day.liv.is_told("is yours now")
    day.maya.hears("Liv takes over now")
    day.liv.looks_at("mine")
    day.liv.opens_case(NUMBERS["Maya"])
    expect(day.liv.entries.filter(has_text="twice now")).to_have_count(1)
    expect(day.liv.entries.filter(has_text="One was sent on Monday")).to_have_count(1)

    # Both go on in notes; only Liv writes to Maya.
    expect(day.omar.page.locator(".case-actions")).to_contain_text("Liv has this case", timeout=PATIENCE)
    expect(day.omar.page.locator("#box-reply")).to_be_disabled()
    day.omar.notes("The warehouse has eleven left.")
    expect(day.liv.entries.filter(has_text="eleven left")).to_have_count(1, timeout=PATIENCE)
    day.liv.notes("Then she gets one by courier.")
    expect(day.omar.entries.filter(has_text="by courier")).to_have_count(1, timeout=PATIENCE)
    day.liv.replies("A courier brings it tonight. Tell me when it is there.")
    day.maya.hears("A courier brings it tonight.")
    for inside in ("power supplies left", "twice now", "eleven left", "Then she gets one", "Still to do"):
        assert not any(inside in text for text in day.maya.everything())


def a_case_sleeps_until_its_customer_writes(day: Day) -> None:
    day.liv.page.keyboard.press("Alt+m")
    dialog = day.liv.asked("snooze")
    dialog.get_by_role("radio", name=re.compile("Until the customer writes")).check()
    day.liv.answers(dialog, "Snooze")
    expect(day.liv.page.locator(".case-chips")).to_contain_text("snoozed until a reply", timeout=PATIENCE)
    expect(day.liv.page.locator("#chats li")).to_have_count(0)
    before = day.maya.everything()
    day.maya.says("It is here, and it works. Thank you!")
    expect(day.liv.entries.filter(has_text="and it works")).to_have_count(1, timeout=PATIENCE)
    expect(day.liv.page.locator(".case-chips")).not_to_contain_text("snoozed", timeout=PATIENCE)
    expect(day.liv.page.locator("#chats li")).to_have_count(1)
    assert day.maya.everything()[: len(before)] == before


def a_call_back_is_kept_in_sight(day: Day) -> None:
    day.omar.looks_at("mine")
    day.omar.opens_case(NUMBERS["Ola"])
    day.omar.page.keyboard.press("Alt+u")
    dialog = day.omar.asked("follow-up")
    dialog.locator("[name=phone]").fill("+47 912 34 567")
    dialog.locator("[name=text]").fill("Is the hub still online?")
    day.omar.answers(dialog, "Keep it")
    expect(day.omar.page.locator(".part-following")).to_contain_text("+47 912 34 567", timeout=PATIENCE)
    day.omar.resolves("Sent a new hub")
    day.ola.hears("Omar har markert saken som løst.")
    day.omar.looks_at("follow_ups")
    kept = day.omar.page.locator(".items .follow-up")
    expect(kept).to_contain_text("Is the hub still online?", timeout=PATIENCE)
    kept.get_by_role("button", name="Done").click()
    expect(kept).to_have_count(0, timeout=PATIENCE)


def cases_end_each_in_its_own_way(day: Day) -> None:
    # Liv has what Maya wanted; the outcome and one line stay with the case.
    day.liv.resolves("Courier brought a power supply")
    day.maya.hears("Liv marked this as resolved.")
    expect(day.maya.page.locator("#line")).to_contain_text("Assistant", timeout=PATIENCE)
    expect(day.liv.page.locator(".case-actions")).to_contain_text("Resolved", timeout=PATIENCE)

    # Kim goes back to the bot, which knows what was done and does not begin the old request again.
    holder = day.ines if day.ines.page.locator("#chats li").count() else day.omar
    holder.looks_at("mine")
    holder.opens_case(NUMBERS["Kim"])
    holder.commands("Return to bot")
    holder.answers(holder.asked("return"), "Return to the bot")
    day.kim.hears("The assistant, a bot, is back.")
    day.kim.asks("thanks")
    expect(day.kim.page.locator("#line")).to_contain_text("Assistant")
    expect(day.kim.page.locator("#card .card")).to_have_count(0)
    day.kim.asks(RETURNS)
    expect(day.kim.answers.last).to_contain_text("60 days")
    expect(day.liv.page.locator("[data-view=unassigned] .count")).to_have_text(re.compile("^0?$"))


def what_is_over_is_found_and_opened_again(day: Day) -> None:
    day.liv.page.locator("#words").fill("courier tonight")
    day.liv.page.locator("#words").press("Enter")
    found = day.liv.page.locator(".found-list li")
    expect(found).to_have_count(1, timeout=PATIENCE)
    expect(found.locator("mark").first).to_be_visible()
    found.locator("a").click()
    expect(day.liv.page.locator(".case-number")).to_have_text(f"#{NUMBERS['Maya']}", timeout=PATIENCE)
    day.liv.commands("Reopen")
    dialog = day.liv.asked("reopen")
    dialog.locator("[name=note]").fill("The invoice shows the wrong amount.")
    day.liv.answers(dialog, "Reopen")
    day.maya.hears("Liv has opened your case again and is here now.")
    expect(day.liv.action("Resolve")).to_be_visible(timeout=PATIENCE)
    day.liv.replies("Your invoice is corrected.")
    day.maya.hears("Your invoice is corrected.")
