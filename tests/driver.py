"""Customers, agents and editors as the stories tell of them: each verb is what a person would do."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.conversation import ConversationId, Holder, Message
from bot.opening import House
from handoff.case import Case
from handoff.casefile.case_summary import CaseSummary
from handoff.desk import Agent
from kb.article import Article


@dataclass
class Customer:
    """Somebody with the chat open. `hears()` gives what others have said since the last time."""

    house: House
    conversation: ConversationId
    token: str
    _seen: int = 0
    _sent: int = 0
    last: tuple[Message, ...] = field(default=())

    def says(self, text: str, payload: str | None = None) -> tuple[Message, ...]:
        """Write a message, let the bot and the workers finish, and give what was heard after it."""
        self._sent += 1
        self.house.chat.receive(self.conversation, f"c{self._sent}", text, payload)
        self.house.turns.now(self.conversation)
        self.house.workers.drain()
        return self.hears()

    def taps(self, title: str) -> tuple[Message, ...]:
        """Tap a quick reply by its title."""
        button = next(b for message in reversed(self.last) for b in message.buttons if b.title == title)
        return self.says(button.title, button.payload)

    def hears(self) -> tuple[Message, ...]:
        """What others have said since the last time."""
        fresh = self.house.chat.messages(self.conversation, self._seen)
        if fresh:
            self._seen = fresh[-1].number
        self.last = tuple(message for message in fresh if message.author != "customer")
        return self.last

    @property
    def holder(self) -> Holder:
        return self.house.chat.standing(self.conversation).holder


@dataclass
class AtDesk:
    """An agent signed in at the desk."""

    house: House
    agent: Agent

    def queue(self) -> tuple[Case, ...]:
        return self.house.handoff.desk.queue("unassigned")

    def claims(self, case: Case) -> Case:
        claimed = self.house.handoff.desk.claim(case.number, self.agent)
        self.house.workers.drain()
        return claimed

    def reads(self, case: Case) -> CaseSummary:
        return self.house.handoff.desk.summary(case.number)

    def replies(self, case: Case, text: str, client_id: str = "r1") -> None:
        self.house.handoff.desk.reply(case.number, self.agent, text, client_id)
        self.house.workers.drain()

    def notes(self, case: Case, text: str) -> None:
        self.house.handoff.desk.note(case.number, self.agent, text)
        self.house.workers.drain()

    def resolves(self, case: Case, outcome: str = "solved", line: str = "") -> None:
        self.house.handoff.desk.resolve(case.number, self.agent, outcome, line)
        self.house.workers.drain()

    def returns(self, case: Case, note: str = "") -> None:
        self.house.handoff.desk.return_to_bot(case.number, self.agent, note)
        self.house.workers.drain()


@dataclass
class Driver:
    """The house with doors for each audience."""

    opened: House

    def customer(self, language: str = "en") -> Customer:
        begun = self.opened.chat.begin(language=language)
        customer = Customer(self.opened, begun.conversation, begun.token)
        customer.hears()
        return customer

    def agent(self, name: str) -> AtDesk:
        return AtDesk(self.opened, Agent(f"{name.lower()}@nettly.example", name))

    def publishes(
        self, title: str, body: str, *, language: str = "en", questions: tuple[str, ...] = ()
    ) -> Article:
        editorial = self.opened.kb.editorial
        article = editorial.draft(title, body, language=language, questions=questions, by="Edda")
        published = editorial.publish(article.id, by="Edda")
        self.opened.workers.drain()
        return published
