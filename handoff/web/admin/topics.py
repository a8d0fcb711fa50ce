"""The screen of what the bot hands over at once: read here, changed in a file by whoever runs the house."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template
from werkzeug.exceptions import Forbidden

from handoff.web.admin.screen import Clerk


@dataclass(frozen=True, slots=True)
class Topic:
    """A matter that only a person sees to: why, what customers are told (both by language), and what it is
    known by. above: only for a larger sum, such as "500 EUR"."""

    name: str
    because: Mapping[str, str]
    says: Mapping[str, str]
    words: Mapping[str, Sequence[str]]
    intents: Sequence[str]
    above: str = ""


def topic_routes(
    pages: Blueprint, clerk: Callable[[], Clerk], sensitive: Sequence[Topic], policy: Sequence[Topic]
) -> None:
    """Add `/topics`."""

    def row(topic: Topic, who: Clerk) -> dict[str, object]:
        _ = who.say
        because = topic.because.get(who.language) or topic.because.get("en", "")
        words = topic.words.get(who.language) or topic.words.get("en", ())
        return {
            "name": topic.name,
            "title": because[:1].upper() + because[1:],
            "says": topic.says.get(who.language) or topic.says.get("en", ""),
            "words": words,
            "intents": ", ".join(topic.intents),
            "above": _("Only above %(sum)s") % {"sum": topic.above} if topic.above else "",
        }

    @pages.get("/topics")
    def topics() -> str:
        who = clerk()
        if not who.admin:
            raise Forbidden
        _ = who.say
        parts = (
            (_("Sensitive topics"), [row(each, who) for each in sensitive]),
            (_("Company policy"), [row(each, who) for each in policy]),
        )
        return render_template("admin/topics.html", parts=parts)
