"""Firstline's own judgement over an assistant's files: when a person must come, when articles decide. Pure.

Rules and stories stay as they are: this is asked before them and, where they have nothing to say, after them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from bot.dialogue.assistant import ActionStep, Assistant, LoopStep, OrStep, Rule, UserStep
from bot.dialogue.documents import JsonValue
from bot.handover import NOTHING, Found, Handover
from bot.tracker import ACTION_LISTEN, Tracker
from bot.understanding.reading import PERSON_INTENTS, Reading

ANSWER, ESCALATE = "action_answer", "action_escalate"
APOLOGY = "utter_sorry"

# From this probability on a person is fetched: asking twice costs a customer more than one case too many.
WANTS_PERSON = 0.5


@dataclass(frozen=True, slots=True)
class Decision:
    """The next action's name and why, in one human sentence; `slots` are set before it runs."""

    action: str
    because: str
    slots: Mapping[str, JsonValue] = field(default_factory=dict)


class Predicted(Protocol):
    """What rules and stories say comes next."""

    @property
    def action(self) -> str: ...

    @property
    def because(self) -> str: ...

    @property
    def fallback(self) -> bool:
        """Nothing in the assistant's files fits: this is its last resort."""
        ...


@dataclass(frozen=True, slots=True)
class Overlay:
    """One turn's overlay.

    sure: least certainty in [0, 1] to act on an intent; misses: how many in a row are too many; hands_over:
    the intents whose own rule fetches a person, who then need no other reason; searches: whether the
    assistant has `action_answer`; handover: what is a person's business whatever the files say.
    """

    reading: Reading
    assistant: Assistant
    sure: float
    misses: int
    hands_over: frozenset[str]
    searches: bool
    handover: Handover = NOTHING

    def before(self, tracker: Tracker) -> Decision | None:
        """What must happen whatever the files say; None where they decide."""
        done, reading = tracker.done, self.reading
        if ESCALATE in done:
            return Decision(ACTION_LISTEN, "a person has been asked to take over")
        if tracker.followup:
            return None
        own = reading.certainty >= self.sure and reading.intents[0].name in self.hands_over
        topic = self._topic()
        if not done:
            if reading.wants_person >= WANTS_PERSON:
                return escalate("asked_for_person", f"the customer asked for a person: {_quoted(reading)}")
            if topic is not None and not own:
                return _about(topic, reading)
            policy = self.handover.kept_for_people(reading, self.sure)
            if policy is not None and not own and not tracker.active_loop:
                return _told("policy", policy, reading)
            if self._is_unsolved(tracker):
                return escalate("answer_rejected", "the customer says that it is not solved after all")
            if self._is_still_upset(tracker):
                return escalate("upset", f"the customer is still upset: {_signs(reading)}")
            if self._owes_apology(tracker) and not own:
                return Decision(APOLOGY, f"the customer is upset: {_signs(reading)}", {"apologised": True})
        if self._too_many(tracker):
            reason = "no_answer" if reading.certainty >= self.sure else "not_understood"
            return escalate(reason, f"{_missed(tracker)} messages in a row found no answer")
        return None

    def instead(self, tracker: Tracker, predicted: Predicted) -> Decision | None:
        """What to do in place of what the files say; None to do as they say."""
        done = tuple(name for name in tracker.done if name != APOLOGY)
        if predicted.action == ESCALATE and tracker.slot("handoff_because"):
            return None  # the action before it has said why, and knows better
        if predicted.action == ESCALATE:
            topic = self._topic()
            if topic is not None:
                # The rule has had its own words said already.
                return replace(_about(topic, self.reading), because=predicted.because)
            return escalate(_rule_reason(self.reading), predicted.because)
        if not predicted.fallback or not self.searches:
            return None
        if done:
            return Decision(ACTION_LISTEN, f"{done[-1]} was all there was to do")
        known = self.reading.certainty >= self.sure
        meant = self.reading.intents[0].name if known else "no intent for sure"
        return Decision(ANSWER, f"it reads as {meant} and no rule says what to do, so the articles decide")

    def _topic(self) -> Found | None:
        return self.handover.topic(self.reading, self.assistant.sensitive, self.sure)

    def _too_many(self, tracker: Tracker) -> bool:
        """Whether this message is one miss too many; what answers a form's question is none."""
        if _missed(tracker) < self.misses or tracker.active_loop:
            return False
        return ANSWER in tracker.done or (not tracker.done and self.reading.certainty < self.sure)

    def _is_unsolved(self, tracker: Tracker) -> bool:
        """Whether what a person has marked as resolved is not; with no answer of the bot's since to judge."""
        said = self.reading.certainty >= self.sure and self.reading.intents[0].name == "did_not_help"
        return said and bool(tracker.slot("solved_by")) and not tracker.slot("last_article")

    def _is_still_upset(self, tracker: Tracker) -> bool:
        """After the bot's one apology less is needed to tell than before it."""
        label = self.reading.mood.label
        if tracker.slot("apologised"):
            return label in ("upset", "annoyed")
        return label == "upset" and _missed(tracker) > 0

    def _owes_apology(self, tracker: Tracker) -> bool:
        upset = self.reading.mood.label == "upset" and not tracker.slot("apologised")
        return upset and APOLOGY in self.assistant.domain.responses


