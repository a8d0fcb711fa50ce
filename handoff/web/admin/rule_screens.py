"""The screens of what comes first: targets, the rules of priority, and what holds for every team."""

from __future__ import annotations

from collections.abc import Sequence

from handoff.floor.arrangements import Arrangements, RaiseDraft, RoutingDraft, RuleDraft, TargetDraft
from handoff.web.admin.arranging import (
    PRIORITY_WORDS,
    TONES,
    duration_hint,
    language_fields,
    name_field,
    named,
    new_name,
    priority_options,
    reason_field,
    title_in,
)
from handoff.web.admin.form import Field, Row, Values
from handoff.web.admin.screen import Clerk, Screen, by_language, in_languages, text, texts

MOODS = ("frustrated", "angry")


def targets(book: Arrangements) -> Screen:
    def found(key: str) -> TargetDraft | None:
        return named(book.targets(), key)

    def rows(clerk: Clerk) -> Sequence[Row]:
        _ = clerk.say
        return [
            Row(
                each.name,
                _(PRIORITY_WORDS[each.name]),
                (
                    _("First reply within %(reply)s, resolved within %(resolve)s of opening hours")
                    % {"reply": each.first_reply_within, "resolve": each.resolve_within},
                ),
            )
            for each in book.targets()
        ]

    def fields(clerk: Clerk, key: str | None, values: Values) -> Sequence[Field]:
        _ = clerk.say
        hint = duration_hint(_)
        return (
            Field("first_reply_within", _("First reply within"), hint=hint, required=True, most=6),
            Field("resolve_within", _("Resolved within"), hint=hint, required=True, most=6),
            Field(
                "warn_before",
                _("Warn before it is late"),
                hint=_("A share such as 20%, or a time such as 10m."),
                most=6,
            ),
        )

    def load(clerk: Clerk, key: str) -> Values | None:
        each = found(key)
        if each is None:
            return None
        return {
            "first_reply_within": each.first_reply_within,
            "resolve_within": each.resolve_within,
            "warn_before": each.warn_before,
        }

    def save(clerk: Clerk, key: str | None, values: Values, before: Values) -> str:
        names = ("first_reply_within", "resolve_within", "warn_before")
        book.target_saved(TargetDraft(key or "", *(text(values, name) for name in names)), clerk.agent.email)
        return key or ""

    return Screen(
        "targets",
        "Targets",
        "What customers of each priority may expect, counted in the team's opening hours.",
        "There are no targets.",
        rows,
        fields,
        load,
        save,
    )


def rules(book: Arrangements) -> Screen:
    def found(key: str) -> RuleDraft | None:
        return named(book.rules(), key)

    def rows(clerk: Clerk) -> Sequence[Row]:
        return [
            Row(
                each.name,
                title_in(each.because, clerk) or each.name,
                (", ".join((*each.reasons, *each.intents, *each.words))[:160],),
                ((clerk.say(PRIORITY_WORDS[each.priority]), TONES.get(each.priority, "")),),
            )
            for each in book.rules()
        ]

    def fields(clerk: Clerk, key: str | None, values: Values) -> Sequence[Field]:
        _ = clerk.say
        return (
            name_field(_, key),
            Field("priority", _("Priority"), "select", options=priority_options(_)),
            *language_fields(
                "because",
                _("Because"),
                clerk,
                _("A clause such as: the customer's money is involved"),
                required=True,
            ),
            Field("", _("Any of these makes it so"), "note"),
            reason_field(_),
            Field("intents", _("What was wanted"), "words", _("Intents of the bot, one to a line.")),
            Field(
                "words",
                _("Words and phrases"),
                "words",
                _("In any language, in small letters, one to a line."),
                rows=8,
            ),
        )

    def load(clerk: Clerk, key: str) -> Values | None:
        each = found(key)
        if each is None:
            return None
        return {
            "name": each.name,
            "priority": each.priority,
            **in_languages("because", dict(each.because), clerk.languages),
            "reasons": tuple(each.reasons),
            "intents": tuple(each.intents),
            "words": tuple(each.words),
        }

    def save(clerk: Clerk, key: str | None, values: Values, before: Values) -> str:
        name = key or new_name(values, found, clerk.say)
        known = found(name)
        draft = RuleDraft(
            name=name,
            priority=text(values, "priority"),
            because={**(known.because if known else {}), **by_language(values, "because", clerk.languages)},
            reasons=texts(values, "reasons"),
            intents=texts(values, "intents"),
            words=texts(values, "words"),
        )
        book.rule_saved(draft, clerk.agent.email)
        return name

    return Screen(
        "rules",
        "Priority rules",
        "What makes a case urgent, high or low. The first rule that fits counts; without one it is normal.",
        "There is no rule: every case is normal.",
        rows,
        fields,
        load,
        save,
        blank=lambda clerk: {"priority": "high"},
        add="New rule",
        remove=lambda clerk, key: book.rule_removed(key, clerk.agent.email),
        taken="Cases that are open keep their priority.",
        order=lambda clerk, keys: book.rules_ordered(keys, clerk.agent.email),
    )


