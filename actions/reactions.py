"""Reads what customers say of a step they were given, in English and Bokmål. Pure."""

from __future__ import annotations

import re

from kb.answering.steps import Heard

LONGEST = 12
"""Words; more than that tells something that no single word of it stands for."""


def reaction(text: str, understood: str | None = None) -> Heard | None:
    """What was said of the step; None where it is about something else, such as a question.

    understood: the message's intent, for what no words of ours fit.
    """
    said = " ".join(text.casefold().replace("’", "'").split()).strip(" .!,…👍✅")
    if text.strip() and not said:
        return Heard.DONE  # a thumb up, or a tick
    if text.rstrip().endswith("?") or len(said.split()) > LONGEST:
        return None
    for heard, words in _READ:
        if words.search(said):
            return heard
    return _BY_INTENT.get(understood or "")


_BY_INTENT = {
    "affirm": Heard.DONE,
    "deny": Heard.FAILED,
    "did_not_help": Heard.FAILED,
    "helped": Heard.SOLVED,
}


def _words(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.VERBOSE)


_OK = (
    r"(?:(?:ok|okay|okey|yes|yep|yeah|yup|right|great|good|fine|sure|well|wait|ja|jo|jepp|greit|fint|flott|bra|så"
    r"|vent)[,.!]?\s)*"
)
_END = (
    r"(?:[,.!]?\s(?:now|then|already|too|thanks|thank\syou|next|what\snow"
    r"|nå|da|allerede|takk|videre|neste))*$"
)
_OBJECT = r"(?:\s(?:it|that|this|so|the\ssame|(?:that\s|this\s|the\s)?step|(?:that|this)\sone|det|dette))?"
_I = r"(?:i|i've|i\shave|jeg|jeg\shar|har)?\s?(?:(?:have|already|just|now|allerede|nå)\s)*"

_READ: tuple[tuple[Heard, re.Pattern[str]], ...] = (
    (Heard.BACK, _words(
        rf"^{_OK}(?:(?:please|can|could|we|go|one|step|a|take|me|kan|vi|gå|ta|et|ett|steg)\s)*"
        r"(?:back|previous|before|tilbake|forrige)"
        r"(?:\s(?:one|a|step|to|the|please|last|previous|again|et|ett|til|steg|trinn|forrige|igjen|takk))*$",
        r"^(?:what\swas|repeat|show\sme|vis|vis\smeg|hva\svar)\s(?:the\s|det\s)?(?:last|previous|forrige)"
        r"(?:\s(?:one|step|steget))?$",
    )),
    (Heard.SOLVED, _words(
        r"^(?:\S+\s){0,4}?(?:solved|fixed|sorted|løst|ordnet|fikset)(?:\s(?:it|now|nå|seg|det))*$",
        r"\b(?:works?|working|virker|funker|fungerer)(?:\s\w+)?\s(?:now|again|nå|igjen)\b",
        r"\b(?:that|it|this|det|dette)\s(?:did\sit|did\sthe\strick|worked|helped|hjalp|virket|funket|fungerte)\b"
        r"(?!\sikke)",
        r"^(?:now\s)?(?:it\s|nå\s|det\s)?(?:works|virker|funker|fungerer)(?:\sdet|\sden)?$",
        r"^(?:yes\s|ja\s)?nå\s(?:virker|funker|fungerer)\sdet$",
        r"\b(?:back|i'm|we're|jeg\ser|vi\ser)\s(?:up|online|på\snett)(?:\sagain|\sigjen)?$",
    )),
    (Heard.FAILED, _words(
        r"\b(?:did|does|do|is|has|have|was)(?:n't|\snot|nt)(?:\s\w+){0,2}\s(?:help|work|change|fix|solve|do)\w*\b",
        r"\b(?:no|not)\s(?:luck|change|difference|effect|better|joy|help|working)\b",
        r"^(?:no|nope|nah|nei|niks)$|^(?:the\s)?same(?:\s(?:thing|again|problem|as\sbefore))?$",
        r"\bstill\s(?:\w+\s)?(?:not|no|the\ssame|nothing|amber|red|blinking|dead|off|offline|down|broken|slow"
        r"|doesn't|won't|isn't)\b",
        r"\b(?:fortsatt|fremdeles|enda)\s(?:\w+\s)?(?:ikke|ingen|ingenting|det\ssamme|oransje|rødt?|blinker|død|av"
        r"|treg\w*)\b",
        r"\b(?:hjelper|hjalp|virker|virket|fungerer|fungerte|funker|funket|skjer|skjedde|endret|gikk|går)"
        r"(?:\s\w+){0,2}\sikke\b",
        r"\bikke\s(?:hjulpet|virket|fungert|funket|noe\sbedre|noen\sforskjell)\b",
        r"^(?:det\s)?samme$|\bingen\s(?:endring|forskjell)\b|^ingenting\s(?:skjer|skjedde|hjelper)",
        r"\bnothing\s(?:happens|happened|changes|changed)\b|\bdid\snothing\b|^(?:that|it|det)?\s?(?:failed|feilet)$",
        r"\bi\scan't\sdo\s(?:that|it|this)\b|\bdet\sfår\sjeg\sikke\stil\b",
    )),
    (Heard.DONE, _words(
        rf"^{_OK}{_I}(?:done|did|finished|completed|checked|tried|ready|gjort|ferdig|klart?|sjekket|prøvd|utført)"
        rf"{_OBJECT}{_END}",
        rf"^{_OK}(?:(?:that's|it's|all|it\sis|that\sis|det\ser|alt\ser)\s)?"
        rf"(?:done|finished|ready|gjort|ferdig|klart?|i\sorden){_END}",
        rf"^{_OK}(?:the\s)?(?:next|go\son|continue|carry\son|proceed|what'?s\snext|what\snext|and\sthen|and\snow"
        r"|now\swhat|neste|videre|gå\svidere|fortsette?|hva\snå|og\sså|hva\sså)"
        r"(?:\s(?:one|step|please|steg|trinn|takk))*$",
        rf"^(?:ok|okay|okey|k|yes|yep|yeah|yup|sure|alright|all\sright|got\sit|right|check|ja|jepp|jada|greit"
        rf"|den\ser\sgrei|skjønner|forstått|sjekk){_END}",
    )),
)  # fmt: skip
"""In this order: "it still doesn't work" holds "work", and "I did that, no change" begins as what is done."""