def handing_over(assistant: Assistant) -> frozenset[str]:
    """The intents that a rule answers by fetching a person."""
    return frozenset(
        step.intent for rule in assistant.rules if _fetches(rule) for step in _said(rule) if step.intent
    )


def opening_forms(assistant: Assistant) -> frozenset[str]:
    """The intents that a rule answers by beginning a form, which then has a question of its own to ask."""
    return frozenset(
        step.intent for rule in assistant.rules if _opens_form(rule) for step in _said(rule) if step.intent
    )


def _opens_form(rule: Rule) -> bool:
    in_one = any(isinstance(condition, LoopStep) for condition in rule.conditions)
    return not in_one and any(isinstance(step, LoopStep) and step.loop for step in rule.steps)


def _fetches(rule: Rule) -> bool:
    return any(isinstance(step, ActionStep) and step.action == ESCALATE for step in rule.steps)


def _said(rule: Rule) -> list[UserStep]:
    found: list[UserStep] = []
    for step in rule.steps:
        options = step.options if isinstance(step, OrStep) else (step,)
        found += [each for each in options if isinstance(each, UserStep)]
    return found


def _missed(tracker: Tracker) -> int:
    return int(tracker.slot("misses") or 0)


def escalate(reason: str, because: str) -> Decision:
    """Fetch a person, with the reason as the slots keep it for the case."""
    return Decision(ESCALATE, because, {"handoff_reason": reason, "handoff_because": because})


def _rule_reason(reading: Reading) -> str:
    if reading.intents and reading.intents[0].name in PERSON_INTENTS:
        return "asked_for_person"
    return "upset" if reading.mood.label == "upset" else "policy"


def _about(topic: Found, reading: Reading) -> Decision:
    """A person for a topic; the customer is told what the topic says, or its response."""
    decision = _told("sensitive_topic", topic, reading)
    name = topic.matter.name.replace("_", " ")
    return replace(decision, slots={**decision.slots, "handoff_topic": name})


def _told(reason: str, found: Found, reading: Reading) -> Decision:
    decision = escalate(reason, found.because)
    says = found.matter.told(reading.language)
    return replace(decision, slots={**decision.slots, "handoff_says": says})


def _signs(reading: Reading) -> str:
    return ", ".join(reading.mood.evidence)


def _quoted(reading: Reading) -> str:
    words = " ".join(reading.text.split())
    return f"“{words if len(words) <= 80 else words[:79].rstrip() + '…'}”"