def raises(book: Arrangements) -> Screen:
    def found(key: str) -> RaiseDraft | None:
        return named(book.raises(), key)

    def rows(clerk: Clerk) -> Sequence[Row]:
        _ = clerk.say
        return [
            Row(
                each.name,
                title_in(each.because, clerk) or each.name,
                (_("One step up, at most to: %(priority)s") % {"priority": _(PRIORITY_WORDS[each.at_most])},),
            )
            for each in book.raises()
        ]

    def fields(clerk: Clerk, key: str | None, values: Values) -> Sequence[Field]:
        _ = clerk.say
        return (
            name_field(_, key),
            *language_fields("because", _("Because"), clerk, required=True),
            Field("at_most", _("At most to"), "select", options=priority_options(_)),
            Field("", _("All that is filled in must hold"), "note"),
            Field(
                "moods", _("The customer's mood"), "checks", options=tuple((mood, _(mood)) for mood in MOODS)
            ),
            Field("business", _("A verified business customer"), "flag"),
            Field("waited", _("Nobody has taken it for"), hint=duration_hint(_), most=6),
        )

    def load(clerk: Clerk, key: str) -> Values | None:
        each = found(key)
        if each is None:
            return None
        return {
            "name": each.name,
            **in_languages("because", dict(each.because), clerk.languages),
            "at_most": each.at_most,
            "moods": tuple(each.moods),
            "business": "1" if each.business else "",
            "waited": each.waited,
        }

    def save(clerk: Clerk, key: str | None, values: Values, before: Values) -> str:
        name = key or new_name(values, found, clerk.say)
        known = found(name)
        draft = RaiseDraft(
            name=name,
            at_most=text(values, "at_most"),
            because={**(known.because if known else {}), **by_language(values, "because", clerk.languages)},
            moods=texts(values, "moods"),
            business=bool(text(values, "business")),
            waited=text(values, "waited"),
        )
        book.raise_saved(draft, clerk.agent.email)
        return name

    return Screen(
        "raises",
        "What raises a priority",
        "Mood, waiting and who the customer is lift a case one step, once.",
        "Nothing raises a priority.",
        rows,
        fields,
        load,
        save,
        blank=lambda clerk: {"at_most": "high"},
        add="New rule",
        remove=lambda clerk, key: book.raise_removed(key, clerk.agent.email),
        taken="Cases that are open keep their priority.",
    )


def routing(book: Arrangements) -> Screen:
    def rows(clerk: Clerk) -> Sequence[Row]:
        _ = clerk.say
        now = book.routing()
        named = {team.name: title_in(team.title, clerk) for team in book.teams()}
        line = _("%(team)s takes what no other team claims") % {"team": named.get(now.fallback, now.fallback)}
        return [Row("all", _("For every team"), (line,))]

    def fields(clerk: Clerk, key: str | None, values: Values) -> Sequence[Field]:
        _ = clerk.say
        named = tuple((team.name, title_in(team.title, clerk)) for team in book.teams())
        hint = duration_hint(_)
        return (
            Field("fallback", _("Team that takes the rest"), "select", options=named),
            Field("language_after", _("Somebody with another language after"), hint=hint, most=6),
            Field("again_after", _("The same agent again after"), hint=hint, most=6),
            Field("tries", _("Times an agent is given the same case"), "number", required=True, most=2),
        )

    def load(clerk: Clerk, key: str) -> Values | None:
        now = book.routing()
        return {
            "fallback": now.fallback,
            "language_after": now.language_after,
            "again_after": now.again_after,
            "tries": str(now.tries),
        }

    def save(clerk: Clerk, key: str | None, values: Values, before: Values) -> str:
        draft = RoutingDraft(
            text(values, "fallback"),
            text(values, "language_after"),
            text(values, "again_after"),
            int(text(values, "tries") or "0"),
        )
        book.routing_saved(draft, clerk.agent.email)
        return "all"

    return Screen(
        "routing",
        "Routing",
        "How cases find an agent: round robin among those with room, the last agent first.",
        "",
        rows,
        fields,
        load,
        save,
    )
