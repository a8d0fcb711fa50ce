"""What is said to customers on a platform: brought in order, once where the platform can tell, and never lost
in silence."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.conversation import Button, Source
from bot.deliveries import LEASE_WITHIN, MOST_FAILURES, RETRY_AT_MOST
from bot.errors import NotDeliveredError
from tests.contract.channels.room import HELP, Room
from tests.contract.channels.test_hearing import STRANGE
from tests.platforms import PUBLIC, FakePlatform

HAS_BUTTONS = ("telegram", "whatsapp", "slack", "chatwoot", "api")
SOURCE = Source("reset", "Reset your router", "/help/en/reset", "Reset › Hub", "2026-11-03", "en")
MANY = tuple(
    Button(f"A very long reply that no button holds, {number}", f"/r{number}") for number in range(12)
)


@pytest.fixture
def began(room: Room) -> Room:
    """Maya has written, so she can be answered."""
    room.hears("My hub is dead.")
    return room


def texts(platform: FakePlatform) -> list[str]:
    return [each.text for each in platform.shows()]


@pytest.mark.parametrize("text", ["Hold the button.", STRANGE, "One.\n\nTwo."])
def test_it_arrives_as_it_was_said(began: Room, platform: FakePlatform, text: str) -> None:
    began.says(text)
    began.works()
    began.works()
    assert texts(platform) == [text]


def test_twenty_things_arrive_in_their_order(began: Room, platform: FakePlatform) -> None:
    said = [f"line {number}." for number in range(20)]
    for text in said:
        began.says(text)
    began.works()
    assert texts(platform) == said


def test_replies_are_buttons_where_there_are_any_and_numbers_elsewhere(
    began: Room, platform: FakePlatform
) -> None:
    began.says("Hold the button.", question="Did this help?", buttons=HELP, source=SOURCE)
    began.works()
    [shown] = platform.shows()
    assert "Hold the button." in shown.text and "Did this help?" in shown.text
    assert f"{PUBLIC}/help/en/reset" in shown.text
    if began.name in HAS_BUTTONS:
        assert shown.buttons == ("Yes, thanks", "No")
    else:
        assert shown.text.endswith("1. Yes, thanks\n2. No")


def test_many_long_replies_are_all_there(began: Room, platform: FakePlatform) -> None:
    began.says("Which one?", buttons=MANY)
    began.works()
    shown = platform.shows()[-1]
    assert all(button.title in "\n".join((shown.text, *shown.buttons)) for button in MANY)


def test_a_long_reply_can_be_chosen(began: Room, platform: FakePlatform) -> None:
    began.says("Which one?", buttons=MANY[:7])
    began.works()
    began.takes(platform.taps(MANY[4].title, began.clock.now()))
    assert began.said()[-1].payload == "/r4"


def test_a_button_that_opens_a_page_has_its_address(began: Room, platform: FakePlatform) -> None:
    link = Button("Track it", "Track it", {"type": "web_url", "url": "https://post.example/7"})
    began.says("On its way.", buttons=(link, *HELP))
    began.works()
    [shown] = platform.shows()
    if began.name != "api":
        assert "https://post.example/7" in shown.text and "Track it" not in shown.buttons
    began.takes(platform.taps("No", began.clock.now()))
    assert began.said()[-1].payload == "/did_not_help"


def test_a_person_is_called_by_name(began: Room, platform: FakePlatform) -> None:
    began.says("I have it open.", author="agent", name="Ines")
    began.works()
    assert texts(platform) == ["Ines: I have it open."]


@pytest.mark.parametrize("text", ["word " * 3_000, "🦔" * 6_000, "One line.\n\n" * 900])
def test_a_long_message_arrives_whole(began: Room, platform: FakePlatform, text: str) -> None:
    began.says(text)
    began.works()
    assert "".join("".join(texts(platform)).split()) == "".join(text.split())


def test_what_shows_without_words_arrives(began: Room, platform: FakePlatform) -> None:
    began.says("", data={"image": "https://pictures.example/a.png"})
    began.works()
    if began.name != "api":
        assert texts(platform) == ["https://pictures.example/a.png"]


def test_while_nobody_is_there_it_waits_and_then_arrives_in_order(
    began: Room, platform: FakePlatform
) -> None:
    platform.door.down()
    said = ["One.", "Two.", "Three."]
    for text in said:
        began.says(text)
    for _ in range(4):
        began.waits(60)
    platform.door.up()
    began.waits(300)
    assert texts(platform) == said and began.reports() == ()


def test_a_platform_that_asks_for_time_is_given_it(began: Room, platform: FakePlatform) -> None:
    platform.door.refuse(1, 429, 40)
    began.says("One.")
    began.works()
    asked = len(platform.door.calls)
    began.says("Two.")
    began.waits(39)
    assert len(platform.door.calls) == asked and texts(platform) == []
    began.waits(2)
    assert texts(platform) == ["One.", "Two."]


@pytest.mark.parametrize("status", [500, 503])
def test_what_fails_there_is_tried_again(began: Room, platform: FakePlatform, status: int) -> None:
    platform.door.refuse(2, status)
    began.says("One.")
    began.works()
    for _ in range(3):
        began.waits(10)
    assert texts(platform) == ["One."]


def test_what_it_never_takes_is_told_to_the_desk_and_the_next_goes_on(
    began: Room, platform: FakePlatform
) -> None:
    platform.door.refuse(1, 413)
    began.says("Lost.")
    began.says("Found.")
    began.works()
    assert texts(platform) == ["Found."]
    [report] = began.reports()
    assert (report.what, report.text) == ("failed", "Lost.") and "413" in report.why


def test_what_is_given_up_is_told_to_the_desk(began: Room, platform: FakePlatform) -> None:
    platform.door.down()
    began.says("Lost.")
    for _ in range(MOST_FAILURES):
        began.works()
        began.clock.moves(RETRY_AT_MOST)
    assert "failed" in [report.what for report in began.reports()]


def test_after_a_kill_between_two_parts_only_the_rest_is_brought(began: Room, platform: FakePlatform) -> None:
    began.says("first " * 900 + "\n\n" + "second " * 900)
    whole = began.channel.render(began.store.messages(began.maya.id)[-1], platform.maya)
    if len(whole) == 1:
        pytest.xfail("an app of one's own gets a message in one piece")
    worker, carried = began.delivering(), []

    def dies(wire: dict[str, object], name: str) -> None:
        if carried:
            raise KeyboardInterrupt
        began.channel.carry(wire, name)  # type: ignore[attr-defined]
        carried.append(name)

    worker._carriers = {began.name: dies}
    with pytest.raises(KeyboardInterrupt):
        worker.work()
    began.clock.moves(LEASE_WITHIN + timedelta(seconds=1))
    began.works()
    assert len(platform.shows()) == len(whole)
    assert "".join("".join(texts(platform)).split()) == "first" * 900 + "second" * 900


def test_garbage_for_an_answer_is_no_success_and_does_not_repeat_for_ever(
    began: Room, platform: FakePlatform
) -> None:
    if began.name == "api":
        pytest.xfail("whatever an app of one's own answers with 2xx will do")
    platform.door.garbage("html")
    began.says("One.")
    began.works()
    assert texts(platform) == []
    platform.door.up()
    began.waits(10)
    assert texts(platform) == ["One."]


def test_no_error_repeats_a_secret(began: Room, platform: FakePlatform) -> None:
    platform.door.refuse(9, 403)
    began.says("One.")
    with pytest.raises(NotDeliveredError) as failed:
        message = began.store.messages(began.maya.id)[-1]
        began.channel.carry(began.channel.render(message, platform.maya)[0], "1-1")  # type: ignore[attr-defined]
    secrets = [str(value) for key, value in platform.settings.items() if "token" in key or "secret" in key]
    assert not any(secret in str(failed.value) for secret in secrets)


def test_what_is_lost_later_is_told_to_the_desk(began: Room, platform: FakePlatform) -> None:
    began.says("Hold the button.")
    began.works()
    number = began.store.messages(began.maya.id)[-1].number
    webhook = platform.loses(number, began.clock.now())
    if webhook is None:
        pytest.xfail(f"{began.name} never says so later")
    assert [began.takes(webhook).status_code < 300 for _ in range(2)] == [True, True]
    [report] = began.reports()
    assert (report.what, report.message, report.text) == ("failed", number, "Hold the button.")
