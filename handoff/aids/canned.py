"""Canned responses: texts that agents insert by a shortcut, filled with the words of the case."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from handoff.case import Case
from handoff.casefile.case_summary import CaseSummary
from handoff.errors import NoAidError, NotKeptError
from handoff.verbs.agent import Agent
from handoff.verbs.sentences import TEXT_CHARACTERS, VARIABLE, blanks, storable

SOURCE = "en"
"""The language to fall back on, where a text has none of the customer's."""

VARIABLES = (
    "customer.name",
    "customer.first_name",
    "agent.name",
    "agent.first_name",
    "case.number",
    "case.headline",
    "case.team",
)
"""What a text may name, and further `fact.NAME` of the case file and `field.NAME` of the case."""

_KNOWN = re.compile(r"(?:fact|field)\.\S+")
_SHORTCUT = re.compile(r"[a-z0-9æøå][a-z0-9æøå_-]{0,39}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_TITLE_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class Canned:
    """One canned response: typed as `/shortcut`; `texts` by language; `team` None is everybody's.

    `id` is 0 until it is kept.
    """

    id: int
    shortcut: str
    title: str
    texts: Mapping[str, str]
    team: str | None = None


@dataclass(frozen=True, slots=True)
class Filled:
    """A canned response with a case's words in it. `empty` are the variables that the case has no words for:
    they stand in the text as they were written, to be filled by hand before it is sent."""

    id: int
    shortcut: str
    title: str
    text: str
    language: str
    empty: tuple[str, ...]


class CannedRows(Protocol):
    """Where they are kept; `handoff.store.aids.CannedStore` is one."""

    def all(self) -> tuple[Canned, ...]: ...

    def save(self, canned: Canned, by: str) -> Canned: ...

    def remove(self, id: int, by: str) -> bool: ...


class CannedResponses:
    """Those of the house; `summary` gives the case file of a number."""

    def __init__(self, rows: CannedRows, summary: Callable[[int], CaseSummary]) -> None:
        self._rows, self._summary = rows, summary

    def all(self) -> tuple[Canned, ...]:
        """By shortcut."""
        return self._rows.all()

    def save(self, canned: Canned, by: Agent, *, teams: Sequence[str]) -> Canned:
        """Keep a new one, or what became of one that is there; raises NotKeptError and NoAidError.

        teams: the names of those there are.
        """
        fit = _checked(canned, teams)
        for other in self._rows.all():
            # A team's own goes before everybody's, so the two may share a shortcut.
            if (other.shortcut, other.team) == (fit.shortcut, fit.team) and other.id != fit.id:
                raise NotKeptError(
                    "canned response", "shortcut", f"“{other.title}” has /{other.shortcut} already"
                )
        return self._rows.save(fit, by.email)

    def remove(self, id: int, by: Agent) -> None:
        """Raises NoAidError."""
        if not self._rows.remove(id, by.email):
            raise NoAidError("canned response", id)

    def filled(self, case: Case, agent: Agent, language: str | None = None) -> tuple[Filled, ...]:
        """What an agent may insert in a case, by shortcut: its team's and everybody's, in its language."""
        wanted = language or case.language
        words = words_of_case(case, agent, self._summary(case.number))
        every = self._rows.all()
        own = {each.shortcut for each in every if each.team == case.team}
        return tuple(
            _filled(each, wanted, words)
            for each in every
            if each.team == case.team or (each.team is None and each.shortcut not in own)
        )


def words_of_case(case: Case, agent: Agent, summary: CaseSummary) -> Mapping[str, str]:
    """Variable → what stands for it in this case; secrets stay as masked as the case file has them."""
    name = (case.customer_name or summary.customer.name or "").strip()
    words = {
        "customer.name": name,
        "customer.first_name": name.split()[0] if name else "",
        "agent.name": agent.name,
        "agent.first_name": agent.name.split()[0] if agent.name.split() else "",
        "case.number": str(case.number),
        "case.headline": case.headline,
        "case.team": case.team,
    }
    for fact in summary.facts:
        if not fact.superseded and not fact.masked:
            words[f"fact.{fact.name.lower()}"] = fact.value
    for field, value in case.fields.items():
        words[f"field.{field.lower()}"] = value
    return words


def fill(text: str, words: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """The text with its variables filled, and the names of those that are left in it."""
    left: dict[str, None] = {}

    def put(match: re.Match[str]) -> str:
        word = words.get(match[1].lower(), "")
        if not word:
            left[match[1]] = None
        # A customer's words must not become a variable in their turn, nor a break where the text has none.
        return " ".join(word.split()) or match[0]

    return VARIABLE.sub(put, text), tuple(left)


def in_language(texts: Mapping[str, str], language: str) -> tuple[str, str]:
    """The language that a text is given in, and the text: the wanted one, else English, else any."""
    for chosen in (language, SOURCE, *texts):
        if chosen in texts:
            return chosen, texts[chosen]
    return language, ""


def checked_texts(what: str, texts: Mapping[str, str]) -> dict[str, str]:
    """The texts that are not empty, by language; raises NotKeptError."""
    given = {language: storable(text).strip() for language, text in texts.items()}
    kept = {language: text for language, text in given.items() if text}
    if not kept:
        raise NotKeptError(what, "text", "write it in one language at least")
    for language, text in kept.items():
        if not _LANGUAGE.fullmatch(language):
            raise NotKeptError(what, "language", f"{language!r:.20} is no language code such as en or nb")
        if len(text) > TEXT_CHARACTERS:
            raise NotKeptError(
                what, "text", f"it has {len(text):,} characters and the limit is {TEXT_CHARACTERS:,}"
            )
        for name in blanks(text):
            if name.lower() not in VARIABLES and not _KNOWN.fullmatch(name.lower()):
                known = ", ".join(VARIABLES)
                raise NotKeptError(
                    what, "text", f"nothing is called {name!r:.60}; use {known}, fact.NAME or field.NAME"
                )
    return kept


def checked_title(what: str, field: str, title: str) -> str:
    """A title on one line; raises NotKeptError."""
    kept = " ".join(storable(title).split())
    if not kept:
        raise NotKeptError(what, field, "it is empty")
    if len(kept) > _TITLE_CHARACTERS:
        raise NotKeptError(what, field, f"it is longer than {_TITLE_CHARACTERS} characters")
    return kept


def _checked(canned: Canned, teams: Sequence[str]) -> Canned:
    what = "canned response"
    shortcut = canned.shortcut.strip().removeprefix("/").casefold()
    if not _SHORTCUT.fullmatch(shortcut):
        raise NotKeptError(what, "shortcut", "use up to 40 letters, digits, - and _, without blanks")
    if canned.team is not None and canned.team not in teams:
        raise NotKeptError(what, "team", f"there is no team {canned.team!r:.60}")
    return replace(
        canned,
        shortcut=shortcut,
        title=checked_title(what, "title", canned.title),
        texts=checked_texts(what, canned.texts),
    )


def _filled(canned: Canned, language: str, words: Mapping[str, str]) -> Filled:
    given, text = in_language(canned.texts, language)
    filled, empty = fill(text, words)
    return Filled(canned.id, canned.shortcut, canned.title, filled, given, empty)
