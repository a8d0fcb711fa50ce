"""The words a summary is read from, in English and Bokmål; another language is more words here."""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def lower(text: str) -> str:
    """The text in lower case with every character in its place, which a few letters would not keep.

    Patterns on it need no IGNORECASE, which makes a long alternation several times as slow.
    """
    lowered = text.lower()
    return (
        lowered
        if len(lowered) == len(text)
        else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    )


def _phrases(text: str) -> re.Pattern[str]:
    """Any of the comma-separated phrases as whole words of a text in lower case.

    Each may hold a pattern such as `refund\\w*`.
    """
    phrases = (" ".join(phrase.split()).replace(" ", r"\s+") for phrase in text.split(","))
    return re.compile(rf"\b(?:{'|'.join(phrases)})\b")


COURTESY = _words(
    """
    hi hello hey hiya there dear good morning afternoon evening day thanks thank thx cheers you very
    much so ok okay yes yeah yep no nope sure great perfect fine bye goodbye well hmm oh um alright
    right please hurry quick quickly fast i'm im really worried hope waiting
    hei heisann hallo god morgen dag kveld takk tusen mange ja jo nei greit flott supert fint bra ha
    det hade okei vel vennligst fort jeg er bekymret venter skynd deg dere
    """
)
"""Words that greet, thank, agree, hurry or say goodbye: a message of nothing else states no wish."""

FEEDBACK = _words(
    """
    that that's this it it's the answer article link did does didn didnt didn't doesn doesnt doesn't
    at all anything really bit either this
    not help helped helpful work worked works solve solved wrong useless what i asked still t s isn
    isn't wasn wasn't is was
    i hele tatt noe
    det den dette svaret artikkelen hjalp hjelper ikke virket virker fungerte fungerer løste var er
    fortsatt
    """
)
"""Words that say of an answer whether it helped."""

PERSON = _words(
    """
    human humans person people agent someone somebody representative rep operator advisor adviser
    staff anyone support service real actual live
    menneske mennesker kundebehandler kundeservice rådgiver noen ekte ordentlig saksbehandler
    medarbeider
    """
)
"""Words for a person of the company."""

REQUEST = _words(
    """
    i i'd id want wanna need would like give find fetch can could may please just now to a an the
    talk speak chat with connect transfer put through get let me my your from at instead not bot
    robot machine for of in
    team customer is and this do have are only rather don't dont then who
    jeg vil ønsker trenger må kan får snakke prate chatte med meg deg dere du en et å overført
    overføre sett over til heller bare vær så snill nå fra gjerne få lov om som og skal maskin
    """
)
"""What else a request for a person is made of."""

PERSON_ASKED = _phrases(
    "talk, speak, chat, connect, transfer, put me, get me, real, human, agent, snakke, prate, chatte, "
    "overfør\\w*, sett meg, menneske, kundebehandler"
)

WISH = _phrases(
    "i'd like, i would like, i want, i need, i have to, i must, can you, can i, can we, could you, "
    "could i, could we, would you, how, where, when, why, what, which, is it possible, is there, do you, "
    "please, help, trying to, looking for, wondering, jeg vil, jeg ønsker, jeg trenger, jeg må, kan jeg, "
    "kan du, kan dere, kan vi, får jeg, skal jeg, skal dere, hvordan, hvor, når, hvorfor, hva, hvilken, "
    "hvilket, hvilke, er det, har dere, hjelp\\w*, lurer"
)
"""Signs of a question or a request."""

PROBLEM = _phrases(
    "doesn['’]?t, didn['’]?t, isn['’]?t, wasn['’]?t, hasn['’]?t, haven['’]?t, won['’]?t, can['’]?t, "
    "couldn['’]?t, wouldn['’]?t, don['’]?t, cannot, not, never, "
    "no (?:internet|wi-?fi|signal|connection|power|sound), blink\\w*, no longer, broken, missing, wrong, "
    "lost, late, delayed, damaged, faulty, defective, fail\\w*, error, stuck, drop\\w*, slow, dead, "
    "charged, overcharged, twice, stops?, stopped, keeps?, refund\\w*, cancel\\w*, return\\w*, "
    "replace\\w*, change, locked, hacked, stolen, offline, flash\\w*, ikke, mangler, feil, ødelagt, "
    "defekt, treg\\w*, forsinket, borte, mistet, trukket, belastet, sluttet?, refusjon, refundert, "
    "avbestill\\w*, kanseller\\w*, returner\\w*, bytte, endre, låst, hacket, stjålet, blinker, faller, "
    "henger, nede, ingen (?:internett|dekning|strøm|lyd)"
)
"""Signs that something is wrong or is to be changed."""

SOLVED = _phrases(
    "(?:that|it|this) (?:worked|works now|is working now|helped|fixed it|did it), works now, "
    "working now, solved, sorted, all good now, never ?mind, forget (?:it|that|about), "
    "det (?:hjalp|funket|virket|løste seg|ordnet seg), (?:virker|fungerer) nå, glem det"
)
"""Signs that what was wished for is settled."""

LEAD = re.compile(
    r"^(?:(?:hi|hello|hey|hei|hallo|heisann|god (?:morgen|dag|kveld)|good (?:morning|afternoon|evening)"
    r"|one more thing|en ting til|ok|okay|so|well|and|but|yes|no|nei|ja|please|also|og|men|thanks?(?: you)?"
    r"|takk)\b(?: there| all)?[\s,.!:;–-]*)+"
    r"|^(?:i was (?:just )?wondering (?:if|whether)|i (?:just )?wanted to (?:ask|know)(?: (?:if|whether))?"
    r"|i(?:'d| would) like to know(?: (?:if|whether))?"
    r"|(?:can|could|would) you (?:please )?(?:tell me|help me with|let me know)?"
    r"|jeg (?:bare )?lurer på(?: om)?|kan (?:du|dere) (?:si meg|fortelle meg|hjelpe meg med))"
    r"\s+(?=\S+\s+\S+)",
    re.IGNORECASE,
)
"""How sentences begin before they come to the point."""

HASTE = _phrases(
    "urgent, urgently, asap, as soon as possible, immediately, right away, straight away, haster, "
    "straks, snarest, med en gang, umiddelbart"
)
"""Words of someone in a hurry."""

WAITED = re.compile(
    r"\b(?:wait(?:ed|ing)|vent(?:et|er))\b[^.!?\n]{0,30}?\b(?:days?|weeks?|months?|hours?|dag(?:er)?|uker?"
    r"|måned(?:er)?|timer?)\b"
)
"""For how long someone has waited."""
