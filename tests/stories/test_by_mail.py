"""A customer writes an e-mail: the assistant answers, a person takes over, and all of it is one thread."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from bot.app import customers_app
from bot.conversation import ConversationId, Holder
from bot.dialogue.assistant import Assistant
from bot.opening import House, open_house
from config.pages import Brand
from config.settings import load_settings
from handoff.case import Case
from tests.bot.mail.mail_room import HOUSE, JANE, US, answer_to, links, mail
from tests.driver import Driver
from tests.fakes import FakeClock, FirstChoice
from tests.furnishing import never_closed
from tests.mail_server import Mailbox, mail_server


class ByMail:
    """A house that reads its mail from the tests' hands and sends it to the tests' server."""

    def __init__(self, house: House, box: Mailbox) -> None:
        self.house, self.box = house, box

    def writes(self, given: EmailMessage) -> EmailMessage | None:
        """Jane sends a mail; the last one that she gets."""
        channel = self.house.mail
        assert channel is not None
        before = len(self.box.received)
        assert channel.receiving.take(given.as_bytes()) == "heard"
        self.goes_on()
        return self.box.received[-1] if len(self.box.received) > before else None

    def goes_on(self) -> None:
        for conversation in self.house.store.unhandled():
            self.house.turns.now(conversation)
        self.house.workers.drain()

    def case(self) -> Case:
        [case] = self.house.handoff.desk.queue("all")
        return case


@pytest.fixture
def jane(data: Path, shipped: Assistant) -> Iterator[ByMail]:
    with mail_server() as box:
        (never_closed(data) / "firstline.toml").write_text(
            f'[server]\npublic_url = "{HOUSE}"\n'
            '[bot]\nchannels = [".web", ".email"]\n'
            f'[channels.email]\naddress = "{US}"\nlisten = "lmtp://127.0.0.1:2424"\n'
            f'[mail]\nhost = "127.0.0.1"\nport = {box.port}\nsecurity = "none"\nsender = "{US}"\n'
        )
        house = open_house(load_settings(data, {}), clock=FakeClock(), rng=FirstChoice(), base=shipped)
        yield ByMail(house, box)
        house.close()


def test_a_question_is_answered_and_its_link_says_that_it_helped(jane: ByMail) -> None:
    sent = jane.writes(mail("How long do I have to return something?", "Return"))
    assert sent is not None and sent["To"] == JANE
    yes = links(sent)[0]
    pages = customers_app(jane.house, Brand.load()).test_client()
    assert "Yes, it did" in pages.get(yes).text
    assert pages.post(yes).status_code == 200
    jane.goes_on()
    assert [each.right for each in jane.house.kb.learning.outcomes.logged()] == [True]
    assert len(jane.box.received) == 1  # the page has thanked already


def test_a_person_takes_over_in_the_same_thread(jane: ByMail) -> None:
    told = jane.writes(mail("My router is dead. I want to talk to a person, please.", "Dead router"))
    assert told is not None
    case, ines = jane.case(), Driver(jane.house).agent("Ines")
    assert (case.channel, case.contact, case.customer_name) == ("email", JANE, "Jane Doe")
    assert "A person answers this mail" in jane.box.texts()[0]
    ines.claims(case)
    ines.replies(case, "Is the lamp red?")
    asked = jane.box.received[-1]
    assert "Is the lamp red?" in jane.box.texts()[-1] and "Ines" in str(asked["From"])
    assert str(told["Message-ID"]) in str(asked["References"]) and asked["Subject"] == told["Subject"]
    assert jane.writes(answer_to(asked, "Yes, red.")) is None
    assert [each.text for each in jane.house.handoff.desk.thread(case.number)][-1] == "Yes, red."
    ines.resolves(case)
    conversation = ConversationId(case.conversation_id)
    assert jane.house.store.get(conversation).holder is Holder.BOT
    assert len(jane.box.received) == 3 and "/rating/5/" in jane.box.texts()[-1]


def test_the_agent_reads_that_a_reply_came_back(jane: ByMail) -> None:
    jane.writes(mail("I want to talk to a person.", "Help"))
    case, ines = jane.case(), Driver(jane.house).agent("Ines")
    ines.claims(case)
    jane.box.receiver = "550 5.1.1 nobody here"
    ines.replies(case, "Hello Jane.")
    jane.goes_on()
    last = jane.house.handoff.desk.thread(case.number)[-1]
    assert last.text.startswith("Did not reach the customer: “Hello Jane.”") and "nobody here" in last.text
    assert jane.house.handoff.desk.case(case.number).unread > 0


def test_forgetting_takes_the_thread_along(jane: ByMail) -> None:
    jane.writes(mail("How long do I have to return something?", "Return"))
    [found] = jane.house.privacy.people.find(JANE)
    jane.house.privacy.forgetting.forget(found.conversation, by="ada@nettly.example")
    jane.goes_on()
    channel = jane.house.mail
    assert channel is not None and channel.store.mail("<1@customer.example>") is None
