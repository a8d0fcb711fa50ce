"""The screens of what helps agents write: canned responses, macros, labels, custom fields."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from handoff.aids.canned import VARIABLES, Canned, CannedResponses, fill
from handoff.aids.labels import COLOURS, Label, Labels
from handoff.errors import FieldError
from handoff.floor.rules import Rules
from handoff.verbs.custom_fields import FIELD_KINDS, CustomFields, FieldDefinition
from handoff.web.admin.arranging import language_fields, name_field, named, new_name, taken_name
from handoff.web.admin.form import Field, NotSavedError, Row, Values
from handoff.web.admin.screen import Clerk, Screen, by_language, in_languages, text, texts

SAMPLE = {
    "customer.name": "Maya Lind",
    "customer.first_name": "Maya",
    "agent.name": "Ines Berg",
    "agent.first_name": "Ines",
    "case.number": "1042",
    "case.headline": "Hub 3 is offline",
    "case.team": "technical",
    "fact.order": "NT-10427",
    "fact.amount": "49.90 EUR",
    "fact.product": "Hub 3",
    "fact.email": "maya.lind@example.com",
}
"""Made-up words for the preview."""


def canned_screen(canned: CannedResponses, rules: Callable[[], Rules]) -> Screen:
    def found(key: str) -> Canned | None:
        return next((each for each in canned.all() if str(each.id) == key), None)

    def rows(clerk: Clerk) -> Sequence[Row]:
        named = {team.name: team.title(clerk.language) for team in rules().teams}
        return [
            Row(
                str(each.id),
                each.title,
                (
                    f"/{each.shortcut} · {', '.join(sorted(each.texts))}",
                    named.get(each.team or "", each.team or ""),
                ),
            )
            for each in canned.all()
        ]

    def fields(clerk: Clerk, key: str | None, values: Values) -> Sequence[Field]:
        _ = clerk.say
        teams = tuple((team.name, team.title(clerk.language)) for team in rules().teams)
        names = ", ".join("{{" + name + "}}" for name in (*VARIABLES, "fact.order"))
        return (
            Field("title", _("Title"), required=True, most=120),
            Field("shortcut", _("Shortcut"), hint=_("Agents type / and this."), required=True, most=40),
            Field("team", _("Team"), "select", options=(("", _("Everybody")), *teams)),
            Field("", "", "note", _("The case fills in: %(names)s") % {"names": names}),
            *(
                Field(f"text.{code}", f"{_('Text')} ({clerk.names[code]})", "long", language=code, rows=6)
                for code in clerk.languages
            ),
        )

    def load(clerk: Clerk, key: str) -> Values | None:
        each = found(key)
        if each is None:
            return None
        return {
            "title": each.title,
            "shortcut": each.shortcut,
            "team": each.team or "",
            **in_languages("text", dict(each.texts), clerk.languages),
        }

    def save(clerk: Clerk, key: str | None, values: Values, before: Values) -> str:
        known = found(key) if key else None
        written = by_language(values, "text", clerk.languages)
        if not written:
            raise NotSavedError(f"text.{clerk.languages[0]}", clerk.say("Write it in one language at least."))
        others = {
            code: said for code, said in (known.texts if known else {}).items() if code not in clerk.languages
        }
        draft = Canned(
            known.id if known else 0,
            text(values, "shortcut"),
            text(values, "title"),
            {**others, **written},
            text(values, "team") or None,
        )
        return str(canned.save(draft, clerk.agent, teams=[team.name for team in rules().teams]).id)

    def preview(clerk: Clerk, values: Values) -> Sequence[tuple[str, str, str]]:
        shown: list[tuple[str, str, str]] = []
        for code, said in by_language(values, "text", clerk.languages).items():
            filled, left = fill(said, SAMPLE)
            told = clerk.say("Not filled in here: %(names)s. The agent is asked before it is sent.")
            shown.append((clerk.names[code], filled, told % {"names": ", ".join(left)} if left else ""))
        return shown

    return Screen(
        "canned",
        "Canned responses",
        "Texts that agents insert with / and finish, in the customer's language and with the case's words.",
        "There is none yet. Begin with the sentence your team types most often.",
        rows,
        fields,
        load,
        save,
        opens="lead",
        add="New canned response",
        remove=lambda clerk, key: canned.remove(int(key), clerk.agent),
        taken="Agents can't insert it any more; what was sent stays.",
        preview=preview,
    )


def label_screen(labels: Labels) -> Screen:
    def found(key: str) -> Label | None:
        return named(labels.all(), key)

    def fields(clerk: Clerk, key: str | None, values: Values) -> Sequence[Field]:
        _ = clerk.say
        hint = _("It stays as it is; make another one to call it something else.") if key else ""
        return (
            Field("name", _("Name"), hint=hint, required=True, fixed=key is not None, most=40),
            Field("colour", _("Colour"), "select", options=tuple((each, _(each)) for each in COLOURS)),
        )

    def load(clerk: Clerk, key: str) -> Values | None:
        each = found(key)
        return None if each is None else {"name": each.name, "colour": each.colour}

    def save(clerk: Clerk, key: str | None, values: Values, before: Values) -> str:
        name = text(values, "name")
        if key is None and any(each.name.casefold() == name.casefold() for each in labels.all()):
            raise taken_name(clerk.say)
        return labels.save(Label(key or name, text(values, "colour")), clerk.agent).name

    return Screen(
        "labels",
        "Labels",
        "Words that agents put on cases, to find and count them again.",
        "There is no label yet. Good first ones: bug, feedback, callback.",
        lambda clerk: [Row(each.name, each.name, (clerk.say(each.colour),)) for each in labels.all()],
        fields,
        load,
        save,
        opens="lead",
        blank=lambda clerk: {"colour": "grey"},
        add="New label",
        remove=lambda clerk, key: labels.remove(key, clerk.agent),
        taken="Cases that have it keep it; nobody can choose it any more.",
    )


def field_screen(book: CustomFields) -> Screen:
    def found(key: str) -> FieldDefinition | None:
        return named(book.all(), key)

    def rows(clerk: Clerk) -> Sequence[Row]:
        return [
            Row(
                each.name,
                each.title(clerk.language),
                (f"{each.name} · {clerk.say(each.kind)}", ", ".join(each.choices)),
            )
            for each in book.all()
        ]

    def fields(clerk: Clerk, key: str | None, values: Values) -> Sequence[Field]:
        _ = clerk.say
        return (
            name_field(_, key),
            *language_fields("title", _("Name as agents read it"), clerk, required=True),
            Field("kind", _("Kind"), "select", options=tuple((each, _(each)) for each in FIELD_KINDS)),
            Field("choices", _("Choices"), "words", _("For a choice: one to a line.")),
        )

    def load(clerk: Clerk, key: str) -> Values | None:
        each = found(key)
        if each is None:
            return None
        return {
            "name": each.name,
            **in_languages("title", dict(each.titles), clerk.languages),
            "kind": each.kind,
            "choices": tuple(each.choices),
        }

    def save(clerk: Clerk, key: str | None, values: Values, before: Values) -> str:
        name = key or new_name(values, found, clerk.say)
        known = found(name)
        kind = next((each for each in FIELD_KINDS if each == text(values, "kind")), None)
        if kind is None:
            raise NotSavedError("kind", clerk.say("Choose one of the list."))
        if kind == "choice" and not texts(values, "choices"):
            raise NotSavedError("choices", clerk.say("Name at least one choice."))
        titles = {**(known.titles if known else {}), **by_language(values, "title", clerk.languages)}
        choices = texts(values, "choices") if kind == "choice" else ()
        position = known.position if known else len(book.all())
        try:
            book.save(FieldDefinition(name, kind, titles, choices, position), clerk.agent)
        except FieldError as error:  # it names the field that was to be, and what is wrong is its name
            raise NotSavedError("name", clerk.say(error.why)) from error
        return name

    return Screen(
        "fields",
        "Custom fields",
        "What your company wants to know of its cases besides: agents fill it in beside the case.",
        "There is no custom field. Add one for what agents write into notes again and again.",
        rows,
        fields,
        load,
        save,
        blank=lambda clerk: {"kind": "text"},
        add="New field",
        remove=lambda clerk, key: book.remove(key, clerk.agent),
        taken="It is no longer asked for; cases keep what they have of it.",
    )
