"""A case summary as plain text, for bridges, terminals and mail. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from handoff.casefile.case_summary import CaseSummary, TranscriptLine
from handoff.casefile.claim import Evidence
from handoff.escalation import Site, Tried
from handoff.finding.facts import Fact
from handoff.wording import Say, summary_in_words

_WIDTH = 88
_INDENT = 13
_MARKS = {"helped": "+", "rejected": "x", "ignored": "-", "done": "*"}


def as_text(summary: CaseSummary, say: Say = str, *, width: int = _WIDTH, transcript: bool = True) -> str:
    """The summary to be read from the top: why, what, what is known, what was tried; then all that was said.

    `say` translates the labels and the room's sentences. Message numbers stand in brackets; secrets are
    masked already.
    """
    summary = summary_in_words(summary, say)
    parts = [_head(summary, say, width)]
    parts += [_section(label, lines, width) for label, lines in sections(summary, say)]
    if transcript:
        parts.append(_transcript(summary.transcript, say, width))
    return "\n\n".join(parts) + "\n"


def _head(summary: CaseSummary, say: Say, width: int) -> str:
    first = f"#{summary.case}  {summary.headline.text}"
    below = standing(summary, say)
    lines = textwrap.wrap(first, width, subsequent_indent=" " * len(f"#{summary.case}  "))
    return "\n".join((*lines, f"{' ' * len(f'#{summary.case}  ')}{below}"))


def standing(summary: CaseSummary, say: Say = str) -> str:
    """How the case stands, in one line: priority, team, language, channel, since when its customer waits."""
    return " · ".join(
        (
            say(summary.routing.priority.value),
            summary.routing.team.value,
            summary.language.agent,
            summary.channel,
            _when(summary.waiting_since),
        )
    )


def sections(summary: CaseSummary, say: Say = str) -> Iterator[tuple[str, list[str]]]:
    """The summary's parts under their labels, in the order of reading; each line says what it comes from."""
    yield say("Why"), [_cited(summary.reason.sentence, summary.reason.messages)]
    asks = [_cited(f"“{claim.text}”", claim.messages) for claim in summary.ask]
    yield say("Wants"), asks or [say("a person; no wish in their own words yet")]
    yield say("Facts"), _facts(summary.facts, summary.customer.site, say)
    if summary.completeness.missing:
        names = ", ".join(_fact_name(name, say) for name in summary.completeness.missing)
        share = f"{summary.completeness.value:.0%} {say('of what is needed is there')}"
        yield say("Missing"), [f"{names} ({share})"]
    tried = [
        _cited(f"{_MARKS[each.reaction]} {_what(each, say)} ({say(each.reaction)})", each.messages)
        for each in summary.tried
    ]
    failed = [
        _cited(f"? “{turn.text}” ({say('not understood')})", turn.messages) for turn in summary.failed_turns
    ]
    if tried or failed:
        yield say("Tried"), [*tried, *failed]
    mood = say(summary.mood.label)
    if summary.mood.trend != "steady":
        mood += f", {say('getting ' + summary.mood.trend)}"
    yield say("Mood"), [_shown(mood, summary.mood.evidence)]
    yield say("Urgency"), [_shown(say(summary.urgency.level), summary.urgency.evidence)]
    if summary.promises:
        yield say("Promised"), [_cited(each.text, each.messages) for each in summary.promises]
    yield say("Routed"), list(_routed(summary, say))
    yield say("Customer"), list(_customer(summary, say))
    if summary.suggested.articles:
        yield say("Read"), [article.title for article in summary.suggested.articles]
    yield say("Reply"), [summary.suggested.reply]


def _what(tried: Tried, say: Say) -> str:
    """An article by its title, a step by its number and its words."""
    if tried.step is None:
        return tried.title
    return f"{tried.title}, {say('step')} {tried.step.number}/{tried.step.of}: {tried.step.text}"


