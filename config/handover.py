"""When the bot hands over without trying, as handover.toml says it: sensitive topics, and policy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from config.language_files import HANDOVER, files_of
from config.settings import Settings
from config.toml_values import Section, read_toml

SHIPPED = Path(__file__).with_name("handover.toml")

ByLanguage = Mapping[str, str]
"""Language -> a text; English is always there."""

_SUM = re.compile(r"(\d{1,9}(?:\.\d{1,2})?) ([A-Z]{3})")
_BLANK = re.compile(r"\{(\w*)\}")


@dataclass(frozen=True, slots=True)
class Limit:
    """A sum of money, above which something holds; `currency` by ISO 4217."""

    amount: float
    currency: str


@dataclass(frozen=True, slots=True)
class Matter:
    """Something a person must see to, and how it is known.

    words: language -> regular expressions for lower-cased text. says: language -> what the customer is told,
    its numbers filled in; empty where the assistant's own response does. above: only for a larger sum.
    """

    name: str
    because: ByLanguage
    intents: tuple[str, ...]
    words: Mapping[str, tuple[str, ...]]
    says: ByLanguage
    above: Limit | None = None


@dataclass(frozen=True, slots=True)
class Handover:
    """The matters that are handed over at once: sensitive topics, and by the company's policy."""

    sensitive: tuple[Matter, ...]
    policy: tuple[Matter, ...]


def read_handover(settings: Settings) -> Handover:
    """What a data folder hands over, in the languages that are switched on; SettingsError."""
    further = files_of(settings.data).paths(HANDOVER, settings.bot.languages)
    return load_handover(settings.data / "handover.toml", further)


def load_handover(path: Path | None = None, further: Mapping[str, Path] | None = None) -> Handover:
    """The shipped handover.toml and over it, table by table, the one at `path` if there is one.

    further: language -> a file that says the same matters in it.
    Raises SettingsError for what can't be: an unknown key, a broken expression, a number that nobody gave.
    """
    files = [Section(SHIPPED.name, "", read_toml(SHIPPED))]
    if path is not None and path.exists():
        files.append(Section(str(path), "", read_toml(path)))
    for file in files:
        file.only(["numbers", "sensitive", "policy"])
    numbers = {
        language: {name: section.text(name) for name in section.values}
        for language, section in _tables(files, "numbers").items()
    }
    handover = Handover(
        tuple(_matter(name, each, numbers) for name, each in _tables(files, "sensitive").items()),
        tuple(_matter(name, each, numbers, limited=True) for name, each in _tables(files, "policy").items()),
    )
    for language, own in (further or {}).items():
        handover = _said_in(language, handover, Section(str(own), "", read_toml(own)), numbers)
    return handover


def _said_in(
    language: str, handover: Handover, file: Section, numbers: Mapping[str, Mapping[str, str]]
) -> Handover:
    """The matters with a language's own file of them; what handover.toml says in that language stays."""
    file.only(["numbers", "sensitive", "policy"])
    own = file.section("numbers")
    known = {
        **numbers.get("en", {}),
        **{name: own.text(name) for name in own.values},
        **numbers.get(language, {}),
    }

    def said(matter: Matter, kind: str) -> Matter:
        section = file.section(kind).section(matter.name)
        section.only(["because", "words", "says"])
        given = section.values
        because = {language: section.text("because")} if "because" in given else {}
        says = {language: _filled(section, "says", known)} if "says" in given else {}
        words = {language: _expressions(section, "words")} if "words" in given else {}
        return replace(
            matter,
            because={**because, **matter.because},
            says={**says, **matter.says} if matter.says else matter.says,
            words={**words, **matter.words},
        )

    return Handover(
        tuple(said(each, "sensitive") for each in handover.sensitive),
        tuple(said(each, "policy") for each in handover.policy),
    )


def _tables(files: list[Section], kind: str) -> dict[str, Section]:
    """All tables of a kind; a later file's replaces the earlier one of its name, in its place."""
    tables: dict[str, Section] = {}
    for file in files:
        kinds = file.section(kind)
        tables |= {name: kinds.section(name) for name in kinds.values}
    return tables


def _matter(
    name: str, section: Section, numbers: Mapping[str, Mapping[str, str]], *, limited: bool = False
) -> Matter:
    section.only(["because", "intents", "words", "says", *(["above"] if limited else [])])
    because, says, words = (section.section(key) for key in ("because", "says", "words"))
    if "en" not in because.values:
        raise section.error("because", 'must say it in English at least: { en = "…" }')
    if says.values and "en" not in says.values:
        raise section.error("says", 'must say it in English at least: { en = "…" }')
    return Matter(
        name=name,
        because={language: because.text(language) for language in because.values},
        intents=section.texts("intents"),
        words={language: _expressions(words, language) for language in words.values},
        says={
            language: _filled(says, language, {**numbers.get("en", {}), **numbers.get(language, {})})
            for language in says.values
        },
        above=_limit(section) if "above" in section.values else None,
    )


def _expressions(section: Section, language: str) -> tuple[str, ...]:
    found = section.texts(language)
    for each in found:
        try:
            compiled = re.compile(each)
        except re.error as error:
            raise section.error(language, f"{each!r} is no regular expression: {error}") from error
        if compiled.groups or compiled.match(""):
            raise section.error(language, f"{each!r} must match something, and have no groups but (?:…)")
    return found


def _filled(section: Section, key: str, known: Mapping[str, str]) -> str:
    """A text with its {numbers}: those of its language, or of English."""
    text = section.text(key)
    for name in _BLANK.findall(text):
        if name not in known:
            raise section.error(key, f"{{{name}}} is no number; give it under [numbers.{key}]")
    return _BLANK.sub(lambda blank: known[blank[1]], text)


def _limit(section: Section) -> Limit:
    parts = _SUM.fullmatch(section.text("above"))
    if parts is None:
        raise section.error("above", 'must be a sum such as "1000 NOK"')
    return Limit(float(parts[1]), parts[2])
