"""Hand the conversation over: one case with its reason, and the customer told what happens."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActionExecuted, ConversationPaused, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.forms import leaving
from actions.noting import note_hand_over
from actions.reading import (
    DID_NOT_HELP,
    HELPED,
    Said,
    episode,
    intent,
    intents,
    language,
    resumed_at,
    said,
)
from actions.services import Services, ServicesSource, open_services
from actions.told import told
from actions.tried import step_reactions, steps_tried, walks
from actions.when import tell_when
from handoff.escalation import (
    Customer,
    Escalation,
    IntentGuess,
    Line,
    Miss,
    Reaction,
    Reason,
    Suggestion,
    Tried,
)

TALK = frozenset(
    ("human_handoff", *HELPED, *DID_NOT_HELP, "greet", "thank", "goodbye", "inform", "correction", "stop")
)
MISSES = (
    "utter_no_answer",
    "utter_ask_rephrase",
    "utter_did_you_mean",
    "utter_is_it_this",
    "utter_what_is_wrong",
)

BESIDE_FILES = "utter_file_kept"
"""What is said of files before the words that came with them are answered."""


class ActionEscalate(Action):
    """Opens the case (once, however often it runs) and pauses the bot until a person gives it back."""

    def __init__(self, services: ServicesSource = open_services) -> None:
        self._services = services

    def name(self) -> str:
        return "action_escalate"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        services = self._services()
        escalation = escalation_of(tracker, services)
        case = services.intake.open(escalation)
        note_hand_over(services, tracker, escalation.reason.value, case.number)
        says = tracker.get_slot("handoff_says")
        if says:
            dispatcher.utter_message(text=str(says))
        else:
            dispatcher.utter_message(response=_words(escalation, tracker, domain), case=case.number)
        asked = tell_when(dispatcher, tracker, services, case)
        handoff = {
            "handoff_id": escalation.handoff_id,
            "case": case.number,
            "reason": escalation.reason.value,
            "because": escalation.because,
        }
        # Without the last event a real Rasa would run this action again after `resume`.
        # A form is not gone on with: what it was told is in the case, and a person asks the rest.
        left = leaving(tracker)
        return [
            *left,
            *asked,
            SlotSet("handoff", handoff),
            ConversationPaused(),
            ActionExecuted("action_listen"),
        ]


def _words(escalation: Escalation, tracker: Tracker, domain: dict[str, Any]) -> str:
    """The response for the reason; for a sensitive topic its own, where there is one."""
    own = f"utter_handoff_{tracker.get_slot('handoff_topic')}".replace(" ", "_")
    if escalation.reason is Reason.SENSITIVE_TOPIC and own in (domain.get("responses") or {}):
        return own
    return f"utter_handoff_{escalation.reason.value}"


def escalation_of(tracker: Tracker, services: Services) -> Escalation:
    """Everything the handoff room needs, read from the tracker: it holds the whole conversation."""
    lines = said(tracker)
    since = resumed_at(tracker)
    now = services.clock.now()
    here = tuple(line for line in lines if line.number >= since)
    reason = Reason(_noted(tracker, "handoff_reason") or _reason_of(tracker))
    because = str(_noted(tracker, "handoff_because") or f"the wish is one for a person ({reason})")
    last = max((line.number for line in here if line.author == "customer"), default=since)
    started = lines[0].at if lines else now
    customer = _customer(tracker, services)
    return Escalation(
        conversation_id=tracker.sender_id,
        episode=episode(tracker),
        channel=str(tracker.get_latest_input_channel() or "web"),
        page=(customer.site and customer.site.page) or _page(tracker),
        started_at=started,
        escalated_at=now,
        customer=customer,
        reason=reason,
        because=because,
        trigger=_trigger(reason, here, last),
        decided_by="rule" if because.startswith("the rule ") else "policy",
        language=language(tracker),
        lines=tuple(_line(line) for line in lines),
        since=since,
        intents=tuple(IntentGuess(name, probability) for name, probability in _wish(here, tracker)[:3]),
        tried=_tried(here, tracker),
        misses=tuple(_missed(here)),
        told=told(tracker),
        suggested=_suggested(here, tracker, services),
    )


def _customer(tracker: Tracker, services: Services) -> Customer:
    """Who asks: whom the company's site says they are, else what they have said of themselves."""
    told = Customer(
        id=tracker.sender_id,
        name=tracker.get_slot("customer_name"),
        address=tracker.get_slot("email"),
        verified=False,
        locale=language(tracker),
    )
    known = services.customer(tracker.sender_id)
    if known is None:
        return told
    name, address = known.name or told.name, known.address or told.address
    return replace(known, name=name, address=address, locale=told.locale)


