"""The screen of macros: a form that grows a step at a time, on the server, so that it needs no script."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from handoff.aids.labels import Labels
from handoff.aids.macros import (
    Deed,
    HandOverDeed,
    InsertDeed,
    Known,
    LabelDeed,
    Macro,
    Macros,
    NoteDeed,
    PriorityDeed,
    ReplyDeed,
    ResolveDeed,
    SnoozeDeed,
)
from handoff.case import OUTCOMES
from handoff.floor.rules import Rules
from handoff.web.admin.arranging import priority_options
from handoff.web.admin.form import Field, NotSavedError, Row, Value, Values
from handoff.web.admin.screen import Clerk, Screen, by_language, in_languages, text, texts
from handoff.web.words import ENDINGS

MOST_STEPS = 10

DEEDS = {
    "reply": "Answer the customer",
    "insert": "Put a text into the reply box",
    "note": "Leave a note",
    "label": "Put labels on",
    "priority": "Set the priority",
    "hand_over": "Hand over to a team",
    "snooze": "Snooze",
    "resolve": "Resolve",
}
"""Deed -> what it is called."""


def macro_screen(macros: Macros, labels: Labels, rules: Callable[[], Rules]) -> Screen:
    def found(key: str) -> Macro | None:
        return next((each for each in macros.all() if str(each.id) == key), None)

    def rows(clerk: Clerk) -> Sequence[Row]:
        return [
            Row(str(each.id), each.name, (" → ".join(clerk.say(DEEDS[deed.do]) for deed in each.deeds),))
            for each in macros.all()
        ]

    def fields(clerk: Clerk, key: str | None, values: Values) -> Sequence[Field]:
        _ = clerk.say
        steps = _steps(values)
        every = [
            Field("name", _("Name"), required=True, most=120),
            Field("deeds", _("Steps"), "hidden"),
        ]
        for place, deed in enumerate(steps, 1):
            offers = [(f"drop.{place}", _("Take this step out"))]
            if place > 1:
                offers.append((f"up.{place}", _("One step up")))
            title = _("Step %(n)d: %(deed)s") % {"n": place, "deed": _(DEEDS[deed])}
            every.append(Field(f"step.{place}", title, "note", options=tuple(offers)))
            every += _step_fields(f"{place}", deed, clerk)
        if len(steps) < MOST_STEPS:
            more = tuple((f"add.{deed}", _(title)) for deed, title in DEEDS.items())
            every.append(Field("more", _("Add a step"), "note", options=more))
        return every

    def _step_fields(place: str, deed: str, clerk: Clerk) -> list[Field]:
        _ = clerk.say
        match deed:
            case "reply" | "insert":
                return [
                    Field(f"{place}.text.{code}", f"{_('Text')} ({clerk.names[code]})", "long", language=code)
                    for code in clerk.languages
                ]
            case "note":
                return [Field(f"{place}.note", _("Note"), "long", required=True)]
            case "label":
                known = tuple((each.name, each.name) for each in labels.all())
                return [
                    Field(f"{place}.add", _("Put on"), "checks", options=known),
                    Field(f"{place}.remove", _("Take off"), "checks", options=known),
                ]
            case "priority":
                return [
                    Field(f"{place}.priority", _("Priority"), "select", options=priority_options(_)),
                    Field(f"{place}.note", _("Why: it becomes a note"), required=True, most=500),
                ]
            case "hand_over":
                teams = tuple((team.name, team.title(clerk.language)) for team in rules().teams)
                return [
                    Field(f"{place}.team", _("Team"), "select", options=teams),
                    Field(f"{place}.note", _("Note"), "long"),
                ]
            case "snooze":
                hint = _("Empty: until the customer writes.")
                return [Field(f"{place}.minutes", _("Minutes"), "number", hint=hint, most=6)]
        endings = tuple((outcome.value, _(ENDINGS[outcome][0])) for outcome in OUTCOMES)
        return [
            Field(f"{place}.outcome", _("Outcome"), "select", options=endings),
            Field(f"{place}.line", _("In one line"), most=300),
        ]

    def load(clerk: Clerk, key: str) -> Values | None:
        each = found(key)
        if each is None:
            return None
        values: dict[str, Value] = {"name": each.name, "deeds": tuple(deed.do for deed in each.deeds)}
        for place, deed in enumerate(each.deeds, 1):
            values |= {f"{place}.{name}": value for name, value in _values_of(deed, clerk).items()}
        return values

    def redraw(clerk: Clerk, step: str, values: Values) -> Values:
        """Add a step, take one out, or move one up; what is written in the others stays."""
        kept = [_taken(values, place) for place in range(1, len(_steps(values)) + 1)]
        steps = list(zip(_steps(values), kept, strict=True))
        verb, _dot, which = step.partition(".")
        if verb == "add" and which in DEEDS and len(steps) < MOST_STEPS:
            steps.append((which, {}))
        elif which.isdecimal() and 1 <= int(which) <= len(steps):
            place = int(which) - 1
            if verb == "drop":
                steps.pop(place)
            elif verb == "up" and place:
                steps.insert(place - 1, steps.pop(place))
        again: dict[str, Value] = {"name": values.get("name", ""), "deeds": tuple(deed for deed, _ in steps)}
        for place, (_deed, held) in enumerate(steps, 1):
            again |= {f"{place}.{name}": value for name, value in held.items()}
        return again

    def save(clerk: Clerk, key: str | None, values: Values, before: Values) -> str:
        steps = _steps(values)
        if not steps:
            raise NotSavedError("more", clerk.say("Give it at least one step."))
        deeds = [_deed(deed, _taken(values, place), clerk) for place, deed in enumerate(steps, 1)]
        known = Known([team.name for team in rules().teams], [label.name for label in labels.all()])
        macro = Macro(int(key) if key else 0, text(values, "name"), tuple(deeds))
        return str(macros.save(macro, clerk.agent, known).id)

    return Screen(
        "macros",
        "Macros",
        "Several deeds with one key: all of them are done, or none.",
        "There is no macro yet. A good first one: label it, leave a note, hand it over.",
        rows,
        fields,
        load,
        save,
        opens="lead",
        add="New macro",
        remove=lambda clerk, key: macros.remove(int(key), clerk.agent),
        taken="Agents can't run it any more; what it did stays.",
        redraw=redraw,
    )


def _steps(values: Values) -> tuple[str, ...]:
    # As a browser sends them they are one text, with commas.
    sent = ",".join(texts(values, "deeds")).split(",")
    return tuple(deed for deed in sent if deed in DEEDS)[:MOST_STEPS]


def _taken(values: Values, place: int) -> dict[str, Value]:
    """What the fields of one step hold, without its number."""
    start = f"{place}."
    return {name.removeprefix(start): value for name, value in values.items() if name.startswith(start)}


def _values_of(deed: Deed, clerk: Clerk) -> dict[str, Value]:
    match deed:
        case ReplyDeed(given) | InsertDeed(given):
            return dict(in_languages("text", dict(given), clerk.languages))
        case NoteDeed(said):
            return {"note": said}
        case LabelDeed(add, remove):
            return {"add": add, "remove": remove}
        case PriorityDeed(priority, note):
            return {"priority": priority, "note": note}
        case HandOverDeed(team, note):
            return {"team": team, "note": note}
        case SnoozeDeed(minutes):
            return {"minutes": "" if minutes is None else str(minutes)}
        case ResolveDeed(outcome, line):
            return {"outcome": outcome, "line": line}


def _deed(deed: str, held: Values, clerk: Clerk) -> Deed:
    match deed:
        case "reply":
            return ReplyDeed(by_language(held, "text", clerk.languages))
        case "insert":
            return InsertDeed(by_language(held, "text", clerk.languages))
        case "note":
            return NoteDeed(text(held, "note"))
        case "label":
            return LabelDeed(texts(held, "add"), texts(held, "remove"))
        case "priority":
            return PriorityDeed(text(held, "priority"), text(held, "note"))
        case "hand_over":
            return HandOverDeed(text(held, "team"), text(held, "note"))
        case "snooze":
            return SnoozeDeed(int(text(held, "minutes")) if text(held, "minutes") else None)
    return ResolveDeed(text(held, "outcome"), text(held, "line"))
