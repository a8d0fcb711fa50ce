"""What to do next: the bot's whole judgement, pure and with a reason for everything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from bot.dialogue.assistant import Assistant
from bot.dialogue.documents import JsonValue
from bot.dialogue.rules import LISTEN, NextAction, PastTurn, Situation, next_action
from bot.understanding.reading import FALLBACK_INTENT, PERSON_INTENTS, Reading

ANSWER, ESCALATE = "action_answer", "action_escalate"
APOLOGY = "utter_sorry"

# From this probability on a person is fetched: asking twice costs a customer more than one case too many.
WANTS_PERSON = 0.5


@dataclass(frozen=True, slots=True)
class Standing:
    """What the policy needs to know about a conversation.

    slots: as they are now; misses: messages in a row that found no answer; done: the actions of this turn, in
    order; past: earlier turns of the session, oldest first.
    """

    slots: Mapping[str, JsonValue] = field(default_factory=dict)
    misses: int = 0
    done: tuple[str, ...] = ()
    past: tuple[PastTurn, ...] = ()
    active_loop: str | None = None
    holder: str = "bot"


@dataclass(frozen=True, slots=True)
class Decision:
    """The next action's name and why, in one human sentence.

    slots: to be set before the action runs; by: whether the assistant's files decided or the policy itself.
    """

    action: str
    because: str
    slots: Mapping[str, JsonValue] = field(default_factory=dict)
    by: Literal["rule", "policy"] = "policy"


def decide(
    standing: Standing, reading: Reading, assistant: Assistant, *, sure: float = 0.55, misses: int = 2
) -> Decision:
    """The next action of this turn; asked again after each until it is `action_listen`.

    sure: least certainty in [0, 1] to act on an intent; misses: how many in a row are too many.
    """
    if standing.holder in ("queue", "agent"):
        return Decision(LISTEN, f"the {standing.holder} holds the conversation, so the bot is silent")
    if ESCALATE in standing.done:
        return Decision(LISTEN, "a person has been asked to take over")
    chosen = _chosen(standing, reading, assistant, sure)
    topic = _sensitive(reading, assistant, sure)
    if not standing.done:
        if reading.wants_person >= WANTS_PERSON:
            return _escalate("asked_for_person", f"the customer asked for a person: {_quoted(reading)}")
        if topic is not None and not _hands_over(chosen):
            return _escalate("sensitive_topic", topic)
        if reading.mood.label == "upset" and (standing.misses or standing.slots.get("apologised")):
            return _escalate("upset", f"the customer is still upset: {_signs(reading)}")
        if _owes_apology(standing, reading, assistant) and not _hands_over(chosen):
            return Decision(APOLOGY, f"the customer is upset: {_signs(reading)}", {"apologised": True})
    if standing.misses >= misses and (ANSWER in standing.done or reading.certainty < sure):
        return _escalate(_miss(reading, sure), f"{standing.misses} messages in a row found no answer")
    return _follow(chosen, topic, standing, reading, sure)


def _chosen(standing: Standing, reading: Reading, assistant: Assistant, sure: float) -> NextAction | None:
    """What the assistant's own rules and stories want; an unsure reading is the intent `nlu_fallback`."""
    intent = reading.intents[0].name if reading.certainty >= sure else FALLBACK_INTENT
    situation = Situation(
        intent, reading.entities, standing.slots, standing.active_loop, standing.done, standing.past
    )
    chosen = next_action(assistant, situation)
    if chosen is None and standing.done[:1] == (APOLOGY,):
        # The apology was the policy's own: no rule knows of it.
        chosen = next_action(assistant, replace(situation, done=standing.done[1:]))
    return chosen


def _follow(
    chosen: NextAction | None, topic: str | None, standing: Standing, reading: Reading, sure: float
) -> Decision:
    known = reading.certainty >= sure
    if chosen is None:
        if standing.done and standing.done != (APOLOGY,):
            return Decision(LISTEN, f"{standing.done[-1]} was all there was to do")
        meant = reading.intents[0].name if known else "no intent for sure"
        return Decision(ANSWER, f"it reads as {meant} and no rule says what to do, so the articles decide")
    if chosen.action == LISTEN:
        return Decision(LISTEN, f"the {chosen.kind} {chosen.name!r} is done", by="rule")
    if not known:
        because = (
            f"{_guess(reading)}, which is below {sure:.2f}, so the {chosen.kind} {chosen.name!r} decides"
        )
        return Decision(chosen.action, because, by="rule")
    because = f"{_guess(reading)} and the {chosen.kind} {chosen.name!r} says so"
    slots: Mapping[str, JsonValue] = {}
    if chosen.action == ESCALATE:
        slots = _reason(_rule_reason(topic, reading), topic or because)
    return Decision(chosen.action, because, slots, by="rule")


def _rule_reason(topic: str | None, reading: Reading) -> str:
    if topic is not None:
        return "sensitive_topic"
    if reading.intents[0].name in PERSON_INTENTS:
        return "asked_for_person"
    return "upset" if reading.mood.label == "upset" else "policy"


def _escalate(reason: str, because: str) -> Decision:
    return Decision(ESCALATE, because, _reason(reason, because))


def _reason(reason: str, because: str) -> Mapping[str, JsonValue]:
    return {"handoff_reason": reason, "handoff_because": because}


def _miss(reading: Reading, sure: float) -> str:
    """Understood but unanswered is another reason than not understood."""
    return "no_answer" if reading.certainty >= sure else "not_understood"


def _sensitive(reading: Reading, assistant: Assistant, sure: float) -> str | None:
    """Why this is a person's business, by the customer's words or by a sure intent; None where it is not."""
    for found in reading.sensitive:
        return f"the topic is {found.topic}: “{found.words}”"
    if reading.certainty >= sure:
        for topic, intents in assistant.sensitive.items():
            if reading.intents[0].name in intents:
                return f"the topic is {topic}: {_guess(reading)}"
    return None


def _hands_over(chosen: NextAction | None) -> bool:
    return chosen is not None and ESCALATE in chosen.ahead


def _owes_apology(standing: Standing, reading: Reading, assistant: Assistant) -> bool:
    apologised = bool(standing.slots.get("apologised"))
    return reading.mood.label == "upset" and not apologised and APOLOGY in assistant.domain.responses


def _signs(reading: Reading) -> str:
    return ", ".join(reading.mood.evidence)


def _guess(reading: Reading) -> str:
    if not reading.intents:
        return "it reads as nothing known"
    return f"it reads as {reading.intents[0].name} ({reading.certainty:.2f})"


def _quoted(reading: Reading) -> str:
    words = " ".join(reading.text.split())
    return f"“{words if len(words) <= 80 else words[:79].rstrip() + '…'}”"
