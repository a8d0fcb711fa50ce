"""The screen of the staff: who may do what, and which cases they take."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from handoff.errors import MemberError
from handoff.floor.arrangements import Arrangements
from handoff.floor.seats import CAPACITY_AT_MOST, Seats
from handoff.web.admin.form import Field, NotSavedError, Row, Values
from handoff.web.admin.screen import Button, Clerk, Given, Screen, text, texts
from handoff.wording import refusal_in_words

ROLES = {
    "agent": "Agent",
    "supervisor": "Supervisor",
    "quality_analyst": "Quality analyst",
    "editor": "Editor",
    "admin": "Admin",
}
_SITS = ("agent", "supervisor", "admin")
_STATUS = {"online": "Online", "busy": "Busy", "away": "Away"}


@dataclass(frozen=True, slots=True)
class Person:
    """An account. until: when their invitation ends, None once they have joined."""

    email: str
    name: str
    roles: tuple[str, ...]
    active: bool
    invited: bool
    until: datetime | None


class People(Protocol):
    """The accounts of the house. Each verb raises NotSavedError, its words in the clerk's language.

    A link that comes back is to be handed over by hand; "" where it has been mailed.
    """

    def everybody(self) -> Sequence[Person]: ...

    def invite(self, clerk: Clerk, email: str, name: str, roles: Sequence[str], language: str) -> str: ...

    def save(self, clerk: Clerk, email: str, name: str, roles: Sequence[str], before: Person) -> None: ...

    def give_link(self, clerk: Clerk, email: str) -> str: ...

    def open(self, clerk: Clerk, email: str, active: bool) -> None: ...


def staff_screen(
    people: People, seats: Seats, arrangements: Arrangements, now: Callable[[], datetime]
) -> Screen:
    def found(key: str) -> Person | None:
        return next((each for each in people.everybody() if each.email == key), None)

    def rows(clerk: Clerk) -> Sequence[Row]:
        members = {member.email: member for member in seats.members()}
        titled = {team.name: team.title.get(clerk.language) or team.name for team in arrangements.teams()}
        rows: list[Row] = []
        for each in people.everybody():
            member = members.get(each.email)
            teams = ", ".join(titled.get(team, team) for team in member.teams) if member else ""
            roles = ", ".join(clerk.say(ROLES[role]) for role in ROLES if role in each.roles)
            line = f"{each.email} · {roles}"
            rows.append(Row(each.email, each.name, (line, teams), tags(each, clerk)))
        return rows

    def tags(person: Person, clerk: Clerk) -> tuple[tuple[str, str], ...]:
        _ = clerk.say
        if not person.active:
            return ((_("Closed"), "bad"),)
        if person.invited:
            over = person.until is None or person.until <= now()
            return ((_("Invitation has ended"), "bad") if over else (_("Invited"), "warn"),)
        member = seats.member(person.email)
        return () if member is None or member.status == "away" else ((_(_STATUS[member.status]), "good"),)

    def fields(clerk: Clerk, key: str | None, values: Values) -> Sequence[Field]:
        _ = clerk.say
        teams = tuple(
            (team.name, team.title.get(clerk.language) or team.title.get("en", team.name))
            for team in arrangements.teams()
        )
        languages = tuple((code, clerk.names[code]) for code in clerk.languages)
        mail = () if key else (Field("language", _("Language of the mail"), "select", options=languages),)
        return (
            Field("email", _("E-mail"), "email", required=True, fixed=key is not None, most=254),
            Field(
                "name",
                _("Name"),
                hint=_("Customers see it. Who is invited can change it when they join."),
                most=100,
                required=key is not None,
            ),
            Field(
                "roles", _("Roles"), "checks", options=tuple((role, _(word)) for role, word in ROLES.items())
            ),
            *mail,
            Field("", _("Which cases they take"), "note", _("For agents and supervisors.")),
            Field("teams", _("Teams"), "checks", _("None: any team's."), options=teams),
            Field("skills", _("Skills"), "words", _("None: all of them."), rows=2),
            Field(
                "languages",
                _("Languages"),
                "words",
                _("Such as nb or en, the best first. None: any."),
                rows=2,
            ),
            Field(
                "capacity",
                _("Open chats at a time"),
                "number",
                hint=_("Empty is what the settings say."),
                most=2,
            ),
        )

    def load(clerk: Clerk, key: str) -> Values | None:
        person, member = found(key), seats.member(key)
        if person is None:
            return None
        return {
            "email": person.email,
            "name": person.name,
            "roles": tuple(role for role in ROLES if role in person.roles),
            "teams": member.teams if member else (),
            "skills": member.skills if member else (),
            "languages": member.languages if member else (),
            "capacity": str(member.capacity) if member else "",
        }

    def save(clerk: Clerk, key: str | None, values: Values, before: Values) -> str | Given:
        _ = clerk.say
        roles = texts(values, "roles")
        if not roles:
            raise NotSavedError("roles", _("Choose a role at least."))
        capacity = text(values, "capacity")
        if capacity and int(capacity) > CAPACITY_AT_MOST:
            raise NotSavedError("capacity", _("Use at most %(n)d.") % {"n": CAPACITY_AT_MOST})
        email, name = key or text(values, "email").lower(), text(values, "name")
        link = ""
        if key is None:
            link = people.invite(clerk, email, name, roles, text(values, "language"))
        else:
            person = found(key)
            if person is None:
                raise NotSavedError("", _("This account is gone. Go back to the list."))
            people.save(clerk, key, name, roles, person)
        if any(role in _SITS for role in roles):
            try:
                seats.save_member(
                    email,
                    name or email,
                    by=clerk.agent.email,
                    teams=texts(values, "teams"),
                    skills=texts(values, "skills"),
                    languages=texts(values, "languages"),
                    capacity=int(capacity) if capacity else None,
                )
            except MemberError as error:
                raise NotSavedError(error.field, refusal_in_words(error.why, _)) from error
        return handed(clerk, email, link, invited=True) if link else "sent" if key is None else email

    def handed(clerk: Clerk, email: str, link: str, *, invited: bool) -> Given:
        _ = clerk.say
        if invited:
            line = _("Hand this link to %(email)s. It works once, for 7 days; they choose a password there.")
            return Given(_("Invited"), line % {"email": email}, link)
        line = _("Hand this link to %(email)s. It works once, for an hour; they choose a new password there.")
        return Given(_("A link to a new password"), line % {"email": email}, link)

    def buttons(clerk: Clerk, key: str) -> Sequence[Button]:
        _, person = clerk.say, found(key)
        if person is None:
            return ()
        if not person.active:
            return (
                Button("enable", _("Open the account"), _("They can sign in again with their password.")),
            )
        link = (
            Button("link", _("Invite again"), _("A new link; the one before ends."))
            if person.invited
            else Button("link", _("Send a link to a new password"), _("For who has forgotten theirs."))
        )
        if person.email == clerk.agent.email:
            return (link,)
        why = _("They are signed out at once; what they did keeps their name.")
        return (link, Button("disable", _("Close the account"), why, "danger"))

    def press(clerk: Clerk, key: str, deed: str) -> str | Given:
        if deed == "link":
            person = found(key)
            link = people.give_link(clerk, key)
            return handed(clerk, key, link, invited=bool(person and person.invited)) if link else "sent"
        people.open(clerk, key, deed == "enable")
        return "enabled" if deed == "enable" else "disabled"

    return Screen(
        "staff",
        "Staff",
        "Who may sign in, what they may open, and which cases they take.",
        "Nobody yet.",
        rows,
        fields,
        load,
        save,
        blank=lambda clerk: {"roles": ("agent",), "language": clerk.language},
        add="Invite somebody",
        buttons=buttons,
        press=press,
    )
