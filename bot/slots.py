"""What a message puts into the slots, by the domain's mappings: Rasa's `action_extract_slots`.

Source: Rasa Open Source 3.6, `ActionExtractSlots` and `slot_mappings.py`.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.cast import Cast, Did, call, slot
from bot.dialogue.assistant import Domain, SlotMapping
from bot.errors import ActionFailedError, ActionRejectedError
from bot.folding import Json
from bot.tracker import KNOWLEDGE_BASE_SLOTS, REQUESTED_SLOT, SESSION_METADATA, Tracker

VALIDATE = "action_validate_slot_mappings"
# Slots that no mapping fills.
OWN_SLOTS = frozenset((REQUESTED_SLOT, SESSION_METADATA, *KNOWLEDGE_BASE_SLOTS))

_log = logging.getLogger(__name__)


def extract_slots(cast: Cast, tracker: Tracker, did: Did) -> Did:
    """The slots that the last message fills, validated where the domain has an action for it.

    For each slot the first mapping that yields a value wins; a custom mapping's action runs once.
    """
    domain = cast.assistant.domain
    found = Did((), did.drafts, did.failures)
    asked: set[str] = set()
    for each in domain.slots.values():
        if each.name in OWN_SLOTS:
            continue
        for mapping in each.mappings:
            if not _applies(mapping, each.name, tracker, domain):
                continue
            if mapping.kind == "custom":
                if mapping.action and mapping.action not in asked:
                    asked.add(mapping.action)
                    given = _from_action(cast, mapping.action, tracker, found)
                    # As in Rasa, what such an action says goes unheard: only slots come of it.
                    only = tuple(event for event in given.events if event["event"] == "slot")
                    found = replace(given, events=only, drafts=found.drafts)
                continue
            values = _values(mapping, tracker)
            if values:
                value = values if each.type == "list" else values[-1]
                if value is not None or tracker.slot(each.name) is not None:
                    found = found.then(slot(cast, each.name, value))
                    break
    found = _validated(cast, tracker, found)
    return Did((*did.events, *found.events), found.drafts, found.failures)


def _validated(cast: Cast, tracker: Tracker, found: Did) -> Did:
    if VALIDATE not in cast.assistant.domain.actions:
        return found
    valid = _from_action(cast, VALIDATE, tracker.after(found.events), replace(found, events=()))
    named = valid.slots()
    return valid.then(*(event for event in found.events if event["name"] not in named))


def _from_action(cast: Cast, action: str, tracker: Tracker, did: Did) -> Did:
    """What an action puts into slots and says about it; nothing else that it does counts, nor a failure."""
    try:
        after = call(cast, action, tracker, replace(did, events=()))
    except ActionRejectedError as error:
        _log.warning("%s; it fills no slots", error)
        return did
    except ActionFailedError as error:
        _log.error("%s; it fills no slots", error)
        return replace(did, failures=(*did.failures, error))
    kept = [event for event in after.events if event["event"] in ("slot", "bot")]
    return replace(after, events=(*did.events, *kept))


def _applies(mapping: SlotMapping, name: str, tracker: Tracker, domain: Domain) -> bool:
    if mapping.kind == "from_entity" and (mapping.entity not in domain.entities or not _entities(tracker)):
        return False
    if mapping.kind == "from_intent" and not all(map(domain.knows_intent, mapping.intents)):
        return False
    return (
        _means(mapping, tracker, domain)
        and _holds(mapping, name, tracker)
        and not _may_be_another(mapping, name, tracker, domain)
    )


def _means(mapping: SlotMapping, tracker: Tracker, domain: Domain) -> bool:
    """Whether the message's intent lets the mapping fill a slot."""
    intent = tracker.intent
    if mapping.intents:
        return intent in mapping.intents
    not_intents = mapping.not_intents
    loop = tracker.loop
    if loop is not None and loop in domain.forms:
        conditions = mapping.conditions
        if not conditions or any(each.active_loop == loop for each in conditions):
            not_intents = (*not_intents, *domain.forms[loop].ignored_intents)
    return intent not in not_intents


def _holds(mapping: SlotMapping, name: str, tracker: Tracker) -> bool:
    """Whether one of the mapping's conditions holds."""
    if not mapping.conditions or mapping.kind == "from_trigger_intent":
        return True
    requested = tracker.slot(REQUESTED_SLOT)
    if tracker.active_loop.get("rejected") and requested == name:
        return False
    return any(
        each.active_loop == tracker.loop
        and (each.active_loop is None or not each.requested_slot or each.requested_slot == requested)
        for each in mapping.conditions
    )


def _may_be_another(mapping: SlotMapping, name: str, tracker: Tracker, domain: Domain) -> bool:
    """Whether, in a form, the entity might as well be meant for another of its slots."""
    loop = tracker.loop
    if mapping.kind != "from_entity" or loop is None or tracker.slot(REQUESTED_SLOT) == name:
        return False
    required = domain.forms[loop].required_slots if loop in domain.forms else ()
    if name not in required:
        return False
    same = sum(
        other == mapping for each in required if each in domain.slots for other in domain.slots[each].mappings
    )
    return same != 1


def _values(mapping: SlotMapping, tracker: Tracker) -> list[Any]:
    if mapping.kind == "from_entity":
        return [each.get("value") for each in _entities(tracker) if _fits(mapping, each)]
    if mapping.kind == "from_text":
        return [(tracker.user or {}).get("text")]
    if mapping.kind == "from_trigger_intent":
        # Only while a form begins is a loop active that the message before it has started.
        loops = [each.active_loop for each in mapping.conditions]
        if tracker.loop is None or (loops and tracker.loop not in loops):
            return []
    return [mapping.value]


def _entities(tracker: Tracker) -> Sequence[Json]:
    parse = (tracker.user or {}).get("parse_data") or {}
    return parse.get("entities") or ()


def _fits(mapping: SlotMapping, entity: Json) -> bool:
    named = (entity.get("entity"), entity.get("role"), entity.get("group"))
    return named == (mapping.entity, mapping.role, mapping.group)
