"""Makes up the conversations of a desk that has been open for years, the same ones every time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from handoff.case import Case, CaseStatus, Outcome
from handoff.entry import Entry
from handoff.escalation import Reason
from handoff.floor.rules import Priority
from handoff.values import JsonObject

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
AGENTS = tuple((f"agent{i}@nettly.example", f"Agent{i} Berg") for i in range(40))
TEAMS = ("support", "billing", "orders", "technical", "security")
LABELS = ("vip", "refund", "press", "warranty", "second try", "waiting for parcel")
PRODUCTS = ("Hub 3", "Mesh Duo", "Range Plug", "Cam Porch", "Thermo", "Door Sensor", "Bulb")
FIRST = ("Maya", "Jonas", "Ingrid", "Ola", "Emma", "Noah", "Sofie", "Lukas", "Aisha", "Kari", "Per", "Nora")
LAST = ("Lind", "Berg", "Hansen", "Johansen", "Olsen", "Larsen", "Khan", "Nguyen", "Haugen", "Moen", "Dahl")
SAID = {
    "en": (
        "My {product} has been offline since {day}, and the light is {word}.",
        "I ordered a {product} and my order number is {order}.",
        "Where is order {order}? It should have been here on {day}.",
        "I was charged twice, please refund {amount} kroner to my card.",
        "The {word} thing does not work, I have restarted it {number} times.",
        "You can reach me at {email} or by phone on {phone}.",
        "The screen says error {error}, what does that mean?",
        "No, that did not help at all. I want to talk to a person about the {word}.",
        "Thank you, I will try the {word} and come back tomorrow.",
        "Can I send back the {product}? The {word} box has been opened.",
        "Is the warranty for {product} two or five years? It says {word} on the back.",
    ),
    "nb": (
        "{product} har vært frakoblet siden {day}, og lampen lyser {word}.",
        "Jeg bestilte en {product}, og ordrenummeret mitt er {order}.",
        "Hvor er ordre {order}? Den skulle ha vært her på {day}.",
        "Jeg ble trukket to ganger, vil dere refundere {amount} kroner?",
        "Den {word} greia virker ikke, jeg har startet den på nytt {number} ganger.",
        "Jeg kan nås på {email} eller på telefon {phone}.",
        "På skjermen står det feil {error}, hva betyr det?",
        "Nei, det hjalp ikke i det hele tatt. Jeg vil snakke med et menneske om {word}.",
        "Tusen takk, jeg prøver {word} og kommer tilbake i morgen.",
        "Kan jeg returnere {product}? Den {word} esken er åpnet.",
        "Er garantien på {product} to eller fem år? Det står {word} på baksiden.",
    ),
}
ANSWERED = {
    "en": (
        "I have checked the {word} for you, {first}.",
        "A refund of {amount} kroner is on its way.",
        "Try this.",
    ),
    "nb": ("Jeg har sjekket {word} for deg, {first}.", "{amount} kroner er på vei tilbake.", "Prøv dette."),
}
DAYS = ("Monday", "Tuesday", "fredag", "lørdag", "9 November", "12. mars")
_SYLLABLES = (
    "ba",
    "der",
    "fin",
    "gul",
    "ket",
    "lom",
    "nis",
    "pra",
    "rot",
    "sil",
    "tek",
    "vor",
    "ung",
    "hal",
    "mi",
)


@dataclass(frozen=True, slots=True)
class Made:
    """One case with its thread and its summary's document, as far as a search reads it."""

    case: Case
    entries: tuple[Entry, ...]
    document: JsonObject


def conversations(cases: int, messages: int) -> Iterator[Made]:
    """So many cases, oldest first, `messages` each on average; about three in a hundred are not resolved.

    Words are as uneven as in real texts: a few in every second case, and thirty thousand that are rare.
    """
    chance = random.Random(20261120)
    rare = sorted({"".join(chance.choices(_SYLLABLES, k=chance.randint(2, 5))) for _ in range(30_000)})
    weights = [1 / (place + 10) for place in range(len(rare))]
    words = iter(())
    for place in range(cases):
        bag = chance.choices(rare, weights, k=3 * messages)
        words = iter(bag * 2)
        number = 1001 + place
        language = chance.choice(("en", "en", "nb"))
        first, last = chance.choice(FIRST), chance.choice(LAST)
        opened = NOW - timedelta(minutes=11 * (cases - place))
        blanks = {
            "product": chance.choice(PRODUCTS),
            "order": f"NT-{100_000 + chance.randrange(5 * cases)}",
            "email": f"{first}.{last}{chance.randrange(9999)}@example.com".lower(),
            "phone": f"9{chance.randrange(10**7):07}",
            "error": f"E{chance.randrange(10, 99)}",
            "first": first,
        }
        said: list[Entry] = []
        for seq in range(1, chance.randint(messages // 2, messages + messages // 2) + 1):
            agent = seq > 4 and seq % 3 == 0
            pattern = chance.choice((ANSWERED if agent else SAID)[language])
            text = pattern.format(
                **blanks,
                day=chance.choice(DAYS),
                word=next(words),
                amount=chance.randrange(100, 5000),
                number=chance.randrange(2, 9),
            )
            at = opened + timedelta(minutes=seq)
            who = AGENTS[place % len(AGENTS)]
            if agent:
                said.append(Entry(seq, "reply", who[0], who[1], text, at, seq, f"{number}-{seq}"))
            else:
                said.append(Entry(seq, "line", "customer", None, text, at, seq))
        case = _case(number, language, f"{first} {last}", said, opened, chance, place > 0.97 * cases)
        fact = {"name": "order", "words": blanks["order"], "value": blanks["order"]}
        yield Made(case, tuple(said), {"customer": {"address": blanks["email"]}, "facts": [fact]})


def _case(
    number: int,
    language: str,
    name: str,
    said: list[Entry],
    opened: datetime,
    chance: random.Random,
    live: bool,
) -> Case:
    who = chance.choice(AGENTS)
    held = not live or chance.random() < 0.1
    case = Case(
        number=number,
        handoff_id=f"bench-{number}-1",
        conversation_id=f"bench-{number}",
        episode=1,
        status=CaseStatus.OPEN,
        team=chance.choice(TEAMS),
        priority=chance.choice(tuple(Priority)),
        priority_because="Normal: nothing in the conversation raises or lowers it.",
        skills=(language,),
        language=language,
        headline=said[0].text[:90],
        reason=Reason.ASKED_FOR_PERSON,
        channel=chance.choice(("web", "web", "rasa_rest")),
        customer_id=f"visitor-{chance.randrange(40_000)}",
        customer_name=name,
        agent=who[0] if held else None,
        agent_name=who[1] if held else None,
        opened_at=opened,
        waiting_since=None,
        first_reply_by=None if held else opened + timedelta(hours=1),
        resolve_by=opened + timedelta(days=2),
        claimed_at=opened + timedelta(minutes=3) if held else None,
        first_replied_at=opened + timedelta(minutes=6) if held else None,
        resolved_at=None,
        outcome=None,
        unread=0,
        last_seq=len(said),
        version=1,
        labels=tuple(chance.sample(LABELS, 1)) if chance.random() < 0.1 else (),
        held_how="claimed" if held else None,
        held_since=opened if held else None,
    )
    if live:
        return replace(case, status=CaseStatus.SNOOZED) if held and chance.random() < 0.3 else case
    ended = opened + timedelta(hours=chance.randint(1, 40))
    return replace(case, status=CaseStatus.RESOLVED, outcome=Outcome.SOLVED, resolved_at=ended)
