"""What the studio says about an article and an answer; pure, in the reader's language through `_`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from urllib.parse import quote

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_percent

from kb.article import TRANSITIONS, Article, Event, Status
from kb.editing.arranging import behind
from kb.knowledge import Answer, Hit, NoAnswer

Say = Callable[[str], str]
"""A source string in, the reader's words out."""

VERY_SURE = 0.9
"""From this probability on an answer is called very likely right."""

LEAST_SAID = 0.01
"""Probabilities nearer to 0 or 1 than this are not told apart."""

REGIONS = {"en": "en_GB"}
"""Where a language's dates are written as its pages are spelt."""

Verb = Literal[
    "publish", "submit", "return", "archive", "restore", "schedule", "unschedule", "delete", "recover", "none"
]

_VERBS: dict[Event, Verb] = {
    Event.PUBLISHED: "publish",
    Event.SUBMITTED: "submit",
    Event.RETURNED: "return",
    Event.ARCHIVED: "archive",
    Event.RESTORED: "restore",
    Event.SCHEDULED: "schedule",
    Event.UNSCHEDULED: "unschedule",
    Event.DELETED: "delete",
    Event.RECOVERED: "recover",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One state of the lifecycle as the state bar shows it."""

    status: str
    word: str
    here: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an article stands, what may happen now, and the one thing to do next."""

    steps: tuple[Step, ...]
    line: str
    may: tuple[Verb, ...]
    next: Verb
    next_word: str
    next_hint: str
    page: str | None  # its address in the help centre, once customers can read it


@dataclass(frozen=True, slots=True)
class Row:
    """An article in a list."""

    id: str
    url: str
    title: str
    status: str
    state: str
    language: str
    category: str
    question: str
    health: tuple[str, ...]
    changed: datetime
    changed_words: str
    owner: str = ""
    review_by: str = ""
    planned: datetime | None = None  # when its text goes live by itself
    planned_words: str = ""
    deleted: datetime | None = None
    labels: tuple[str, ...] = ()


def state_word(status: Status, _: Say) -> str:
    return {
        Status.DRAFT: _("Draft"),
        Status.IN_REVIEW: _("In review"),
        Status.PUBLISHED: _("Published"),
        Status.ARCHIVED: _("Archived"),
    }[status]


def studio_url(article: str) -> str:
    return f"/kb/articles/{quote(article)}"


def help_url(language: str, slug: str) -> str:
    return f"/help/{language}/{slug}"


def language_name(code: str, tongue: str) -> str:
    """The language's name in the reader's language, or in its own; the bare code if nobody knows it."""
    try:
        name = Locale.parse(code).get_display_name(tongue)
    except (UnknownLocaleError, ValueError):
        return code
    return name[0].upper() + name[1:] if name else code


def category_name(category: str, _: Say) -> str:
    """A category as readers see it: articles carry keys such as `returns`, catalogues name the usual."""
    name = _(category)
    return name[:1].upper() + name[1:]


def day(moment: datetime | date, tongue: str) -> str:
    return format_date(moment, format="medium", locale=REGIONS.get(tongue, tongue))


def percent(probability: float, tongue: str) -> str:
    """In whole per cent; nothing is ever certain, so neither 0 nor 100."""
    if probability < LEAST_SAID:
        return f"< {format_percent(LEAST_SAID, locale=tongue)}"
    if probability > 1 - LEAST_SAID:
        return f"> {format_percent(1 - LEAST_SAID, locale=tongue)}"
    return format_percent(probability, locale=tongue)


def stale(article: Article, today: date) -> bool:
    """Whether the day has come on which somebody should look whether it still holds."""
    return (
        article.review_by is not None and article.review_by <= today and article.status is not Status.ARCHIVED
    )


def health(article: Article, today: date, _: Say, original: Article | None = None) -> tuple[str, ...]:
    """What an editor should look after, most pressing first; `original` is that of a translation."""
    asks = article.status is not Status.ARCHIVED
    found = (
        (article.changed and article.publish_at is None, _("Newer text not published")),
        (stale(article, today), _("Review is due")),
        (asks and original is not None and behind(article, original), _("Original has changed since")),
        (asks and not article.questions, _("No customer questions yet")),
    )
    return tuple(words for holds, words in found if holds)


def row(
    article: Article,
    tongue: str,
    today: date,
    _: Say,
    *,
    name_of: Callable[[str], str] = str,
    original: Article | None = None,
) -> Row:
    return Row(
        article.id,
        studio_url(article.id),
        article.title,
        article.status.value,
        state_word(article.status, _),
        language_name(article.language, tongue),
        category_name(article.category, _),
        article.questions[0] if article.questions else "",
        health(article, today, _, original),
        article.updated_at,
        day(article.updated_at, tongue),
        owner=name_of(article.owner) if article.owner else "",
        review_by=day(article.review_by, tongue) if article.review_by else "",
        planned=article.publish_at,
        planned_words=day(article.publish_at, tongue) if article.publish_at else "",
        deleted=article.deleted_at,
        labels=article.labels,
    )


def standing(article: Article | None, _: Say) -> Standing:
    """The state bar of an article, or of one that isn't stored yet."""
    here = article.status if article else Status.DRAFT
    may = tuple(_VERBS[event] for event in _allowed(article) if event in _VERBS) if article else ()
    read = article is not None and article.public and article.live is not None and article.deleted_at is None
    page = help_url(article.language, article.slug) if article and read else None
    steps = tuple(Step(status.value, state_word(status, _), status is here) for status in Status)
    verb, word = _next(article, _)
    hint = _("Publish (Ctrl+Enter)") if verb == "publish" else ""
    return Standing(steps, _line(article, _), may, verb, word, hint, page)


def _allowed(article: Article) -> tuple[Event, ...]:
    """What may happen now, as far as it would change anything."""
    if article.deleted_at is not None:
        return (Event.RECOVERED,)
    nothing_new = article.live == article.latest
    useless = {Event.UNSCHEDULED} if article.publish_at is None else set()
    useless |= {Event.SCHEDULED, Event.SUBMITTED} if nothing_new else set()
    return tuple(event for event in TRANSITIONS[article.status] if event not in useless)


def _next(article: Article | None, _: Say) -> tuple[Verb, str]:
    """The one thing to do next, and its button's word."""
    if article is not None and article.deleted_at is not None:
        return "recover", _("Bring back")
    if article is not None and article.status is Status.ARCHIVED:
        return "restore", _("Bring back as draft")
    if article is not None and article.status is Status.IN_REVIEW:
        return "publish", _("Approve and publish")
    if article is not None and article.changed:
        return "publish", _("Publish changes")
    if article is not None and article.status is Status.PUBLISHED:
        return "none", _("Published")
    return "publish", _("Publish")


def _line(article: Article | None, _: Say) -> str:
    """Where the article stands, in one sentence."""
    if article is None:
        return _("Not saved yet.")
    if article.deleted_at is not None:
        return _("In the bin. The bot doesn't answer from it, and it is erased after 30 days.")
    if article.status is Status.ARCHIVED:
        return _("Archived. The bot doesn't answer from it.")
    if article.status is Status.IN_REVIEW and article.live is None:
        line = _("Revision %(latest)s waits for a review.")
    elif article.changed:
        line = _("Revision %(live)s is live; revision %(latest)s waits to be published.")
    elif article.live is not None:
        line = _("Revision %(live)s is live.")
    else:
        line = _("Draft, revision %(latest)s. The bot doesn't answer from it yet.")
    return line % {"live": article.live, "latest": article.latest}


def verdict(found: Answer | NoAnswer, _: Say) -> str:
    """The probability in words."""
    if isinstance(found, NoAnswer):
        return _("Not sure enough to answer")
    return _("Very likely right") if found.probability >= VERY_SURE else _("Likely right")


def instead(found: NoAnswer, _: Say) -> str:
    """What the bot does when it doesn't answer, and why."""
    return {
        "nothing_close": _("The bot would not answer: nothing published is close enough."),
        "close_call": _("The bot would not answer: several articles could fit and none clearly does."),
        "other_language": _("The bot would not answer: what fits is written in another language."),
        "empty_base": _("The bot can't answer anything yet: nothing is published in this language."),
    }[found.reason]


def why_not(hit: Hit, best: Hit, language: str, answered: bool, _: Say) -> str:
    """Why this passage is not the answer, in one sentence, from how it compares with the best."""
    if not answered and hit is best:
        return _("The closest there is, but not close enough.")
    if hit.passage.language != language and best.passage.language == language:
        return _("Written in another language than the question.")
    if hit.lexical > best.lexical:
        return _("Shares more words with the question, but is further off in meaning.")
    if hit.dense > best.dense:
        return _("Close in meaning, but shares fewer words with the question.")
    return _("Further off, both in meaning and in words.")
