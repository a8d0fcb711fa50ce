"""Opens the administrators' screens; the door through which they reach the house's accounts and mail."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from flask import Blueprint, request

from config.clock import Clock
from config.errors import ConfigError
from config.handover import Handover, Matter
from config.identity import Identity, LastAdminError, StaffChangedError
from config.links import Sender, door_of, link_path
from config.staff import NotAnEmailError, StaffExistsError
from config.staff_mail import StaffMail
from handoff.opening import Handoff
from handoff.web.admin.aid_screens import canned_screen, field_screen, label_screen
from handoff.web.admin.bridge_pages import bridge_routes
from handoff.web.admin.form import NotSavedError
from handoff.web.admin.macro_screen import macro_screen
from handoff.web.admin.mail_pages import StaffLetters, Waiting, customer_routes, mail_routes, shown
from handoff.web.admin.pages import Other, admin_pages
from handoff.web.admin.people import People, Person, staff_screen
from handoff.web.admin.person_pages import PersonalData, person_routes
from handoff.web.admin.rule_screens import raises, routing, rules, targets
from handoff.web.admin.screen import Clerk, Screen
from handoff.web.admin.team_screens import hours, teams
from handoff.web.admin.topics import Topic, topic_routes

PAGES: tuple[Other, ...] = (
    ("topics", "Sensitive topics and policy", "admin"),
    ("customers", "Blocked customers", "lead"),
    ("person", "Customers' data", "admin"),
    ("mail", "Mail", "admin"),
    ("helpdesk", "Helpdesk", "lead"),
)


def open_admin(
    handoff: Handoff,
    identity: Identity,
    clerk: Callable[[], Clerk],
    clock: Clock,
    staff_mail: StaffMail | None,
    handover: Handover | None,
    people: PersonalData | None,
) -> Blueprint:
    """`/desk/admin/`. staff_mail: None in a house that sends no mail. handover: what the bot beside this room
    hands over at once; None where there is no bot. people: what all rooms know of customers; None where this
    room is served alone."""
    accounts = Accounts(identity, mailed=handoff.mailing.on)
    others = [page for page in PAGES if page[0] != "person" or people is not None]
    saving = threading.Lock()

    @contextmanager
    def in_turn() -> Iterator[None]:
        """Of this process's threads by the lock, of all processes' by the database."""
        with saving, handoff.database.alone("admin forms"):
            yield

    pages = admin_pages(screens(handoff, accounts, clock.now), clerk, in_turn=in_turn, others=others)
    if people is not None:
        person_routes(pages, clerk, people)
    customer_routes(pages, clerk, handoff.desk)
    mail_routes(pages, clerk, handoff.mailing, staff_letters(staff_mail))
    bridge_routes(pages, clerk, handoff.helpdesk, handoff.erasures)
    told = handover or Handover((), ())
    topic_routes(pages, clerk, [*map(_topic, told.sensitive)], [*map(_topic, told.policy)])
    return pages


def screens(handoff: Handoff, people: People, now: Callable[[], datetime]) -> tuple[Screen, ...]:
    """In the order of the menu."""
    arranged, aids = handoff.arrangements, handoff.aids
    return (
        staff_screen(people, handoff.seats, arranged, now),
        teams(arranged),
        hours(arranged),
        targets(arranged),
        rules(arranged),
        raises(arranged),
        routing(arranged),
        canned_screen(aids.canned, handoff.rules),
        macro_screen(aids.macros, aids.labels, handoff.rules),
        label_screen(aids.labels),
        field_screen(handoff.fields),
    )


class Accounts:
    """The accounts of `config.identity` as the staff screen knows them."""

    def __init__(self, identity: Identity, *, mailed: bool) -> None:
        self._identity, self._mailed = identity, mailed

    def everybody(self) -> Sequence[Person]:
        ends = self._identity.links.invited_until()
        return tuple(
            Person(
                staff.email,
                staff.name,
                tuple(sorted(staff.roles)),
                staff.active,
                staff.invited,
                ends.get(staff.id) if staff.invited else None,
            )
            for staff in self._identity.list()
        )

    def invite(self, clerk: Clerk, email: str, name: str, roles: Sequence[str], language: str) -> str:
        by = Sender(clerk.agent.email, clerk.agent.name, language or clerk.language)
        try:
            token = self._identity.links.invite(email, name, roles, by, mailed=self._mailed)
        except (NotAnEmailError, StaffExistsError) as error:
            why = {
                NotAnEmailError: "Write an e-mail address such as name@company.example.",
                StaffExistsError: "There is an account with this address already.",
            }[type(error)]
            raise NotSavedError("email", clerk.say(why)) from error
        except ConfigError as error:
            raise NotSavedError("", str(error)) from error
        return self._link(email, token)

    def save(self, clerk: Clerk, email: str, name: str, roles: Sequence[str], before: Person) -> None:
        seen = self._identity.staff(email)
        if (seen.name, tuple(sorted(seen.roles))) != (before.name, before.roles):
            raise NotSavedError("", clerk.say("Somebody else changed this account. Open it again."))
        try:
            self._identity.save(email, name=name, roles=roles, by=clerk.agent.email, seen=seen)
        except StaffChangedError as error:
            raise NotSavedError(
                "", clerk.say("Somebody else changed this account. Open it again.")
            ) from error
        except ConfigError as error:
            raise NotSavedError("roles", _said(error, clerk)) from error

    def give_link(self, clerk: Clerk, email: str) -> str:
        by = Sender(clerk.agent.email, clerk.agent.name, clerk.language)
        try:
            token = self._identity.links.give(email, by, mailed=self._mailed)
        except ConfigError as error:
            raise NotSavedError("", _said(error, clerk)) from error
        return self._link(email, token)

    def open(self, clerk: Clerk, email: str, active: bool) -> None:
        change = self._identity.enable if active else self._identity.disable
        try:
            change(email, by=clerk.agent.email)
        except ConfigError as error:
            raise NotSavedError("", _said(error, clerk)) from error

    def _link(self, email: str, token: str) -> str:
        """The address to hand over, as the admin who reads it reaches this house."""
        if not token:
            return ""
        staff = self._identity.staff(email)
        path = link_path(door_of(staff.roles), "invite" if staff.invited else "reset", token)
        return f"{request.host_url.rstrip('/')}{path}"


def staff_letters(outbox: StaffMail | None) -> StaffLetters:
    """The outbox of mails to staff, in the page's terms; an empty one for None."""

    def waiting(clerk: Clerk) -> Sequence[Waiting]:
        return tuple(
            shown(
                clerk,
                box="staff",
                id=each.mail.id,
                to=each.to.email,
                kind=each.mail.purpose,
                state=each.mail.state,
                attempts=each.mail.attempts,
                at=each.mail.at,
                again=each.mail.not_before,
                why=each.mail.why,
            )
            for each in (outbox.waiting() if outbox else ())
        )

    def replay(clerk: Clerk, number: int) -> None:
        if outbox is not None:
            outbox.replay(number, by=clerk.agent.email)

    return StaffLetters(waiting, replay)


def _topic(matter: Matter) -> Topic:
    above = f"{matter.above.amount:g} {matter.above.currency}" if matter.above else ""
    return Topic(matter.name, matter.because, matter.says, matter.words, matter.intents, above)


def _said(error: ConfigError, clerk: Clerk) -> str:
    """An error's words; the one that an admin is likely to meet, in the clerk's language."""
    if isinstance(error, LastAdminError):
        return clerk.say("This is the last admin. Make somebody else an admin first.")
    return str(error)
