"""The fields and words that the screens of the desk's arrangements share. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol, TypeVar

from handoff.escalation import Reason
from handoff.floor.rules import Priority
from handoff.web.admin.form import Field, NotSavedError, Say, Values
from handoff.web.admin.screen import Clerk, text


class Named(Protocol):
    """What the desk's arrangements know by a name."""

    @property
    def name(self) -> str: ...


NamedThing = TypeVar("NamedThing", bound=Named)


def title_in(given: Mapping[str, str], clerk: Clerk) -> str:
    return given.get(clerk.language) or given.get("en") or ""


def name_field(_: Say, key: str | None) -> Field:
    hint = _("Small letters, digits and - only; it is not shown to customers, and stays as it is.")
    return Field("name", _("Short name"), hint=hint, required=True, fixed=key is not None, most=40)


def named(things: Iterable[NamedThing], name: str) -> NamedThing | None:
    """The one of that name, if there is one."""
    return next((each for each in things if each.name == name), None)


def new_name(values: Values, found: Callable[[str], object | None], _: Say) -> str:
    """The name that a form gives something new; raises NotSavedError if `found` knows one of it."""
    name = text(values, "name")
    if found(name) is not None:
        raise taken_name(_)
    return name


def taken_name(_: Say) -> NotSavedError:
    return NotSavedError("name", _("There is one of this name already."))


def language_fields(
    name: str, label: str, clerk: Clerk, hint: str = "", *, required: bool = False
) -> tuple[Field, ...]:
    """One field a language; English is what others fall back on."""
    return tuple(
        Field(
            f"{name}.{code}",
            f"{label} ({clerk.names[code]})",
            hint=hint if code == "en" else "",
            language=code,
            required=required and code == "en",
        )
        for code in clerk.languages
    )


def reason_field(_: Say) -> Field:
    options = tuple((reason.value, _(REASON_WORDS[reason])) for reason in Reason)
    return Field("reasons", _("Why the bot handed over"), "checks", options=options)


def priority_options(_: Say) -> tuple[tuple[str, str], ...]:
    return tuple((each.value, _(PRIORITY_WORDS[each.value])) for each in Priority)


def duration_hint(_: Say) -> str:
    return _("Such as 15m, 8h or 2d; empty is what is usual.")


PRIORITY_WORDS = {each.value: each.value.capitalize() for each in Priority}
TONES = {"urgent": "bad", "high": "warn"}
REASON_WORDS = {reason: reason.value.replace("_", " ").capitalize() for reason in Reason}