def _section(label: str, items: Sequence[str], width: int) -> str:
    """A label in the margin and its lines beside it."""
    margin = " " * _INDENT
    lines = [
        line
        for item in items
        for line in textwrap.wrap(
            item,
            width,
            initial_indent=margin,
            subsequent_indent=margin + "  ",
            break_on_hyphens=False,
        )
    ]
    first = lines[0][_INDENT:] if lines else ""
    return "\n".join((f"{label.upper():<{_INDENT}}{first}".rstrip(), *lines[1:]))


def _facts(facts: Sequence[Fact], site: Site | None, say: Say) -> list[str]:
    """The customer's own, each with its messages; then what only the company's page said."""
    own = {fact.name for fact in facts if not fact.superseded}
    seen = site.facts() if site is not None else {}
    told = [
        *((fact.name, _cited(_fact_value(fact, say), fact.messages)) for fact in facts),
        *((name, f"{value} · {say('from the page')}") for name, value in seen.items() if name not in own),
    ]
    if not told:
        return [say("none given yet")]
    names = [_fact_name(name, say) for name, _ in told]
    width = max(map(len, names))
    return [f"{name:<{width}}  {value}" for name, (_, value) in zip(names, told, strict=True)]


def _fact_name(name: str, say: Say) -> str:
    """A detail is called what the customer called it."""
    return name.removeprefix("detail:") if name.startswith("detail:") else say(name)


def _fact_value(fact: Fact, say: Say) -> str:
    plain = fact.value if fact.value.casefold() == fact.words.casefold() else f"{fact.value} (“{fact.words}”)"
    notes = [
        say(note)
        for note, holds in (
            ("corrected since", fact.superseded),
            ("hidden", fact.masked),
            ("checked", fact.validated),
        )
        if holds
    ]
    return f"{plain} · {', '.join(notes)}" if notes else plain


def _routed(summary: CaseSummary, say: Say) -> Iterator[str]:
    chosen = summary.routing
    yield _cited(chosen.priority.because, chosen.priority.messages)
    yield _cited(chosen.team.because, chosen.team.messages)
    yield (
        f"{say('first reply by')} {_when(chosen.first_reply_by.at)}, "
        f"{say('resolved by')} {_when(chosen.resolve_by.at)}"
    )


def _customer(summary: CaseSummary, say: Say) -> Iterator[str]:
    who = summary.customer
    known = say("verified") if who.verified else say("not verified")
    trade = say("business customer") if who.verified and who.business else None
    told = (who.name or say("no name"), who.address, known, trade, who.locale)
    yield " · ".join(part for part in told if part)
    if who.previous.conversations:
        ended = f", {say('last one')}: {say(who.previous.last_outcome)}" if who.previous.last_outcome else ""
        yield f"{who.previous.conversations} {say('earlier conversations')}{ended}"
    if summary.page:
        yield f"{say('on')} {summary.page}"


def _transcript(lines: Sequence[TranscriptLine], say: Say, width: int) -> str:
    shown = [say("Conversation").upper()]
    digits = len(str(lines[-1].number)) if lines else 1
    for line in lines:
        who = line.name or say(line.author)
        lead = f"  {line.number:>{digits}}  {line.at.astimezone(UTC):%H:%M}  {who:<9} "
        body = [
            wrapped
            for paragraph in line.text.split("\n")
            for wrapped in textwrap.wrap(paragraph, max(30, width - len(lead)), break_on_hyphens=False)
            or [""]
        ]
        shown.extend(
            (f"{lead}{body[0]}".rstrip(), *(f"{' ' * len(lead)}{rest}".rstrip() for rest in body[1:]))
        )
    return "\n".join(shown)


def _shown(label: str, evidence: Iterable[Evidence]) -> str:
    quotes = [_cited(f"“{found.text}”", found.messages) for found in evidence]
    return f"{label}: {', '.join(quotes)}" if quotes else label


def _cited(text: str, messages: Sequence[int]) -> str:
    return f"{text} [{', '.join(map(str, messages))}]"


def _when(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
