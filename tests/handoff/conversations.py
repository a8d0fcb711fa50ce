"""Hand-written conversations that end in a hand-over, with what a careful reader finds in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from config.teams import load_teams
from handoff.escalation import (
    Author,
    Customer,
    Decider,
    Escalation,
    IntentGuess,
    Line,
    Miss,
    Promise,
    Reason,
    Suggestion,
    Tried,
)
from handoff.finding.facts import FactRules
from handoff.floor.arrangements.opening import rules_of
from handoff.floor.triage import Rules
from handoff.opening import fact_rules

MONDAY = datetime(2026, 11, 23, 9, 40, tzinfo=UTC)

RULES: Rules = rules_of(load_teams())
FACT_RULES: FactRules = fact_rules(
    RULES,
    {
        "Nettly Hub 3": ("Nettly Hub", "Hub 3"),
        "Nettly Mesh Duo": ("Mesh Duo",),
        "Nettly Range Plug": ("Range Plug",),
        "Nettly Cam Porch": ("Cam Porch", "Porch Cam"),
        "Nettly Bulb": (),
        "Nettly Thermo": (),
        "Nettly Door Sensor": ("Door Sensor",),
    },
)

_AUTHORS: Mapping[str, Author] = {"c": "customer", "b": "bot", "a": "agent", "s": "system"}


def lines(*said: str, at: datetime = MONDAY) -> tuple[Line, ...]:
    """Lines such as "c: hello", half a minute apart, numbered from 1."""
    half = timedelta(seconds=30)
    return tuple(Line(i + 1, _AUTHORS[text[0]], text[3:], at + half * i) for i, text in enumerate(said))


def escalation(
    *said: str,
    conversation: str = "conv1",
    episode: int = 1,
    reason: Reason = Reason.ASKED_FOR_PERSON,
    because: str = "the customer asked for a person",
    language: str = "en",
    trigger: tuple[int, ...] | None = None,
    decided_by: Decider = "policy",
    customer: str = "visitor-1",
    name: str | None = None,
    address: str | None = None,
    intents: Sequence[tuple[str, float]] = (),
    tried: tuple[Tried, ...] = (),
    misses: tuple[Miss, ...] = (),
    promises: tuple[Promise, ...] = (),
    since: int = 1,
    at: datetime = MONDAY,
) -> Escalation:
    """An escalation right after the last of these lines."""
    spoken = lines(*(said or ("c: I want to talk to a human about order 10427",)), at=at)
    return Escalation(
        conversation_id=conversation,
        episode=episode,
        channel="web",
        page="https://nettly.example/support",
        started_at=spoken[0].at,
        escalated_at=spoken[-1].at,
        customer=Customer(customer, name, address, False, language),
        reason=reason,
        because=because,
        trigger=(spoken[-1].number,) if trigger is None else trigger,
        decided_by=decided_by,
        language=language,
        lines=spoken,
        since=since,
        intents=tuple(IntentGuess(*guess) for guess in intents),
        tried=tried,
        misses=misses,
        promises=promises,
        suggested=(Suggestion("returns", "Send something back", "send-back"),),
    )


@dataclass(frozen=True)
class Told:
    """A conversation and what its summary must say; facts as (name, value, first message)."""

    title: str
    escalation: Escalation
    ask: tuple[int, ...]
    facts: frozenset[tuple[str, str, int]]
    team: str
    priority: str
    headline: str = ""
    superseded: frozenset[tuple[str, str]] = frozenset()
    missing: tuple[str, ...] = ()
    mood: str | None = None
    hidden: tuple[str, ...] = field(default=())


TOLD: tuple[Told, ...] = (
    Told(
        "a refund that is late, with the order corrected",
        escalation(
            "b: Hi, I'm Nettly's assistant, a bot. Ask me anything, or ask for a person at any time.",
            "c: hi! i sent back my mesh duo two weeks ago and still no refund. order 10427",
            "b: You'd like to know when your refund arrives. It takes 5 to 10 working days.",
            "c: no, that's not it. It was DELIVERED to you on 9 November!! and sorry, i meant order 10428",
            "b: I'm sorry that didn't help. Which e-mail address did you order with?",
            "c: Maya.L@example.com, and I paid 2 199,00 kr. can I talk to a person please",
            name="Maya",
            intents=(("human_handoff", 0.97), ("refund_status", 0.91)),
            tried=(Tried("refunds", 2, "When your refund arrives", 0.83, (3, 4), "rejected"),),
        ),
        ask=(2,),
        facts=frozenset(
            {
                ("order", "NT-10427", 2),
                ("order", "NT-10428", 4),
                ("product", "Nettly Mesh Duo", 2),
                ("date", "2026-11-09", 2),
                ("email", "maya.l@example.com", 6),
                ("amount", "2199.00 NOK", 6),
            }
        ),
        superseded=frozenset({("order", "NT-10427")}),
        team="billing",
        priority="high",
        headline="I sent back my mesh duo two weeks ago and still no refund · 10428",
        mood="frustrated",
    ),
    Told(
        "only a person, nothing else",
        escalation("b: Hi, how can I help?", "c: human please"),
        ask=(),
        facts=frozenset(),
        team="support",
        priority="normal",
        headline="Human please",
        mood="calm",
    ),
    Told(
        "an outage, in capitals",
        escalation(
            "c: NO INTERNET SINCE THIS MORNING",
            "b: Please restart your router.",
            "c: I did that twice!! Hub 3 shows error code E42. I work from home, this is ridiculous",
            reason=Reason.UPSET,
            because="capitals and strong words",
            intents=(("wifi_no_connection", 0.88),),
        ),
        ask=(1, 3),
        facts=frozenset(
            {
                ("date", "2026-11-23", 1),
                ("product", "Nettly Hub 3", 3),
                ("error", "E42", 3),
            }
        ),
        team="technical",
        priority="urgent",
        mood="angry",
    ),
    Told(
        "a card number nobody should have sent",
        escalation(
            "c: I was charged twice for invoice INV-2026-00318",
            "b: I'm sorry about that. Which card did you use? Please don't send its number.",
            "c: my card is 4111 1111 1111 1111 and my password is Sommer2026!",
            reason=Reason.POLICY,
            because="only a person may look into a payment",
            intents=(("payment_problem", 0.93),),
            trigger=(1, 3),
        ),
        ask=(1,),
        facts=frozenset(
            {("invoice", "INV-2026-00318", 1), ("card", "•••• 1111", 3), ("password", "••••", 3)}
        ),
        team="billing",
        priority="high",
        headline="I was charged twice for invoice INV-2026-00318",
        missing=("order", "amount"),
        hidden=("4111", "Sommer2026"),
    ),
    Told(
        "an IBAN and a phone number, in Bokmål",
        escalation(
            "c: Hei, jeg har ikke fått refusjonen for ordre NT-20911",
            "b: Hvilken konto skal vi betale til?",
            "c: NO93 8601 1117 947, og ring meg på 912 34 567 om noe er uklart",
            language="nb",
            reason=Reason.NO_ANSWER,
            because="kunnskapsbasen har ikke svaret",
            intents=(("refund_status", 0.9),),
        ),
        ask=(1,),
        facts=frozenset({("order", "NT-20911", 1), ("iban", "•••• 7947", 3), ("phone", "+4791234567", 3)}),
        team="billing",
        priority="high",
        headline="Jeg har ikke fått refusjonen for ordre NT-20911",
        missing=("date",),
        hidden=("8601", "1117"),
    ),
    Told(
        "two misses in a row",
        escalation(
            "c: the thingy on the door does the red blink thing",
            "b: I'm not sure I understood. Could you say that in other words?",
            "c: door sensor blinks red and my phone says nothing",
            "b: I still don't understand, I'm sorry.",
            reason=Reason.NOT_UNDERSTOOD,
            because="2 misses in a row",
            misses=(Miss(1, "pair_device"), Miss(3, None)),
            trigger=(1, 3),
            intents=(("pair_device", 0.41), ("warranty", 0.2)),
        ),
        ask=(1, 3),
        facts=frozenset({("product", "Nettly Door Sensor", 3)}),
        team="technical",
        priority="normal",
        missing=("device",),
    ),
    Told(
        "a wish that was met, and a new one",
        escalation(
            "c: how do I reset my Hub 3?",
            "b: Hold the button for ten seconds.",
            "c: that worked, thanks!",
            "b: I'm glad. Anything else?",
            "c: yes. where is my order NT-10555? it should have been here by Friday",
            "b: I can't see your orders, I'm afraid.",
            "c: then get me someone who can",
            intents=(("order_status", 0.95),),
            tried=(Tried("reset", 4, "Reset your router", 0.95, (2, 3), "helped"),),
        ),
        ask=(5,),
        facts=frozenset(
            {
                ("product", "Nettly Hub 3", 1),
                ("order", "NT-10555", 5),
                ("date", "2026-11-27", 5),
            }
        ),
        team="orders",
        priority="normal",
        headline="Where is my order NT-10555?",
    ),
    Told(
        "a second episode does not repeat the first ask",
        escalation(
            "c: I want to return my Range Plug, order 10888",
            "s: Ines has joined",
            "a: Hello, I've sent you a label.",
            "s: The assistant is back",
            "c: thanks. can I change the delivery address of NT-10901 to Storgata 12, 0155 Oslo?",
            "b: Only a person may change an order that has been paid.",
            "c: ok, do that",
            episode=2,
            since=5,
            reason=Reason.POLICY,
            because="changes of paid orders are made by people",
            intents=(("change_order", 0.9),),
        ),
        ask=(5,),
        facts=frozenset(
            {
                ("product", "Nettly Range Plug", 1),
                ("order", "NT-10888", 1),
                ("order", "NT-10901", 5),
                ("address", "Storgata 12, 0155 Oslo", 5),
            }
        ),
        team="orders",
        priority="normal",
    ),
    Told(
        "fraud, with a promise",
        escalation(
            "c: someone hacked my account and ordered a Cam Porch yesterday for €249.90, not me!",
            "b: That is serious. A person will look at it within the hour.",
            "c: please hurry, i'm really worried",
            reason=Reason.SENSITIVE_TOPIC,
            because="fraud is a matter for people",
            decided_by="rule",
            trigger=(1,),
            intents=(("report_fraud", 0.89),),
            promises=(Promise("A person will look at it within the hour.", (2,), MONDAY),),
        ),
        ask=(1,),
        facts=frozenset(
            {
                ("product", "Nettly Cam Porch", 1),
                ("date", "2026-11-22", 1),
                ("amount", "249.90 EUR", 1),
            }
        ),
        team="security",
        priority="urgent",
    ),
    Told(
        "Bokmål, with a correction",
        escalation(
            "c: Hei! Jeg vil bestille retur av Mesh Duo, bestilling 30112",
            "b: Hvilken bestilling gjelder det? Ordrenummeret står i e-posten.",
            "c: nei, 30121 mente jeg",
            "b: Takk. Hva er galt med varen?",
            "c: den er defekt og lampa blinker rødt. kan jeg få snakke med et menneske?",
            language="nb",
            intents=(("return_item", 0.92),),
            name="Kari Nordmann",
        ),
        ask=(1, 5),
        facts=frozenset(
            {
                ("product", "Nettly Mesh Duo", 1),
                ("order", "NT-30112", 1),
                ("order", "NT-30121", 3),
            }
        ),
        superseded=frozenset({("order", "NT-30112")}),
        team="orders",
        priority="normal",
    ),
    Told(
        "an error quoted, a version and a device",
        escalation(
            'c: The app on my iPhone 13 says "Could not reach your hub", firmware 2.4.1',
            "b: Is your phone on the same network?",
            "c: yes",
            "b: Then please pair the hub again.",
            "c: done that, same error. My serial number is HX-88213. agent please",
            intents=(("pair_device", 0.7),),
            tried=(Tried("pair", 1, "Pair a device", 0.7, (4, 5), "rejected"),),
        ),
        ask=(1, 5),
        facts=frozenset(
            {
                ("device", "iPhone 13", 1),
                ("error", "Could not reach your hub", 1),
                ("version", "2.4.1", 1),
                ("detail:serial number", "HX-88213", 5),
            }
        ),
        team="technical",
        priority="normal",
        missing=("product",),
    ),
    Told(
        "the bot failed",
        escalation(
            "c: what does the warranty on a Nettly Bulb cover if it broke on 3 November 2026?",
            reason=Reason.BOT_FAILED,
            because="action_answer took longer than 5 s",
            decided_by="rule",
            intents=(("warranty", 0.94),),
        ),
        ask=(1,),
        facts=frozenset({("product", "Nettly Bulb", 1), ("date", "2026-11-03", 1)}),
        team="technical",
        priority="low",
        missing=("order",),
    ),
    Told(
        "markup, right-to-left text and a long message",
        escalation(
            "c: <script>alert(1)</script> שלום my Nettly Thermo is offline" + " and all else" * 200,
            "b: **Sorry** to hear that.",
            "c: /human_handoff",
            intents=(("wifi_no_connection", 0.6),),
        ),
        ask=(1,),
        facts=frozenset({("product", "Nettly Thermo", 1)}),
        team="technical",
        priority="normal",
    ),
)
