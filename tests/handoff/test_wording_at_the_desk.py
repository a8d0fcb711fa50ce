"""Cases as a desk in Bokmål shows them: no sentence of ours is in English, and none is stored otherwise."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from handoff.escalation import Escalation, Reason
from tests.handoff.conversations import TOLD
from tests.handoff.seats import Room, room

__all__ = ["room"]

HANDED_OVER: tuple[tuple[int, Reason, str], ...] = (
    (0, Reason.ASKED_FOR_PERSON, "the customer asked for a person: “can I talk to a person please”"),
    (1, Reason.ASKED_FOR_PERSON, "the wish is one for a person (asked_for_person)"),
    (2, Reason.UPSET, "the customer is still upset: words “ridiculous”, marks “!!”"),
    (
        3,
        Reason.POLICY,
        "the story 'a complaint goes to a person' goes on like that",
    ),
    (4, Reason.NO_ANSWER, "2 messages in a row found no answer"),
    (5, Reason.NOT_UNDERSTOOD, "2 questions in a row that the bot could not answer"),
    (6, Reason.ANSWER_REJECTED, "the customer said that 2 answers did not help"),
    (7, Reason.POLICY, "the customer asks where order NT-10427 is and gave its postcode"),
    (8, Reason.SENSITIVE_TOPIC, "the topic is fraud: it reads as report_fraud (0.89)"),
    (11, Reason.BOT_FAILED, "action 'action_answer' failed: no answer within 5 s"),
)

_ENGLISH = re.compile(
    r"\b(?:the|a person|of|takes|within|asked|customer|works|what|and|handed|claimed|resolved|case|back)\b",
    re.I,
)


def handed_over(index: int, reason: Reason, because: str) -> Escalation:
    told = TOLD[index].escalation
    return replace(told, conversation_id=f"told-{index}", reason=reason, because=because)


@pytest.mark.parametrize(("index", "reason", "because"), HANDED_OVER)
def test_a_case_at_the_desk_holds_no_english_sentence(
    room: Room, index: int, reason: Reason, because: str
) -> None:
    case = room.handoff.intake.open(handed_over(index, reason, because))
    seat = room.seat()
    for verb, body in (("claim", {}), ("release", {}), ("claim", {}), ("resolve", {"outcome": "not_solved"})):
        seat.post(f"/api/cases/{case.number}/{verb}", **body)
    told = seat.get(f"/api/cases/{case.number}?lang=nb").get_json()
    routing = told["summary"]["routing"]
    ours = [
        told["case"]["priority_because"],
        told["summary"]["reason"]["sentence"],
        *(routing[name]["because"] for name in ("team", "priority", "first_reply_by", "resolve_by")),
        *(skill["because"] for skill in routing["skills"]),
        *(entry["text"] for entry in told["thread"] if entry["kind"] == "event"),
    ]
    assert len(ours) >= 12
    for sentence in ours:
        assert not _ENGLISH.search(re.sub(r"«.*?»", "", sentence, flags=re.DOTALL)), sentence


def test_an_english_desk_reads_the_record_and_the_record_stays_english(room: Room) -> None:
    case, seat = room.case(), room.seat()
    sentence = "The customer asked for a person."
    assert seat.get(f"/api/cases/{case.number}?lang=nb").get_json()["summary"]["reason"]["sentence"] == (
        "Kunden ba om et menneske."
    )
    assert (
        seat.get(f"/api/cases/{case.number}?lang=en").get_json()["summary"]["reason"]["sentence"] == sentence
    )
    assert json.dumps(room.handoff.store.summary(case.number)).count(sentence) == 1


def test_the_queue_says_in_bokmaal_why_a_case_presses(room: Room) -> None:
    room.case()
    rows = room.seat().get("/api/cases?lang=nb").get_json()["cases"]
    assert rows[0]["priority_because"] == "Vanlig: ingenting i samtalen hever eller senker den."


def test_a_verb_answers_in_the_language_the_page_was_opened_in(room: Room) -> None:
    case, seat = room.case(), room.seat()
    seat.get("/?lang=nb")
    told = seat.post(f"/api/cases/{case.number}/claim").get_json()["case"]
    assert told["priority_because"].startswith("Vanlig: ")


def test_who_was_slower_reads_it_in_their_own_language(room: Room) -> None:
    case = room.handoff.intake.open(TOLD[0].escalation)
    room.seat("Ines").post(f"/api/cases/{case.number}/claim")
    told = room.seat("Leo").post(f"/api/cases/{case.number}/claim?lang=nb").get_json()
    said = f"Ines har tatt sak #{case.number}. Legg igjen et notat, eller velg en annen sak"
    assert told["error"]["message"] == said


@pytest.mark.parametrize(
    ("verb", "body", "said"),
    [
        ("reply", {"text": "Hei", "client_id": "r1"}, "ingen har den. Ta den først"),
        ("note", {"text": " ", "client_id": "n1"}, "Notatet er tomt. Skriv noen ord og send det på nytt"),
        ("note", {"text": "x" * 30_000, "client_id": "n2"}, "Kort det ned, eller send det i deler"),
    ],
)
def test_what_cannot_be_done_is_said_in_the_readers_language(
    room: Room, verb: str, body: dict[str, str], said: str
) -> None:
    case = room.handoff.intake.open(TOLD[0].escalation)
    told = room.seat().post(f"/api/cases/{case.number}/{verb}?lang=nb", **body).get_json()
    assert told["error"]["message"].endswith(said)
