"""Whether an assistant's parts fit together: every name that is used exists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.dialogue.assistant import (
    DEFAULT_ACTIONS,
    DEFAULT_INTENTS,
    ActionStep,
    Assistant,
    CheckpointStep,
    Domain,
    Example,
    LoopStep,
    OrStep,
    Place,
    Rule,
    SlotStep,
    Step,
    Story,
    UserStep,
)
from bot.dialogue.documents import nearest
from bot.dialogue.errors import Problem


def misfits(assistant: Assistant) -> tuple[Problem, ...]:
    """Every name in rules, stories, slots, forms, responses and examples that nothing defines.

    Rasa runs all the same, so the loader makes them warnings, each with the nearest name that exists.
    """
    return (*_dialogue(assistant), *_domain(assistant.domain), *_examples(assistant), *_policies(assistant))


def _unknown(kind: str, name: str, known: Iterable[str]) -> str:
    return f"unknown {kind} {name!r}; {nearest(name, known)}"


def _problem(place: Place, message: str) -> Problem:
    return Problem(place.file, place.line, place.key, message)


def _examples(assistant: Assistant) -> Iterator[Problem]:
    domain = assistant.domain
    first: dict[str, Example] = {}
    marked: dict[str, Example] = {}
    for example in assistant.nlu.examples:
        first.setdefault(example.intent, example)
        for mark in example.annotations:
            marked.setdefault(mark.entity, example)
    for intent, example in first.items():
        if not domain.knows_intent(intent):
            yield _problem(example.place, _unknown("intent", intent, domain.intents))
    for entity, example in marked.items():
        if entity not in domain.entities:
            yield _problem(example.place, _unknown("entity", entity, domain.entities))


def _policies(assistant: Assistant) -> Iterator[Problem]:
    if assistant.policies.rule is None and (assistant.rules or assistant.domain.forms):
        places = [rule.place for rule in assistant.rules] + [
            form.place for form in assistant.domain.forms.values()
        ]
        yield _problem(places[0], "rules and forms need RulePolicy under `policies` in config.yml")


def _dialogue(assistant: Assistant) -> Iterator[Problem]:
    yield from _checkpoints(assistant.stories)
    owners: tuple[Rule | Story, ...] = (*assistant.rules, *assistant.stories)
    for each in owners:
        kind = "rule" if isinstance(each, Rule) else "story"
        for step in _steps(each):
            for message in _step(assistant.domain, step):
                yield _problem(each.place, f"{kind} {each.name!r}: {message}")


def _checkpoints(stories: Sequence[Story]) -> Iterator[Problem]:
    """The checkpoints that stories begin at and none ends at, and the other way round."""
    begins: dict[str, Story] = {}
    ends: dict[str, Story] = {}
    for story in stories:
        for number, step in enumerate(story.steps):
            if isinstance(step, CheckpointStep):
                (begins if number == 0 else ends).setdefault(step.name, story)
                if 0 < number < len(story.steps) - 1:
                    begins.setdefault(step.name, story)
    for here, there, what in ((begins, ends, "no story ends at"), (ends, begins, "no story begins at")):
        for name in sorted(here.keys() - there.keys()):
            story = here[name]
            message = f"story {story.name!r}: {what} the checkpoint {name!r}; {nearest(name, there)}"
            yield _problem(story.place, message)


def _steps(owner: Rule | Story) -> tuple[Step, ...]:
    return (*owner.conditions, *owner.steps) if isinstance(owner, Rule) else owner.steps


def _step(domain: Domain, step: Step) -> Iterator[str]:
    if isinstance(step, UserStep):
        if step.intent and not domain.knows_intent(step.intent):
            yield _unknown("intent", step.intent, (*domain.intents, *DEFAULT_INTENTS))
        for entity in step.entities:
            if entity.name not in domain.entities:
                yield _unknown("entity", entity.name, domain.entities)
    elif isinstance(step, ActionStep):
        if step.action != "..." and not domain.knows_action(step.action):
            known = (*domain.actions, *domain.responses, *domain.forms, *DEFAULT_ACTIONS)
            yield _unknown("action", step.action, known)
    elif isinstance(step, SlotStep | CheckpointStep):
        for slot in step.slots:
            if slot.name not in domain.slots and slot.name != "requested_slot":
                yield _unknown("slot", slot.name, domain.slots)
    elif isinstance(step, LoopStep):
        if step.loop is not None and not domain.knows_action(step.loop):
            yield _unknown("form", step.loop, domain.forms)
    elif isinstance(step, OrStep):
        for option in step.options:
            yield from _step(domain, option)


def _domain(domain: Domain) -> Iterator[Problem]:
    for slot in domain.slots.values():
        for mapping in slot.mappings:
            if mapping.entity is not None and mapping.entity not in domain.entities:
                yield _problem(slot.place, _unknown("entity", mapping.entity, domain.entities))
            for intent in (*mapping.intents, *mapping.not_intents):
                if not domain.knows_intent(intent):
                    yield _problem(slot.place, _unknown("intent", intent, domain.intents))
    for form in domain.forms.values():
        for name in form.required_slots:
            if name not in domain.slots:
                yield _problem(form.place, _unknown("slot", name, domain.slots))
            if form.name not in domain.actions and not _is_asked(domain, form.name, name):
                mend = f"add a response utter_ask_{name}, or an action action_ask_{name}"
                yield _problem(form.place, f"nothing asks for the slot {name!r}; {mend}")
    for variants in domain.responses.values():
        for variant in variants:
            for condition in variant.condition:
                if condition.slot not in domain.slots:
                    yield _problem(variant.place, _unknown("slot", condition.slot, domain.slots))


def _is_asked(domain: Domain, form: str, slot: str) -> bool:
    """Whether a form has words for its question; one that validates may also ask by itself."""
    names = (f"ask_{form}_{slot}", f"ask_{slot}")
    asked = any(f"action_{name}" in domain.actions or f"utter_{name}" in domain.responses for name in names)
    return asked or f"validate_{form}" in domain.actions
