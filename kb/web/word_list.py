"""The bot's texts as the studio lists them: plain groups, one row a text, one cell a language. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote, urlencode

from kb.coaching.wordings import LONG, LONG_TITLE, Variant, Wording
from kb.errors import WordsInvalidError
from kb.web.wording import Say, language_name

GROUPS = (
    *("greeting", "answers", "apologies", "repeating", "choices"),
    *("steps", "handing_over", "waiting", "forms", "other"),
)
FILTERS = ("buttons", "changed", "draft", "missing")


@dataclass(frozen=True, slots=True)
class Group:
    """A plain category of texts; `line` says when they are said."""

    key: str
    word: str
    line: str
    number: int
    url: str
    here: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """A text in one language, as the drafts have it; `state` is a key and `word` its word."""

    language: str
    code: str
    text: str
    buttons: tuple[str, ...]
    more: int
    state: str
    word: str


@dataclass(frozen=True, slots=True)
class Line:
    """A text with its languages side by side."""

    url: str
    title: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sought:
    """What the list is narrowed to."""

    q: str = ""
    group: str = ""
    only: str = ""

    def url(self, **other: str) -> str:
        kept = {"q": self.q, "group": self.group, "only": self.only} | other
        query = urlencode({key: value for key, value in kept.items() if value})
        return f"/kb/words?{query}" if query else "/kb/words"


@dataclass(frozen=True, slots=True)
class Listed:
    """The list's page. drafts: how many texts wait; filters: key, word, number and address of each."""

    groups: tuple[Group, ...]
    here: Group | None
    filters: tuple[tuple[str, str, int, str], ...]
    lines: tuple[Line, ...]
    drafts: int


def word_url(name: str) -> str:
    return f"/kb/words/{quote(name)}"


def listed(wordings: Sequence[Wording], sought: Sought, locale: str, _: Say) -> Listed:
    """The texts that are sought. A search or a filter looks in every group, unless one is chosen."""
    anywhere = bool(sought.q or sought.only)
    present = [key for key in GROUPS if any(each.text.group == key for each in wordings)]
    group = sought.group if sought.group in present else "" if anywhere or not present else present[0]
    names = group_words(_)
    groups = tuple(
        Group(key, *names[key], _count(wordings, key), Sought(group=key).url(), key == group)
        for key in present
    )
    chosen = [
        lines
        for _name, each in groupby(wordings, lambda wording: wording.text.name)
        if _fits(lines := tuple(each), sought, group, _)
    ]
    filters = tuple(
        (key, word, _count_only(wordings, key), Sought(only=key).url()) for key, word in filter_words(_)
    )
    return Listed(
        groups=groups,
        here=next((each for each in groups if each.here), None),
        filters=filters,
        lines=tuple(_line(each, locale, _) for each in chosen),
        drafts=sum(each.draft is not None for each in wordings),
    )


def state_of(wording: Wording, _: Say) -> tuple[str, str]:
    """Where a text in a language stands: a key and its word."""
    if wording.draft is not None:
        return "draft", _("Not published yet")
    if wording.missing:
        return "missing", _("No words in this language")
    return ("changed", _("Changed by you")) if wording.changed else ("shipped", _("As it ships"))


def refusal(error: WordsInvalidError, _: Say) -> str:
    """Why a text was not taken, in the reader's language."""
    return _(error.rule) % error.values


def group_words(_: Say) -> Mapping[str, tuple[str, str]]:
    return {
        "greeting": (
            _("Greeting and manners"),
            _("Said when somebody comes, thanks, goes, or asks who is talking."),
        ),
        "answers": (_("Answers and misses"), _("Said around an answer, and where there is none.")),
        "apologies": (_("Apologies"), _("Said to the upset, and when something broke.")),
        "repeating": (
            _("The wish in other words"),
            _("Said before an answer, so that customers see what was understood."),
        ),
        "choices": (
            _("Did you mean"),
            _("Said where a message can mean several things; the short ones are buttons."),
        ),
        "steps": (
            _("Step by step"),
            _("Said while an article is walked through one step at a time."),
        ),
        "handing_over": (_("Handing over"), _("Said when a person is fetched, by the reason for it.")),
        "waiting": (_("Waiting and people"), _("Said in the queue, and when an agent comes or goes.")),
        "forms": (_("Forms"), _("Said while the bot asks for facts such as an order number.")),
        "other": (_("Other texts"), _("What belongs to none of the groups.")),
    }


def filter_words(_: Say) -> tuple[tuple[str, str], ...]:
    return (
        ("buttons", _("With quick replies")),
        ("changed", _("Changed")),
        ("draft", _("Not published")),
        ("missing", _("Translation missing")),
    )


def hints(variant: Variant) -> bool:
    """Whether a wording is longer than is read easily in a chat."""
    return len(variant.text) > LONG or any(len(each.title) > LONG_TITLE for each in variant.buttons)


def _fits(wordings: tuple[Wording, ...], sought: Sought, group: str, _: Say) -> bool:
    text = wordings[0].text
    if group and text.group != group:
        return False
    if sought.only in FILTERS and not any(_is(each, sought.only) for each in wordings):
        return False
    words = [_(text.title), text.name, *(v.text for each in wordings for v in each.variants)]
    words += [button.title for each in wordings for v in each.variants for button in v.buttons]
    everything = " ".join(words).casefold()
    return all(part in everything for part in sought.q.casefold().split())


def _is(wording: Wording, filter_: str) -> bool:
    return {
        "buttons": any(each.buttons for each in wording.variants),
        "changed": wording.changed,
        "draft": wording.draft is not None,
        "missing": wording.missing,
    }[filter_]


def _count(wordings: Sequence[Wording], group: str) -> int:
    return len({each.text.name for each in wordings if each.text.group == group})


def _count_only(wordings: Sequence[Wording], filter_: str) -> int:
    return len({each.text.name for each in wordings if _is(each, filter_)})


def _line(wordings: tuple[Wording, ...], locale: str, _: Say) -> Line:
    text = wordings[0].text
    return Line(word_url(text.name), _(text.title), tuple(_cell(each, locale, _) for each in wordings))


def _cell(wording: Wording, locale: str, _: Say) -> Cell:
    first = wording.variants[0] if wording.variants else Variant(0, "")
    return Cell(
        language_name(wording.language, locale),
        wording.language,
        first.text,
        tuple(each.title for each in first.buttons),
        max(0, len(wording.variants) - 1),
        *state_of(wording, _),
    )
