"""What this room keeps of a person, for themselves to read: nothing of others, and no colleagues' notes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from handoff.case import Case
from handoff.entry import Entry
from handoff.store.personal import PersonalStore
from handoff.values import JsonObject

_FOUND = 200  # cases at most
_FACT = ("name", "words", "value")
_NAMED = ("email", "phone", "name")


class Personal:
    """Finds a person's cases, and tells all that they hold."""

    def __init__(self, store: PersonalStore, mentioning: Callable[[str], Iterable[Case]]) -> None:
        """mentioning: cases in whose threads the words are; whose they are is looked at here."""
        self._store, self._mentioning = store, mentioning

    def find(self, words: str) -> tuple[Case, ...]:
        """The cases of whoever is known by these words: a case's number, an e-mail address or phone number, a
        name, a customer's or a conversation's id. The latest first.

        By an address or a name also where it was only said in a message and found there.
        """
        known = words.strip()
        if not known:
            return ()
        found = {case.number: case for case in self._store.find(known, _FOUND)}
        for case in self._mentioning(known):
            if case.number not in found and not case.forgotten and self._gave(case, known.casefold()):
                found[case.number] = case
        return tuple(sorted(found.values(), key=lambda case: -case.number))

    def of(self, conversation: str) -> tuple[Case, ...]:
        """A conversation's cases, the first one first."""
        return self._store.of(conversation)

    def named(self, conversation: str) -> tuple[str | None, str | None]:
        """What a conversation's customer is called, and how they are reached: as their cases have it, the
        last one first, else as they said it; None where nobody knows."""
        names: list[str] = []
        contacts: list[str] = []
        for case in reversed(self._store.of(conversation)):
            facts = {
                str(fact["name"]): str(fact["value"]) for fact in _facts(self._store.document(case.number))
            }
            names += filter(None, (case.customer_name, facts.get("name")))
            contacts += filter(None, (case.contact, facts.get("email"), facts.get("phone")))
        return next(iter(names), None), next(iter(contacts), None)

    def told(self, conversation: str, *, notes: bool = False) -> list[JsonObject]:
        """Everything kept of a conversation's customer beside the conversation itself, a case at a time.

        notes: with what colleagues wrote to each other and what happened in the case.
        """
        return [self._told(case, notes=notes) for case in self._store.of(conversation)]

    def _gave(self, case: Case, low: str) -> bool:
        """Whether the customer of a case said of themselves that this is how they are called or reached."""
        return any(
            fact["name"] in _NAMED and low in (str(fact["words"]).casefold(), str(fact["value"]).casefold())
            for fact in _facts(self._store.document(case.number))
        )

    def _told(self, case: Case, *, notes: bool) -> JsonObject:
        document = self._store.document(case.number)
        told: JsonObject = {
            "case": case.number,
            "status": str(case.status),
            "opened_at": _moment(case.opened_at),
            "resolved_at": _moment(case.resolved_at),
            "outcome": None if case.outcome is None else str(case.outcome),
            "language": case.language,
            "about": case.headline,
            "reason": str(case.reason),
            "priority": str(case.priority),
            "labels": list(case.labels),
            "fields": dict(case.fields),
            "customer": {
                "id": case.customer_id,
                "name": case.customer_name,
                "contact": case.contact,
                "verified": case.customer_verified,
            },
            "facts": _facts(document),
            "promises": [
                {
                    "kind": each.kind,
                    "phone": each.phone,
                    "due": _moment(each.due),
                    "done": _moment(each.done_at),
                    **({"text": each.text} if notes else {}),
                }
                for each in self._store.follow_ups(case.number)
            ],
            "mails": [each | {"at": _moment(each["at"])} for each in self._store.mails(case.number)],
        }
        if notes:
            told["notes"] = [_note(each) for each in self._store.thread(case.number, ("note", "event"))]
        return told


def _facts(document: Mapping[str, object]) -> list[JsonObject]:
    """What the customer gave and has not corrected since."""
    facts = document.get("facts")
    known = [each for each in facts if isinstance(each, dict)] if isinstance(facts, list) else []
    return [{name: each.get(name) for name in _FACT} for each in known if not each.get("superseded")]


def _note(entry: Entry) -> JsonObject:
    return {"at": _moment(entry.at), "by": entry.name or entry.author, "kind": entry.kind, "text": entry.text}


def _moment(at: object) -> str | None:
    return at.isoformat() if isinstance(at, datetime) else None
