"""Customers write in Chatwoot: our assistant answers, Chatwoot's people take over, and give it back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bot.app import customers_app
from bot.chatwoot import AgentBot
from bot.conversation import Conversation, Holder
from bot.dialogue.assistant import Assistant
from bot.opening import House, open_house
from config.pages import Brand
from config.settings import load_settings
from handoff.case import Case, CaseStatus
from tests.driver import Driver
from tests.fakes import FakeClock, FirstChoice
from tests.furnishing import never_closed
from tests.peers import Webhook
from tests.platforms.chatwoot import ACCOUNT, POLL_TOKEN, SECRET, TOKEN, ChatwootPlatform


class InChatwoot:
    """Maya in the widget, Ines in Chatwoot's dashboard, and our house behind."""

    def __init__(self, house: House, chatwoot: ChatwootPlatform, client: FlaskClient) -> None:
        self.house, self.chatwoot, self._client = house, chatwoot, client
        assert isinstance(house.clock, FakeClock)
        self.clock = house.clock

    def writes(self, text: str) -> None:
        self.tells(self.chatwoot.says(text, self.clock.now()))

    def answers(self, text: str, *, private: bool = False) -> Webhook:
        told = self.chatwoot.answers(text, "Ines", self.clock.now(), private=private)
        self.tells(told)
        return told

    def becomes(self, status: str) -> None:
        self.tells(self.chatwoot.becomes(status, self.clock.now()))

    def tells(self, webhook: Webhook) -> None:
        """Chatwoot's webhook comes, and the house works it off."""
        path, headers = "/channels/chatwoot", dict(webhook.headers)
        assert self._client.post(path, headers=headers, data=webhook.body).status_code == 200
        self.goes_on()

    def goes_on(self) -> None:
        for conversation in self.house.store.unhandled():
            self.house.turns.now(conversation)
        self.house.workers.drain()

    @property
    def agent_bot(self) -> AgentBot:
        assert self.house.agent_bot is not None
        return self.house.agent_bot

    def looks(self) -> None:
        """Chatwoot is asked, as it is every minute."""
        self.agent_bot.look()
        self.goes_on()

    @property
    def conversation(self) -> Conversation:
        found = self.house.chat.find("chatwoot", self.chatwoot.maya)
        assert found is not None
        return found

    @property
    def case(self) -> Case:
        found = self.house.handoff.intake.open_case(self.conversation.id)
        assert found is not None
        return found

    def thread(self, number: int) -> list[tuple[str, str]]:
        """What agents said in a case."""
        thread = self.house.handoff.desk.thread(number)
        return [(each.kind, each.text) for each in thread if each.kind in ("reply", "note")]

    def shown(self) -> str:
        """All that Maya reads in the widget of what we posted."""
        return "\n".join(each.text for each in self.chatwoot.shows())


@pytest.fixture
def maya(data: Path, shipped: Assistant) -> Iterator[InChatwoot]:
    chatwoot = ChatwootPlatform()
    (never_closed(data) / "firstline.toml").write_text(
        '[bot]\nchannels = [".web", ".chatwoot"]\n[bridge]\nprivate_networks = ["127.0.0.0/8"]\n'
        f'[channels.chatwoot]\nurl = "{chatwoot.door.url}"\naccount = {ACCOUNT}\n'
        f'token = "{TOKEN}"\nsecret = "{SECRET}"\nteam = 2\npoll_token = "{POLL_TOKEN}"\n'
    )
    house = open_house(load_settings(data, {}), clock=FakeClock(), rng=FirstChoice(), base=shipped)
    yield InChatwoot(house, chatwoot, customers_app(house, Brand.load()).test_client())
    house.close()
    chatwoot.close()


@pytest.fixture
def handed_over(maya: InChatwoot) -> InChatwoot:
    maya.writes("My router is dead. I want to talk to a person.")
    return maya


def test_the_assistant_answers_while_the_conversation_is_pending(maya: InChatwoot) -> None:
    maya.writes("How long do I have to return something?")
    assert "60 days" in maya.shown() and maya.chatwoot.status == "pending"
    maya.tells(maya.chatwoot.taps("Yes, it did", maya.clock.now()))
    assert [each.right for each in maya.house.kb.learning.outcomes.logged()] == [True]


def test_handing_over_opens_it_with_a_note_that_only_people_read(handed_over: InChatwoot) -> None:
    chatwoot, case = handed_over.chatwoot, handed_over.case
    assert (chatwoot.status, chatwoot.team, chatwoot.priority) == ("open", 2, "medium")
    [note] = [each for each in chatwoot.posts if each["private"]]
    assert f"#{case.number}" in note["content"] and "router" in note["content"].lower()
    assert note["content"] not in handed_over.shown()
    assert (case.agent_name, handed_over.conversation.holder) == ("Chatwoot", Holder.AGENT)