def _trigger(reason: Reason, here: tuple[Said, ...], last: int) -> tuple[int, ...]:
    """The messages that decided: the last one, and what led up to it where one alone would not have."""
    earlier: Iterator[int] = iter(())
    if reason in (Reason.NO_ANSWER, Reason.NOT_UNDERSTOOD):
        earlier = (miss.message for miss in _missed(here))
    elif reason is Reason.ANSWER_REJECTED:
        earlier = (line.number for line in here if _by_customer(line, DID_NOT_HELP))
    elif reason is Reason.UPSET:
        earlier = (line.number for line in here if line.author == "customer" and line.mood != "calm")
    return tuple(sorted({*earlier, last}))


def _by_customer(line: Said, understood: tuple[str, ...]) -> bool:
    """Whether the customer said it, and it was taken for one of these intents."""
    return line.author == "customer" and bool(line.intents) and line.intents[0][0] in understood


def _noted(tracker: Tracker, name: str) -> Any:
    """A slot's value; where the domain is another's and lacks it, what the last event said of it."""
    if name in tracker.slots:
        return tracker.get_slot(name)
    return next(
        (
            each["value"]
            for each in reversed(tracker.events)
            if (each["event"], each.get("name")) == ("slot", name)
        ),
        None,
    )


def _reason_of(tracker: Tracker) -> Reason:
    return Reason.ASKED_FOR_PERSON if intent(tracker) == "human_handoff" else Reason.POLICY


def _page(tracker: Tracker) -> str | None:
    for event in tracker.events:
        page = (event.get("metadata") or {}).get("page")
        if page:
            return str(page)
    return None


def _line(line: Said) -> Line:
    author = line.author
    assert author in ("customer", "bot", "agent", "system")
    said = line.text, line.at, line.name
    return Line(line.number, author, *said, files=line.files)  # type: ignore[arg-type]


def _wish(here: tuple[Said, ...], tracker: Tracker) -> tuple[tuple[str, float], ...]:
    """The readings of the last message that said what is wanted, rather than who should answer."""
    for line in reversed(here):
        if line.author == "customer" and line.intents and _wishes(line):
            return line.intents
    return intents(tracker)


def _wishes(line: Said) -> bool:
    """True unless the message only greets, thanks, judges an answer, fills in a form or asks for a person."""
    return not line.in_form and (not line.intents or line.intents[0][0] not in TALK)


def _tried(here: tuple[Said, ...], tracker: Tracker) -> tuple[Tried, ...]:
    """The articles and the steps that were given, in the order first given."""
    steps, of_steps = steps_tried(here, tracker), step_reactions(tracker)
    walked = walks(steps)
    articles = [each for at, line in enumerate(here) for each in _articles(line, here[at + 1 :], of_steps)]
    followed = (
        replace(each, reaction=walked.get(each.article, each.reaction))
        if each.reaction == "ignored"
        else each
        for each in articles
    )
    return tuple(sorted((*followed, *steps), key=lambda each: each.messages[0]))


def _articles(line: Said, following: tuple[Said, ...], of_steps: Container[int]) -> Iterator[Tried]:
    """What an answer cites, and how the customer's next message took it.

    of_steps: the messages that were about the step of a walk, not about an answer in between.
    """
    if line.answer is None:
        return
    after = next((each for each in following if each.author == "customer"), None)
    if after is not None and after.number in of_steps:
        after = None
    understood = after.intents[0][0] if after is not None and after.intents else None
    reaction: Reaction = "ignored"
    if understood in HELPED or understood in DID_NOT_HELP:
        reaction = "helped" if understood in HELPED else "rejected"
    heard = (after.number,) if after is not None and reaction != "ignored" else ()
    for cited in (line.answer, *line.also):
        yield Tried(
            article=str(cited["article"]),
            revision=int(cited["revision"]),
            title=str(cited["title"]),
            probability=float(cited["probability"]),
            messages=(line.number, *heard),
            reaction=reaction,
        )


def _missed(here: tuple[Said, ...]) -> Iterator[Miss]:
    """Customer messages that the bot answered with "say that again", and what they were nearest to."""
    for line, after in pairwise(line for line in here if line.response != BESIDE_FILES):
        if line.author == "customer" and after.response in MISSES:
            yield Miss(line.number, line.intents[0][0] if line.intents else None)


def _suggested(here: tuple[Said, ...], tracker: Tracker, services: Services) -> tuple[Suggestion, ...]:
    asked = [line.text for line in here if line.author == "customer" and line.text and _wishes(line)]
    if not asked:
        return ()
    given = {each["article"] for line in here if line.answer for each in (line.answer, *line.also)}
    hits = services.knowledge.search(asked[-1], language=language(tracker), limit=6)
    fresh: dict[str, Suggestion] = {}
    for hit in hits:
        if hit.passage.article not in given:
            fresh.setdefault(hit.passage.article, Suggestion(str(hit.passage.article), hit.title, hit.slug))
    return tuple(fresh.values())[:3]
