"""Finds errors: the text that was shown, and its code. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handoff.casefile.lexicon import lower
from handoff.finding.found import FactRules, Found, Said, words

_CODE = (
    r"(?-i:-?(?:[A-Z]{1,6}[-_ :]?)?\d{1,6}(?:[-_.]\d{1,6})*[A-Za-z]?|0x[0-9A-Fa-f]{4,10}"
    r"|[A-Z]{1,6}(?:[-_][A-Z0-9]+)+)"
)
_AFTER_ERROR = words(
    r"\b(?:errors?|feil|feilkoden?|feilmelding(?:en)?|fault|fehler)(?:[ -]?(?:code|kode|koden"
    r"|number|nummer|no|nr|message|melding))?\b\.?"
    rf"(?:\s+(?:is|er|says|sier|på|of|with|med|shows?|viser|no)\b"
    rf"|\s*[:#=(\"“'«])*\s*(?P<code>{_CODE})(?![\w-])(?!\s*(?:times|ganger|%|kr|x\b))"
)
_BEFORE_ERROR = words(
    r"(?<![\w.,-])(?P<code>(?-i:\d{3,5}|[A-Z]{1,5}-?\d{1,5}))[ -](?:errors?|feil(?:melding|kode)?)\b"
)
_HTTP = words(
    r"\b(?:http|status|returns?|returning|returned|gives?(?: me)?|responds? with|with a"
    r"|get(?:ting)? a|code|koden?)\s(?:code |status )?(?P<code>[45]\d\d)(?![\w-]|[.,]\d"
    r"|\s?(?:kr|eur|usd|€))"
)
_SHOWN = words(
    r"\b(?:says?|said|shows?|showing|showed|displays?|displaying|reads?|blinks?|flashes"
    r"|flashing|står|viser|vises|sier|blinker|melder|kode(?:n)?|code)\b"
    r"(?:\s+(?:error|feil|code|kode|koden|a|an|en"
    r"|:)\b)*\s*:?\s*[\"“'«]?(?P<code>(?-i:[A-Z]{1,5}-?\d{1,4}[A-Za-z]?"
    r"|0x[0-9A-Fa-f]{4,10}))(?![\w-])"
)
_KNOWN_STATUS = words(
    r"\b(?:an?|en|the)\s(?P<code>400|401|403|404|408|429|50[0234])(?![\w-]|[.,]\d|\s?(?:kr|eur"
    r"|usd|€|g\b|kg|m\b|gb|page|dollar|euro|pound|nok))"
)
_CONSTANT = re.compile(
    r"(?<![\w/])((?:[A-Z][A-Z0-9]+_[A-Z0-9_]*[A-Z0-9])|0x[0-9A-Fa-f]{3,10}"
    r"|[A-Z][A-Za-z]{3,}(?:Exception|Error))(?!\w)"
)
_LEAD = (
    r"\b(?:says?|saying|said|shows?|showing|showed|reads?|reading|displays?|error|errors"
    r"|message|messages|feil|(?:feil)?melding(?:en)?|står|sto|viser|sier|kommer"
    r"|get|getting|got|gives?|får|tells? me|told me|popup|pop-up|see|ser)\b"
)
_QUOTED = (
    words(rf"{_LEAD}[^\"“”«»\n]{{0,30}}[\"“«]([^\"“”«»\n]{{3,140}})[\"”»]"),
    words(rf"{_LEAD}[^'‘’\n]{{0,30}}(?<!\w)['‘]([^'‘’\n]{{3,140}})['’](?!\w)"),
)
_CONTROL = words(
    r"\b(?:field|button|box|menu|tab|link|option|feltet|knappen|menyen|fanen|valget"
    r"|lenken) (?:called |named )?[\"“«'‘]$"
)
_ALONE = re.compile(r"^\W*[\"“«']([^\"“”«»'\n]{3,140})[\"”»'](?=\W*$|\s+(?:too|again|også))")
_ANYWHERE = words(
    r"[\"“«]([^\"“”«»\n]{0,60}\b(?:error|fail(?:ed|ure)|invalid|denied|declined|unavailable"
    r"|expired|not found|timed out|went wrong|try again|prøv igjen|gikk galt|feil(?:et)?|ugyldig|avvist"
    r"|utløpt)\b[^\"“”«»\n]{0,60})[\"”»]"
)
_POPS = words(
    r"[\"“«]([^\"“”«»\n]{3,140})[\"”»](?=\s+(?:pops? up|appears?|comes up|shows up|kommer opp"
    r"|dukker opp|vises))"
)
_TROUBLE = (
    r"(?:fail\w*|invalid|not|no|unable|cannot|can['’]?t|could not|couldn['’]?t|already|expired"
    r"|denied|declined|refused|unavailable|error|incorrect"
    r"|lost|timed out|timeout|missing|rejected|blocked|exceeded|unknown|forbidden|locked|wrong"
    r"|insufficient|ugyldig\w*|feilet|feil|avvist|utløpt"
    r"|ikke|mangler|sperret|ukjent|låst|avbrutt|brutt|nektet|tapt|ingen|utilgjengelig)"
)
_PLAIN = words(
    r"\b(?P<lead>says?|saying|shows?|showing|reads?|står|sier|viser|error(?: message)?(?: is"
    r"| says| saying)?|message(?: is| says)?|feilmelding(?:en)?(?: er| som sier)?"
    r"|meldingen(?: er| sier)?)(?!\w)\s*(?P<mark>:?)\s*(?:bare |just "
    r"|only )?(?P<text>[^\s\"“”«»'.,!?;:\n(][^\"“”«».,!?;\n(]{3,60}?)"
    r"(?=\s*(?:[.,!?;\n(]|$|\s(?:when|whenever|every|each|and|but|after|if|then|on (?:my|the)"
    r"|in (?:my|the)|når|hver|og|men|etter|hvis|så|på|i|before|while|even|as soon)\b))"
)
_PRONOUN = re.compile(
    r"(?:it|that|you|i|we|he|she|they|the|my|your|there|this|these|to|in|on|den|det|at|jeg|du"
    r"|dere|vi|han|hun|de|en|et|a|an|nothing|ingenting|your|so|så|what|hva"
    r"|how|hvordan|which|because|fordi|for|with|med|from|fra|no\b(?! \w)|yes|ja|nei|i['’]\w+"
    r"|it['’]s|is|er|was|of|about|if|om)\b"
)
_LONGEST = 10  # words of an answer that is all error text
_TOLD_LEAD = words(
    r"^(?:(?:it|det|den|the (?:screen|app|display|page|site|box)|just|only|bare|yes|ja|code"
    r"|koden?|feilkoden?|i (?:get|see)|jeg (?:får|ser)|skjermen)\s+)*"
    r"(?:just |only |bare )?(?:(?:says?|står|sier|shows?|viser|reads?|is|er|get"
    r"|see)[:,\s]+)?(?:that |bare |just |at )?"
)
_NO_ERROR = words(
    r"^\W*(?:i\b|jeg|no|none|ingen\w*|nothing|nei|it (?:does|is|just|won)|don['’]?t|dont|vet"
    r"|not\b|nope|what|hva|why|hvorfor|how|hvordan|yes\b|ja\b"
    r"|my|min|mitt|we|vi\b|the\b|just|bare|there|that|det (?:er|skjer|går|kommer)|den\b|only)"
)


def find_errors(said: Said, rules: FactRules) -> Iterator[Found]:
    """Error codes, and the text an error shows: quoted, after "error:", or told when asked."""
    for pattern in (_AFTER_ERROR, _BEFORE_ERROR, _HTTP, _KNOWN_STATUS, _SHOWN):
        for match in pattern.finditer(said.text):
            if re.search(r"\d", match["code"]) and not re.fullmatch(r"(?:19|20)\d\d", match["code"]):
                yield _code(match.start("code"), match["code"])
    for match in _CONSTANT.finditer(said.text):
        yield _code(match.start(1), match[1])
    for pattern in (*_QUOTED, _ALONE):
        for match in pattern.finditer(said.text):
            if _CONTROL.search(said.text[: match.start(1)]):
                continue
            if pattern is not _ALONE or "error" in said.asked or "error" in lower(said.text):
                yield from _text(match.start(1), match[1])
    for pattern in (_ANYWHERE, _POPS):
        for match in pattern.finditer(said.text):
            yield from _text(match.start(1), match[1])
    for match in _PLAIN.finditer(said.text):
        told = lower(match["text"])
        clear = match["mark"] or lower(match["lead"]).startswith(("error", "feilm", "melding", "message"))
        if match["mark"] and clear and len(told.split()) >= 2:
            yield from _text(match.start("text"), match["text"])
        if _PRONOUN.match(told) or re.search(r"(?<!\w)['‘]", told) or (not clear and len(told.split()) > 6):
            continue
        if re.search(rf"\b{_TROUBLE}\b", told) and len(told.split()) >= 2:
            yield from _text(match.start("text"), match["text"])
    if "error" in said.asked:
        yield from _answered(said)


def _answered(said: Said) -> Iterator[Found]:
    """The whole of a short answer to the question what it says."""
    text = said.text.strip()
    if len(text.split()) > _LONGEST or re.search(r"[?\"“”«»]", text):
        return
    lead = _TOLD_LEAD.match(text)
    start = said.text.find(text) + (lead.end() if lead else 0)
    told = said.text[start:].strip().strip("\"“”«»'.! ")
    if re.fullmatch(rf"(?i:{_CODE})", told):
        yield _code(said.text.find(told, start), told)
        return
    if not told or (
        _NO_ERROR.match(said.text)
        and not (lead and re.search(r"(?i)says?|står|sier|viser|shows", lead.group()))
    ):
        return
    start = said.text.find(told, start)
    if len(told.split()) >= 2 and "," not in told:
        yield from _text(start, told)


def _code(start: int, code: str) -> Found:
    return Found("error", start, start + len(code), code.upper(), False)


def _text(start: int, text: str) -> Iterator[Found]:
    stripped = text.strip()
    status = re.match(r"([45]\d\d)\s+(?=[A-Z])", stripped)
    if status:
        yield _code(start + text.find(stripped), status[1])
    if stripped and not re.fullmatch(rf"(?i:(?:error|feil\w*)?\s*(?:code|kode)?\s*{_CODE})", stripped):
        begin = start + text.find(stripped)
        value = re.sub(r"^[45]\d\d\s+(?=[A-Z])", "", stripped)
        value = re.sub(
            rf"^(?:error|feil)?\s*(?:code|kode)?\s*{_CODE}\s*[:–-]\s+", "", value, flags=re.IGNORECASE
        )
        yield Found("error", begin, begin + len(stripped), value or stripped, False)
