"""The bot's responses as the studio words them: in plain groups, by language, with their placeholders."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

from ruamel.yaml import YAML

from bot.dialogue.assistant import Assistant, ResponseVariant
from bot.editing.applied import blanks, fits, raw_of, spoken_in, variants_of, with_words, worded
from bot.saying import OWN_LINES
from bot.understanding.reading import spelt_out
from kb.coaching.wordings import BotText, Button, Overrides, Variant

UTTER = "utter_"
WIDE = 4096  # no line of the YAML is broken: a text stays on its own
# In which plain group a response belongs, by its name without `utter_`; the first that fits. Rasa's own
# names are among them, so that another company's assistant falls into the same groups.
GROUPS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (group, re.compile(pattern, re.IGNORECASE))
    for group, pattern in (
        ("greeting", r"greet|hello|hi$|welcome|good_?bye|bye|thank|affirm|deny|i_?am_?a_?bot|help$|happy"),
        (
            "answers",
            r"did_this|glad|sorry_try|no_answer|what_is|.*rephrase|default|fallback|out_of|other_",
        ),
        ("apologies", r"sorry|apolog|bot_failed"),
        ("repeating", r"about_"),
        ("choices", r"choose_|did_you_mean|is_it_this|what_for|.*affirmation"),
        ("handing_over", r"hand_?off|human|agent|cannot_answer"),
        ("steps", r"guide"),
        (
            "waiting",
            r"waiting|(?:in_)?queue|requeued|closed|nobody_free|contact_|joined|released|transferred|reopened"
            r"|late$|ended$|returned$|resolved",
        ),
        (
            "forms",
            r"ask_|.*_(?:intro|noted|unclear|lacking|changed|submit|correct)$|form_|why_|still_|.*stop",
        ),
    )
)
FORMS, OTHER = "forms", "other"


class Texts:
    """The bot's words for the studio. `speaking` says which published set the running bot uses."""

    def __init__(self, assistant: Assistant, languages: tuple[str, ...], speaking: Callable[[], int]) -> None:
        """assistant: as its files have it, without what editors changed."""
        self._assistant, self._languages, self._speaking = assistant, languages, speaking
        self._texts = tuple(_text(assistant, name) for name in _names(assistant))

    @property
    def languages(self) -> tuple[str, ...]:
        return self._languages

    @property
    def speaking(self) -> int:
        return self._speaking()

    def texts(self) -> tuple[BotText, ...]:
        return self._texts

    def set_aside(self, words: Overrides) -> tuple[tuple[str, str], ...]:
        """The texts and languages whose wordings no longer fit the files."""
        return tuple(
            (name, language)
            for name, languages in words.items()
            for language, variants in languages.items()
            if not fits(variants_of(self._assistant, name), variants)
        )

    def as_yaml(self, words: Overrides) -> str:
        """The changed responses, whole, as a Rasa domain file."""
        said = with_words(self._assistant, words)
        document = {"version": "3.1", "responses": {name: raw_of(said, name) for name in words}}
        writer = YAML()
        writer.width = WIDE
        out = io.StringIO()
        writer.dump(document, out)
        return out.getvalue()


def _names(assistant: Assistant) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*assistant.domain.responses, *OWN_LINES)))


def _text(assistant: Assistant, name: str) -> BotText:
    variants = variants_of(assistant, name)
    shipped: dict[str, list[Variant]] = {}
    for number, each in enumerate(variants):
        if worded(each):
            shipped.setdefault(spoken_in(assistant, each), []).append(_variant(number, each))
    words = [blanks(each) for each in variants if each.text]
    bare = name.removeprefix(UTTER)
    return BotText(
        name=name,
        title=spelt_out(bare).capitalize() or name,
        group=_group(assistant, bare),
        shipped={language: tuple(some) for language, some in shipped.items()},
        may=frozenset().union(*map(blanks, variants)),
        needs=frozenset.intersection(*words) if words else frozenset(),
    )


def _variant(number: int, variant: ResponseVariant) -> Variant:
    buttons = tuple(Button(each.title, each.payload) for each in variant.buttons)
    return Variant(number, variant.text or "", buttons)


def _group(assistant: Assistant, bare: str) -> str:
    forms = assistant.domain.forms.values()
    asked = {slot for form in forms for slot in form.required_slots}
    if any(bare == f"ask_{slot}" or bare.startswith(f"{slot}_") for slot in asked):
        return FORMS
    return next((group for group, names in GROUPS if names.match(bare)), OTHER)
