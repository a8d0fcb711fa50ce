"""The words that name days, in English and Bokmål, and those that tell whether a day is over or to come."""

from __future__ import annotations

import re

MONTHS = {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "mai": 5, "jun": 6, "jul": 7, "aug": 8}
MONTHS |= {"sep": 9, "oct": 10, "okt": 10, "nov": 11, "dec": 12, "des": 12}
MONTH = (
    r"(?P<month>jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch|s)?|apr(?:il)?|may|mai|june?|juni|july?|juli"
    r"|aug(?:ust)?|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cs](?:ember)?)\b\.?"
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
UKEDAGER = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")
SHORT = {
    "mon": 0,
    "tue": 1,
    "tues": 1,
    "wed": 2,
    "weds": 2,
    "thu": 3,
    "thur": 3,
    "thurs": 3,
    "fri": 4,
    "sat": 5,
    "sun": 6,
}
NUMBERS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "en": 1,
    "ei": 1,
    "én": 1,
    "et": 1,
    "two": 2,
    "to": 2,
    "three": 3,
    "tre": 3,
    "four": 4,
}
NUMBERS |= {
    "fire": 4,
    "five": 5,
    "fem": 5,
    "six": 6,
    "seks": 6,
    "seven": 7,
    "sju": 7,
    "syv": 7,
    "eight": 8,
    "åtte": 8,
}
NUMBERS |= {"nine": 9, "ni": 9, "ten": 10, "ti": 10, "eleven": 11, "elleve": 11, "twelve": 12, "tolv": 12}
NUMBERS |= {"couple of": 2, "a couple of": 2, "et par": 2}
NUMBER = rf"(?P<n>\d{{1,3}}|{'|'.join(sorted(NUMBERS, key=len, reverse=True))})"
DAYS_AWAY = {
    "the day before yesterday": -2, "day before yesterday": -2, "i forgårs": -2, "iforgårs": -2,
    "forgårs": -2, "yesterday morning": -1, "yesterday afternoon": -1, "yesterday evening": -1,
    "yesterday": -1, "yday": -1, "last night": -1, "i går kveld": -1, "i går": -1, "igår": -1,
    "earlier today": 0, "later today": 0, "today": 0, "tonight": 0, "this morning": 0, "this afternoon": 0,
    "this evening": 0, "i dag": 0, "idag": 0, "i kveld": 0, "ikveld": 0, "i morges": 0, "i ettermiddag": 0,
    "i natt": 0, "i formiddag": 0, "the day after tomorrow": 2, "day after tomorrow": 2, "i overmorgen": 2,
    "overmorgen": 2, "tomorrow morning": 1, "tomorrow": 1, "tmrw": 1, "tomorow": 1, "i morgen": 1,
    "imorgen": 1, "i morra": 1,
}  # fmt: skip
FEASTS = {
    "new year's eve": (12, 31), "nyttårsaften": (12, 31), "new year's day": (1, 1),
    "christmas eve": (12, 24), "julaften": (12, 24), "christmas day": (12, 25), "boxing day": (12, 26),
    "halloween": (10, 31), "valentine's day": (2, 14),
}  # fmt: skip
LEADS = (
    r"(?:on|since|by|before|until|from|dated|den|fra|siden|innen|før|til|the|of|for|mellom"
    r"|between|and|og|after|etter|due|forfall)"
)
HAPPENED = (
    r"(?:happened|occurred|bought|purchased|ordered|sent|delivered|arrived|arriving|booked"
    r"|paid|signed|expires?"
    r"|moved|moving|started|starts|was|date|dated|kommer|utløper|flytter|starter|var|er|dato"
    r"|datert|skjedde|hendte"
    r"|kjøpte?|bestilte?|sendte?|levert|kom|booket|betalte?|trukket|flyttet|startet|ble)"
)
SKJEDDE = (
    r"(?:skjedde|hendte|kjøpte?|bestilte?|sendte?|levert|booket|betalte?|trukket|flyttet|startet|ble|kom)"
)
PAST = frozenset(["last", "past", "since", "sist", "siste", "forrige", "siden", "this past"])
COMING = frozenset(
    [
        "next",
        "for",
        "by",
        "before",
        "until",
        "till",
        "neste",
        "innen",
        "før",
        "til",
        "nå",
        "coming",
        "førstkommende",
    ]
)
THE_DAY = frozenset(["på"])
PLAIN = frozenset(["this", "on", "from", "of"])
EACH = frozenset(["every", "each", "hver", "hvert"])
# What the words around a bare weekday say of whether it is over.
BEEN = re.compile(
    r"\b(?:was|were|did|came|got|went|sent|paid|bought|\w{3,}ed|ago|been|broke|took|told|said"
    r"|made|lost|found|left|had|var|ble|blei|fikk|kom|sendte|betalte|kjøpte|bestilte"
    r"|begynte|startet|sluttet|ringte|skjedde|gikk|skulle|mottok|leverte|hentet|mistet|glemte"
    r"|sjekket|overførte|trukket|kjøpt|bestilt|sendt|betalt|levert|mottatt|fått|vært|siden"
    r"|ødelagt)\b"
)
WILL = re.compile(
    r"\b(?:will|going to|['’]ll|arriv(?:e|es|ing)|leav(?:e|es|ing)|fly(?:ing)?"
    r"|travel(?:l?ing)?|need|want|would like|can you|could you|can i|could i|possible"
    r"|appointment|reservation|booking|booked|slot|table|happening|"
    r"reschedule|move|moving|deadline|due|meeting|come|coming|should|must|have to|get here"
    r"|deliver|book|skal|vil|kan|må|kommer|ønsker|trenger|reiser|flyr|drar|timen?|avtalen?"
    r"|flytte|frist\w*|heller|helst|bord|passer)\b"
)
