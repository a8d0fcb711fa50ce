"""Files both ways: what a customer sends reaches whoever can look into it, and an agent's reach them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, FilePayload, expect

from bot.conversation import Holder, Message
from bot.opening import House
from handoff.case import Case
from handoff.entry import Entry
from tests.driver import AtDesk, Customer, Driver
from tests.hostile_files import picture
from tests.scene import open_chat
from tests.screens import PATIENCE
from tests.server import Server
from tests.stage import Stage, View

LABEL = ("label.pdf", b"%PDF-1.7 a return label")


@pytest.fixture
def house(shared: House) -> Driver:
    return Driver(shared)


@pytest.fixture
def maya(house: Driver) -> Customer:
    return house.customer()


def sends(maya: Customer, text: str, *files: tuple[str, bytes], client_id: str = "f") -> tuple[Message, ...]:
    """Send files with a message, let the bot and the workers finish, and give what was heard after it."""
    house, conversation = maya.house, maya.conversation
    kept = [house.files.keep(conversation, name, content).id for name, content in files]
    house.chat.receive(conversation, client_id, text, None, house.files.chosen(conversation, kept))
    house.turns.now(conversation)
    house.workers.drain()
    return maya.hears()


def case_of(maya: Customer) -> Case:
    queue = maya.house.handoff.desk.queue("all", include_resolved=True)
    return max(
        (case for case in queue if case.conversation_id == maya.conversation), key=lambda case: case.number
    )


def said(maya: Customer) -> tuple[Entry, ...]:
    thread = maya.house.handoff.desk.thread(case_of(maya).number)
    return tuple(entry for entry in thread if entry.author == "customer")


def agent_sends(ines: AtDesk, case: Case, text: str, *files: tuple[str, bytes]) -> None:
    desk = ines.house.handoff.aids.files
    kept = [desk.keep(case, ines.agent, name, content).capability for name, content in files]
    ines.house.handoff.desk.reply(case.number, ines.agent, text, "r1", desk.refs(case.number, kept))
    ines.house.workers.drain()


def test_a_bot_that_gets_a_picture_alone_says_who_can_see_it_and_asks_what_it_is_about(
    maya: Customer,
) -> None:
    [told] = sends(maya, "", ("box.jpg", picture()))
    assert "can't look into pictures" in told.text and "a person can" in told.text
    assert [button.title for button in told.buttons] == ["Talk to a person"]
    assert maya.holder is Holder.BOT
    # What it is about is then understood as ever.
    assert any(message.source for message in maya.says("how long do i have to send something back?"))


def test_a_norwegian_customer_is_told_in_norwegian(house: Driver) -> None:
    [told] = sends(house.customer("nb"), "", ("eske.png", picture("PNG")))
    assert "et menneske kan" in told.text


def test_words_beside_a_file_are_answered_and_the_file_is_said_to_be_unseen_once(maya: Customer) -> None:
    wish = "how long do i have to send something back?"
    kept, *answer = sends(maya, wish, LABEL)
    assert any(message.source for message in answer) and "can't look into it" in kept.text
    again = sends(maya, wish, LABEL, client_id="g")
    assert all("can't look into it" not in message.text for message in again)


def test_what_was_not_understood_is_told_to_the_agent_though_a_file_came_with_it(maya: Customer) -> None:
    sends(maya, "glorp wibble fizz", LABEL)
    maya.says("let me speak to a person")
    summary = maya.house.handoff.desk.summary(case_of(maya).number)
    assert "glorp wibble fizz" in [turn.text for turn in summary.failed_turns]


def test_a_file_is_no_answer_to_what_a_form_asks(maya: Customer) -> None:
    maya.says("Where is my order?", "/order_status")
    sends(maya, "", ("order.png", picture("PNG")))
    tracker = maya.house.room.trackers.of(maya.house.store.get(maya.conversation))
    assert (tracker.slot("requested_slot"), tracker.slot("order_number")) == ("order_number", None)
    maya.says("NT-10428")
    tracker = maya.house.room.trackers.of(maya.house.store.get(maya.conversation))
    assert tracker.slot("order_number") == "NT-10428"


def test_what_was_sent_before_and_after_the_hand_over_is_in_the_case(maya: Customer) -> None:
    sends(maya, "the box came like this", ("box.jpg", picture()), ("bill.pdf", b"%PDF-1.7 bill"))
    maya.says("let me speak to a person")
    sends(maya, "", LABEL, client_id="g")
    house = maya.house
    assert [(entry.text, [file.name for file in entry.files]) for entry in said(maya)] == [
        ("the box came like this", ["box.jpg", "bill.pdf"]),
        ("let me speak to a person", []),
        ("", ["label.pdf"]),
    ]
    sent = [file for entry in said(maya) for file in entry.files]
    summary = house.handoff.desk.summary(case_of(maya).number)
    assert [each for line in summary.transcript for each in line.attachments] == [
        file.address for file in sent
    ]
    assert [file.picture for file in sent] == [True, False, False]
    for file in sent:
        found = house.files.sent(file.id)
        assert found is not None and found[0] == file


def test_a_waiting_customer_is_told_that_the_file_is_with_the_case(maya: Customer) -> None:
    maya.says("let me speak to a person")
    [told] = sends(maya, "", LABEL)
    assert told.author == "system" and "Added to your case" in told.text


def test_a_case_is_found_by_the_name_of_a_file(maya: Customer) -> None:
    sends(maya, "the box came like this", ("kvittering.pdf", b"%PDF-1.7"))
    maya.says("let me speak to a person")
    found = maya.house.handoff.aids.search.find("kvittering")
    assert [each.case.number for each in found.found] == [case_of(maya).number]


def test_an_agents_files_reach_the_customer_as_files_with_words_or_without(
    house: Driver, maya: Customer
) -> None:
    maya.says("let me speak to a person")
    ines, case = house.agent("Ines"), case_of(maya)
    ines.claims(case)
    maya.hears()
    agent_sends(ines, case, "Print this, please.", LABEL, ("where.png", picture("PNG")))
    [reply] = maya.hears()
    assert (reply.text, [file.name for file in reply.files]) == (
        "Print this, please.",
        ["label.pdf", "where.png"],
    )
    assert all(maya.house.handoff.aids.files.shared(file.id) for file in reply.files)


def test_who_holds_the_case_again_sees_the_agents_files_too(house: Driver, maya: Customer) -> None:
    maya.says("let me speak to a person")
    ines, case = house.agent("Ines"), case_of(maya)
    ines.claims(case)
    agent_sends(ines, case, "", LABEL)
    ines.returns(case)
    maya.says("a person again, please")
    stored = maya.house.handoff.store.escalation(case_of(maya).number)
    lines = stored["lines"]
    assert isinstance(lines, list)
    assert ["label.pdf"] in [[file["name"] for file in line["files"]] for line in lines]


def payload(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "", "buffer": content}


@pytest.mark.slow
@pytest.mark.browser
def test_customer_and_agent_see_each_others_files_in_their_browsers(browser: Browser, server: Server) -> None:
    stage = Stage(browser, server.address)
    with stage.context(View()) as mine, stage.context(View(), "ines") as hers:
        chat = open_chat(stage, mine.new_page())
        photo = picture("PNG", (640, 480)) + b"<script>alert(1)</script>"
        svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
        chat.page.locator("#file").set_input_files([payload("box.png", photo), payload("plan.svg", svg)])
        chat.asks("the box came like this")
        chat.wants_a_person()

        desk = stage.desk(hers.new_page())
        desk.opens_case(max(desk.numbers()))
        theirs = desk.page.locator(".entry.customer .files")
        shown = theirs.get_by_role("img", name="box.png")
        expect(shown).to_have_js_property("naturalWidth", 640, timeout=PATIENCE)
        with desk.page.expect_download() as saving:
            theirs.get_by_text("plan.svg.txt").click()
        assert saving.value.path().read_bytes() == svg
        desk.claims()
        desk.page.locator("#tab-reply").click()
        desk.page.locator(".composer [type=file]").set_input_files([payload(*LABEL)])
        expect(desk.page.locator(".composer-files .file-size")).not_to_have_text(
            "uploading…", timeout=PATIENCE
        )
        desk.page.locator("#box-reply").press("Control+Enter")

        sent = chat.heard.locator("a", has_text="label.pdf")
        expect(sent).to_be_visible(timeout=PATIENCE)
        with mine.pages[0].expect_download() as getting:
            sent.click()
        assert getting.value.suggested_filename == "label.pdf"
        assert getting.value.path().read_bytes() == LABEL[1]
        address = chat.page.locator(".customer a", has_text="plan.svg.txt").get_attribute("href")
        served = mine.request.get(f"{address}?inline=1")
        assert served.headers["content-disposition"].startswith("attachment")
