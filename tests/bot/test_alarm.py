"""Supervisors get one mail when a helpdesk outside leaves cases to our own desk, and not one for each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.posts.alarm import Alarm
from bot.posts.opening import telling_leads
from config.identity import Identity, Role, open_identity
from config.mail import Mail
from config.pages import HOUSE_TEXTS
from config.settings import load_settings
from config.staff_mail import Letterhead, StaffMail
from config.texts import Texts
from handoff.opening import open_handoff
from tests.blank import furnish
from tests.fakes import QUICK, FakeClock
from tests.handoff.bridges.mirroring import Mirror, mirror_over
from tests.handoff.conftest import INES
from tests.handoff.conversations import MONDAY

HEAD = Letterhead("Nettly", "nettly.example", lambda: "https://nettly.example")


@dataclass
class House:
    """A desk with a helpdesk outside, staff, and their mail."""

    mirror: Mirror
    identity: Identity
    outbox: StaffMail
    alarm: Alarm

    def mails(self) -> list[Mail]:
        """What goes out now."""
        now = self.mirror.clock.now()
        composed = [(owed, self.outbox.compose(owed)) for owed in self.outbox.lease(10, now, now)]
        for owed, _ in composed:
            self.outbox.sent(owed.id, now)
        return [mail for _, mail in composed if mail is not None]

    def loses(self, conversation: str) -> None:
        """The helpdesk does not take a case within its time."""
        self.mirror.opens(conversation)
        self.mirror.waits(minutes=16)
        self.alarm.work()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    clock = FakeClock(MONDAY)
    room = open_handoff(load_settings(furnish(tmp_path, ["handoff", "house"]), {}), clock)
    identity = open_identity(tmp_path, clock, QUICK)
    identity.add("sol@nettly.example", "Sol", [Role.SUPERVISOR], "a long enough password")
    identity.add(INES.email, INES.name, [Role.AGENT], "a long enough password")
    outbox = StaffMail(identity.database, identity.links, clock, Texts.load(HOUSE_TEXTS), HEAD)
    mirror = mirror_over(room, clock)
    mirror.helpdesk.is_down()
    yield House(mirror, identity, outbox, Alarm(room.helpdesk, telling_leads(identity, outbox, "en")))
    identity.close()
    room.close()


def test_those_who_lead_are_told_where_to_look(house: House) -> None:
    assert not house.alarm.work()
    house.loses("c-1")
    [mail] = house.mails()
    assert (mail.to, mail.subject) == ("sol@nettly.example", "Memory does not take cases")
    assert "https://nettly.example/desk/admin/helpdesk" in mail.text


def test_they_are_told_once_in_an_hour_and_only_of_what_is_new(house: House) -> None:
    house.loses("c-1")
    house.loses("c-2")
    assert len(house.mails()) == 1
    house.mirror.clock.moves(timedelta(hours=2))
    house.alarm.work()
    assert len(house.mails()) == 1  # of the second case, which nobody had been told of
    house.mirror.clock.moves(timedelta(hours=2))
    assert not house.alarm.work() and house.mails() == []


def test_who_leads_no_more_by_then_gets_none(house: House) -> None:
    house.loses("c-1")
    staff = house.identity.staff("sol@nettly.example")
    house.identity.save(staff.email, name="Sol", roles=[Role.AGENT], by="x", seen=staff)
    assert house.mails() == []


def test_the_mail_speaks_the_houses_language(house: House) -> None:
    house.alarm = Alarm(house.mirror.room.helpdesk, telling_leads(house.identity, house.outbox, "nb"))
    house.loses("c-1")
    [mail] = house.mails()
    assert mail.subject == "Memory tar ikke imot saker"