def test_what_people_say_there_is_in_our_record_and_not_said_again(handed_over: InChatwoot) -> None:
    number, before = handed_over.case.number, len(handed_over.chatwoot.posts)
    reply = handed_over.answers("Is the lamp red?")
    handed_over.tells(reply)
    handed_over.answers("She is angry.", private=True)
    handed_over.writes("Yes, red.")
    assert handed_over.thread(number) == [("reply", "Is the lamp red?"), ("note", "She is angry.")]
    lines = [each.text for each in handed_over.house.handoff.desk.thread(number) if each.kind == "line"]
    assert lines[-1] == "Yes, red." and len(handed_over.chatwoot.posts) == before


def test_resolved_there_it_is_the_assistants_again(handed_over: InChatwoot) -> None:
    number = handed_over.case.number
    handed_over.becomes("resolved")
    assert handed_over.house.handoff.desk.case(number).status is CaseStatus.RESOLVED
    assert handed_over.conversation.holder is Holder.BOT
    handed_over.becomes("pending")
    handed_over.writes("How long do I have to return something?")
    assert "60 days" in handed_over.shown()


def test_a_word_of_it_that_was_lost_shows_with_the_next_message(handed_over: InChatwoot) -> None:
    handed_over.chatwoot.status = "pending"
    handed_over.writes("How long do I have to return something?")
    assert handed_over.conversation.holder is Holder.BOT and "60 days" in handed_over.shown()


def test_where_somebody_took_it_by_hand_the_assistant_is_silent(maya: InChatwoot) -> None:
    maya.chatwoot.status = "open"
    maya.writes("How long do I have to return something?")
    maya.answers("Sixty days.")
    assert maya.chatwoot.posts == [] and maya.house.chat.find("chatwoot", maya.chatwoot.maya) is None


def test_while_chatwoot_is_away_our_own_desk_has_the_case(maya: InChatwoot) -> None:
    maya.writes("hello")
    webhook = maya.chatwoot.says("I want to talk to a person", maya.clock.now())
    maya.chatwoot.door.down()
    maya.tells(webhook)
    ines = Driver(maya.house).agent("Ines")
    [case] = ines.queue()
    maya.chatwoot.door.up()
    ines.claims(case)
    ines.replies(case, "Here I am, from our own desk.")
    maya.clock.moves(timedelta(minutes=6))
    maya.goes_on()
    assert "Ines: Here I am, from our own desk." in maya.shown() and maya.chatwoot.status == "pending"


def test_back_again_it_gets_the_case_that_nobody_took(maya: InChatwoot) -> None:
    maya.writes("hello")
    webhook = maya.chatwoot.says("I want to talk to a person", maya.clock.now())
    maya.chatwoot.door.down()
    maya.tells(webhook)
    maya.chatwoot.door.up()
    maya.clock.moves(timedelta(minutes=1))
    maya.goes_on()
    assert maya.chatwoot.status == "open" and maya.case.agent_name == "Chatwoot"


def test_what_a_webhook_has_lost_is_found_and_what_it_told_is_taken_once(maya: InChatwoot) -> None:
    maya.chatwoot.says("How long do I have to return something?", maya.clock.now())
    maya.looks()
    assert "60 days" in maya.shown()
    before = maya.conversation.last
    maya.looks()
    assert maya.conversation.last == before
    maya.chatwoot.says("I want to talk to a person.", maya.clock.now())
    maya.looks()
    number, before = maya.case.number, maya.conversation.last
    maya.clock.moves(timedelta(seconds=5))
    told = maya.chatwoot.answers("Here I am.", "Ines", maya.clock.now())
    maya.looks()
    maya.tells(told)
    assert maya.thread(number) == [("reply", "Here I am.")] and maya.conversation.last == before + 1
    maya.chatwoot.becomes("resolved", maya.clock.now())
    maya.looks()
    assert maya.house.handoff.desk.case(number).status is CaseStatus.RESOLVED


def test_what_was_said_long_ago_or_to_people_alone_is_not_the_bots(maya: InChatwoot) -> None:
    maya.chatwoot.says("Years ago", maya.clock.now() - timedelta(hours=2))
    maya.looks()
    assert maya.house.chat.find("chatwoot", maya.chatwoot.maya) is None
    maya.chatwoot.status = "open"
    maya.chatwoot.says("Hello, people", maya.clock.now())
    maya.looks()
    assert maya.house.chat.find("chatwoot", maya.chatwoot.maya) is None and maya.chatwoot.posts == []


def test_the_check_tells_whether_it_may_ask(maya: InChatwoot) -> None:
    channel = maya.agent_bot.channel
    assert [(step.name, step.ok) for step in channel.check()] == [("token", True), ("poll", True)]
    maya.chatwoot.door.refuse(9, 401)
    assert not maya.agent_bot.look()
