"""The screens of who works when: teams, opening hours and holidays."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import available_timezones

from handoff.floor.arrangements import Arrangements, HoursDraft, TeamDraft
from handoff.web.admin.arranging import (
    duration_hint,
    language_fields,
    name_field,
    named,
    new_name,
    reason_field,
    title_in,
)
from handoff.web.admin.form import Field, NotSavedError, Row, Say, Values
from handoff.web.admin.screen import Clerk, Screen, by_language, in_languages, text, texts

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY_WORDS = {day: day.capitalize() for day in DAYS}


def teams(book: Arrangements) -> Screen:
    def found(key: str) -> TeamDraft | None:
        return named(book.teams(), key)

    def rows(clerk: Clerk) -> Sequence[Row]:
        _ = clerk.say
        fallback = book.routing().fallback
        return [
            Row(
                team.name,
                title_in(team.title, clerk) or team.name,
                (
                    _("Hours: %(name)s") % {"name": team.hours},
                    ", ".join(team.skills),
                ),
                ((_("takes the rest"), "good"),) if team.name == fallback else (),
            )
            for team in book.teams()
        ]

    def fields(clerk: Clerk, key: str | None, values: Values) -> Sequence[Field]:
        _ = clerk.say
        others = [(team.name, title_in(team.title, clerk)) for team in book.teams() if team.name != key]
        return (
            name_field(_, key),
            *language_fields("title", _("Name as people read it"), clerk, required=True),
            Field(
                "hours", _("Opening hours"), "select", options=tuple((h.name, h.name) for h in book.hours())
            ),
            Field(
                "",
                _("Which cases are theirs"),
                "note",
                _("By the reason first, then by what was wanted, then by words."),
            ),
            reason_field(_),
            Field("intents", _("What was wanted"), "words", _("Intents of the bot, one to a line.")),
            Field(
                "words",
                _("Words and phrases"),
                "words",
                _("In any language, in small letters, one to a line."),
                rows=6,
            ),
            Field("skills", _("Skills"), "words", _("What an agent must have to take these cases."), rows=2),
            Field("", _("When nobody is there"), "note"),
            Field("overflow", _("Team that helps out"), "select", options=(("", _("None")), *others)),
            Field("overflow_after", _("It takes over after"), hint=duration_hint(_), most=6),
            Field(
                "silent_after", _("An agent loses a waiting customer after"), hint=duration_hint(_), most=6
            ),
        )

    def load(clerk: Clerk, key: str) -> Values | None:
        team = found(key)
        if team is None:
            return None
        return {
            "name": team.name,
            **in_languages("title", dict(team.title), clerk.languages),
            "hours": team.hours,
            "reasons": tuple(team.reasons),
            "intents": tuple(team.intents),
            "words": tuple(team.words),
            "skills": tuple(team.skills),
            "overflow": team.overflow,
            "overflow_after": team.overflow_after,
            "silent_after": team.silent_after,
        }

    def save(clerk: Clerk, key: str | None, values: Values, before: Values) -> str:
        name = key or new_name(values, found, clerk.say)
        known = found(name)
        draft = TeamDraft(
            name=name,
            title={**(known.title if known else {}), **by_language(values, "title", clerk.languages)},
            hours=text(values, "hours"),
            skills=texts(values, "skills"),
            reasons=texts(values, "reasons"),
            intents=texts(values, "intents"),
            words=texts(values, "words"),
            overflow=text(values, "overflow"),
            overflow_after=text(values, "overflow_after"),
            silent_after=text(values, "silent_after"),
        )
        book.team_saved(draft, clerk.agent.email)
        return name

    return Screen(
        "teams",
        "Teams",
        "Who gets which cases, when they work, and who helps out. The first team that fits takes a case.",
        "There is no team yet.",
        rows,
        fields,
        load,
        save,
        add="New team",
        remove=lambda clerk, key: book.team_removed(key, clerk.agent.email),
        taken="Its open cases go to the team that takes the rest.",
        order=lambda clerk, keys: book.teams_ordered(keys, clerk.agent.email),
    )


def hours(book: Arrangements) -> Screen:
    def found(key: str) -> HoursDraft | None:
        return named(book.hours(), key)

    def rows(clerk: Clerk) -> Sequence[Row]:
        _ = clerk.say
        return [
            Row(
                each.name,
                each.name,
                (
                    "; ".join(_opened(day, each, _) for day in DAYS if each.week.get(day)),
                    f"{each.zone} · " + _("holidays: %(n)d") % {"n": len(each.holidays)},
                ),
            )
            for each in book.hours()
        ]

    def fields(clerk: Clerk, key: str | None, values: Values) -> Sequence[Field]:
        _ = clerk.say
        return (
            name_field(_, key),
            Field("zone", _("Time zone"), hint=_("Such as Europe/Oslo."), required=True, most=60),
            Field(
                "",
                _("Open"),
                "note",
                _("From and to, such as 08:00-16:00; several with commas; empty is closed."),
            ),
            *(Field(day, _(_DAY_WORDS[day]), most=80) for day in DAYS),
            Field(
                "holidays",
                _("Holidays"),
                "words",
                _("Days on which nobody works, such as 2026-12-25, one to a line."),
                rows=8,
            ),
        )

    def load(clerk: Clerk, key: str) -> Values | None:
        each = found(key)
        if each is None:
            return None
        return {
            "name": each.name,
            "zone": each.zone,
            **{day: ", ".join(each.week.get(day, ())) for day in DAYS},
            "holidays": tuple(sorted(each.holidays)),
        }

    def save(clerk: Clerk, key: str | None, values: Values, before: Values) -> str:
        name = key or new_name(values, found, clerk.say)
        if text(values, "zone") not in available_timezones():
            raise NotSavedError(
                "zone", clerk.say("There is no such time zone; write one such as Europe/Oslo.")
            )
        week = {day: [span.strip() for span in text(values, day).split(",") if span.strip()] for day in DAYS}
        holidays = tuple(sorted(texts(values, "holidays")))
        book.hours_saved(HoursDraft(name, text(values, "zone"), week, holidays), clerk.agent.email)
        return name

    return Screen(
        "hours",
        "Hours and holidays",
        "When teams work. Deadlines are counted in these hours, and outside them customers leave a message.",
        "There are no opening hours yet.",
        rows,
        fields,
        load,
        save,
        blank=lambda clerk: {"zone": "Europe/Oslo"},
        add="New opening hours",
        remove=lambda clerk, key: book.hours_removed(key, clerk.agent.email),
        taken="Hours that a team keeps can't be removed; give the team others first.",
    )


def _opened(day: str, hours: HoursDraft, _: Say) -> str:
    return f"{_(_DAY_WORDS[day])} {', '.join(hours.week[day])}"
