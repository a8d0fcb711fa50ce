"""Finds the name a customer gives as their own. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handoff.casefile.lexicon import lower
from handoff.finding.found import FactRules, Found, Said, listed, words

_UP = r"[A-ZÆØÅÄÖÜÉÁÍÓÚŁŠŽÇ]"
_LOW = r"[a-zæøåäöüßéèêáàíìóòúùñçłšžýëïâôû]"
_WORD = rf"{_UP}(?:['’]{_UP})?{_LOW}+(?:['’-]{_UP}?{_LOW}+)*"
_PARTICLE = r"(?:van der|van den|van|von|de la|de|da|dos|del|di|el|al|bin|ter|le|la|af)"
_TITLE = r"(?:(?:Dr|Mr|Mrs|Ms|Miss|Prof|Herr|Fru)\.? )?"
_NAME = rf"{_TITLE}{_WORD}(?:(?: {_PARTICLE})? (?:{_WORD}|{_UP}\.)){{0,3}}"
_ANY = r"[^\W\d_]+(?:['’-][^\W\d_]+)*"

_INTRODUCED = re.compile(
    r"(?i:\b(?:(?:my (?:full )?name(?: is|['’]s)|jeg heter|navnet mitt|mitt navn)"
    r"(?: er)?(?: actually| really| correctly| egentlig)? (?:spelled|spelt|written|stavet"
    r"|staves|skrevet|skrives)"
    r"(?: as| med| with| som)?:?"
    r"|my (?:full )?name(?: is|['’]s)|my name:|i am called|i['’]m called|name['’]s"
    r"|jeg heter|eg heter|æ heite|navnet mitt er"
    r"|mitt navn er|navnet er|the name is|(?<!s )name is|in the name of|under the name(?: of)?"
    r"|på navnet|i navnet|(?:booked|registered|listed|reserved|ordered|filed) (?:under|to)"
    r"|(?:is|was|be|it['’]s) under"
    r"|(?:bestilt|registrert|booket|reservert|oppført|meldt) (?:på|til|av)"
    r"|(?:står|sto) (?:på|i)|contact person(?: is|:)|contact is|holder is|innehaver(?:en)? er"
    r"|kontaktperson(?:en)?(?: er|:)))"
    rf"\s+(?P<name>{_NAME}(?!\w))"
)
_SLOPPY = words(
    rf"\b(?:my (?:full )?name(?: is|['’]s)|my name:|i am called|jeg heter|eg heter"
    rf"|navnet mitt er|mitt navn er)\s+"
    rf"(?P<name>{_ANY}(?: {_ANY}){{0,2}}?)(?=\s*(?:[,.!?;:\n(-]|$|\b(?:and|og|but|men|from|fra"
    rf"|i|my|med|with|order|ordre|kunde\w*|har|have|jeg|about)\b))"
)
_DENIED = re.compile(
    rf"(?i:\b(?:my name is not|my name isn['’]t|i['’]?m not|i am not|jeg heter ikke"
    rf"|jeg er ikke))\s+(?P<name>{_NAME}(?!\w))"
)
_FIELD = re.compile(
    rf"(?i:(?:^|[\n,;.])\s*(?:(?:full|passenger|customer|last|first|fullt) )?(?:name"
    rf"|navn))\s*[:=]\s*(?P<name>{_NAME}(?!\w))"
)
_I_AM = re.compile(
    rf"(?:(?i:\bi am|\bi['’]m|\bthis is|\bjeg er|\bdette er|\bdet er|\bher er|\bit['’]s)\s+)(?P<name>{_NAME})"
    rf"(?P<after>(?=\s*(?:[,.!\n(;-]|$))|(?=\s+(?:and|og|from|fra|here|her|med|with|in|i|again|igjen)\b))"
)
_HERE = re.compile(
    rf"^(?:(?i:hi|hello|hei|hey|hallo)[,! ]+)?(?P<name>{_NAME}) (?:here|her)\b(?=\s*[,.!:-]|$)"
)
_SIGNED = re.compile(
    r"(?i:(?:\b(?:(?:kind|best|warm)? ?regards|best wishes|sincerely|yours(?: truly"
    r"| sincerely)?|cheers|mvh|vh|hilsen|hilsning|br|best"
    r"|beste hilsen|(?:med )?vennlig hilsen|mvh\.|takk på forhånd|thanks in advance)"
    r"|\n\s*(?:thanks|thank you|takk))[\s,.!-]*(?:fra\s|from\s)?)"
    rf"(?P<name>{_NAME})\s*(?=$|\n|,|\.\s*$|\.\n)"
)
_THANKED = re.compile(rf"(?<=[.!?\n])\s*(?i:thanks|thank you|takk|cheers),\s+(?P<name>{_NAME})\s*[.!]?\s*$")
_ASK_FOR = re.compile(
    r"(?:(?:^|[.,;:!?)]\s*)|\b(?i:and|og|please|just|bare)\s)(?i:ask for|ask them for"
    r"|spør (?:etter|om)|attn\.?:?)"
    rf"\s+(?P<name>{_WORD}(?: (?:{_PARTICLE} )?{_WORD}){{1,2}}(?!\w))"
)
_DASHED = re.compile(rf"(?:[.!?\n]\s*|\s)[-–—/~]\s?(?P<name>{_NAME})\s*$")
_LEAD = words(
    r"^(?:(?:it['’]?s|its|i['’]?m|i am|jeg heter|jeg er|det er|navnet er|navn(?:et)?|name"
    r"|my name is|under|the name is|på|yes|ja|sure)[:,\s]+)+"
)
_NOT_NAMES = listed(
    """
    a afraid agent aldri also american an angry april asking august back bare basic british chinese
    customer danish dansk december det dette don't done dont dutch en engelsk english et european
    february fine finnish fornøyd fredag french friday german getting glad going gold good happy having
    hei hello help her here hi him his hjelp how human hva hvem hvordan i idk ikke indian ingen
    interessert irish it italian ja january july june just kunde kunne lei litt looking lørdag mandag
    march may member menneske mine monday nei never new no no? none nope norsk norwegian not nothing
    november nysgjerrig october ok okay onsdag person platinum please polish premium private pro really
    redd russian sad saturday scottish secret september silver sint so sorry spanish still student
    sunday sure svensk swedish søndag takk thanks that the there this thursday tirsdag too torsdag
    trying tuesday tysk ukrainian unknown usikker using veldig very vet vi waiting we wednesday welsh
    what who why why? writing yes you
    """
)


def find_names(said: Said, rules: FactRules) -> Iterator[Found]:
    """A name the customer gives as their own, signs with, or answers with when asked for it."""
    text = said.text
    for pattern in (
        _DENIED,
        _INTRODUCED,
        _SLOPPY,
        _ASK_FOR,
        _FIELD,
        _HERE,
        _SIGNED,
        _THANKED,
        _DASHED,
        _I_AM,
    ):
        for match in pattern.finditer(text):
            first = lower(match["name"]).split()[0]
            if first in _NOT_NAMES or (pattern is _I_AM and _thing(match)):
                continue
            yield _found(match.start("name"), match["name"])
    if "name" in said.asked:
        lead = _LEAD.match(text.strip())
        start = text.find(text.strip()) + (lead.end() if lead else 0)
        answer = re.match(rf"({_ANY}(?: {_ANY}){{0,3}})\s*(?:[.!,;\n]|$|\band\b|\bog\b)", text[start:])
        named = answer[1] if answer and len(answer[1].split()) <= 3 else ""
        if named and not any(word in _NOT_NAMES for word in lower(named).split()):
            yield _found(start, named)


def _thing(match: re.Match[str]) -> bool:
    """ "This is Ridiculous": one word after "this is" or "it's" is a name only before "here"."""
    lead = lower(match.group())[: match.start("name") - match.start()].replace("’", "'").strip()
    single = " " not in match["name"]
    again = (
        match.string[match.end() :]
        .lstrip()[:6]
        .startswith(("fra ", "from ", "here", "her", "again", "igjen"))
    )
    return single and not again and lead in ("this is", "it's", "det er", "dette er")


def _found(start: int, name: str) -> Found:
    plain = re.sub(rf"^{_TITLE}", "", name)
    value = plain if plain != lower(plain) else plain.title()
    return Found("name", start, start + len(name), value, False)
