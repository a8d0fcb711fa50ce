"""Whatever agents do stands in the thread in its reader's language, and so does what they are refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.texts import Texts
from handoff.errors import (
    CannotHoldError,
    ClientIdReusedError,
    EmptyTextError,
    FieldError,
    HandoffError,
    LabelError,
    MemberError,
    MomentError,
    NoBlockError,
    NoColleagueError,
    NoFollowUpError,
    NoLeadError,
    NoMemberError,
    NotBlockedError,
    NoTeamError,
    NotFilledError,
    OpenElsewhereError,
    PhoneError,
    ReadOnlyError,
    TeamsError,
    UnknownOutcomeError,
    UnknownPriorityError,
)
from handoff.opening import Handoff
from handoff.verbs.agent import Agent
from handoff.verbs.custom_fields import FieldDefinition
from handoff.web.words import STATIC
from handoff.wording import entry_in_words, in_words, refusal_in_words
from tests.handoff.conftest import INES, LEO
from tests.handoff.conversations import MONDAY, escalation

bokmaal = Texts.load(STATIC.parent / "locale").say("nb")

SAM = Agent("sam@nettly.example", "Sam", frozenset({"supervisor"}))
LATER = MONDAY + timedelta(days=1)


@pytest.fixture
def lived(room: Handoff) -> Handoff:
    """A house in which every verb was used."""
    desk = room.desk
    for name in ("a", "b", "c", "d"):
        room.intake.open(escalation("c: human please", conversation=name, customer="maya"))
    room.fields.save(FieldDefinition("plan", "text"), INES)
    desk.claim(1001, INES)
    desk.assign(1001, INES, LEO)
    desk.hand_over(1001, LEO, to_agent=INES)
    desk.assign(1001, SAM, SAM)
    desk.hand_over(1001, SAM, to_team="technical")
    desk.claim(1001, INES)
    desk.escalate_to_lead(1001, INES, "It fails.", "Tried twice.", SAM)
    desk.snooze(1001, SAM, until_reply=True)
    desk.snooze(1001, SAM, LATER)
    desk.wake(1001, SAM)
    desk.label(1001, SAM, ["vip"])
    desk.label(1001, SAM, [])
    desk.set_fields(1001, SAM, {"plan": "pro"})
    desk.set_priority(1001, SAM, "urgent", "A clinic.")
    desk.follow_up(1001, SAM, LATER, "Call", "call_back", "+47 22334455")
    desk.follow_up(1001, SAM, LATER, "Look")
    for promise in desk.follow_ups():
        desk.follow_up_done(promise.id, SAM)
    desk.follow(1001, LEO)
    desk.follow(1001, LEO, False)
    desk.release(1001, SAM)
    desk.merge(1002, INES, 1001)
    desk.spam(1003, INES)
    desk.reopen(1003, INES)
    desk.return_to_bot(1003, INES)
    desk.block(1001, SAM, "Threats.")
    room.intake.open(escalation("c: human please", conversation="e", customer="maya"))
    desk.unblock(1001, SAM)
    return room


def test_every_event_of_the_verbs_is_said_in_bokmaal(lived: Handoff) -> None:
    events = [
        entry for number in range(1001, 1006) for entry in lived.desk.thread(number) if entry.kind == "event"
    ]
    assert len({row.what for row in lived.desk.log(0)}) >= 20
    for event in events:
        said = entry_in_words(event, bokmaal).text
        assert said != event.text
        assert " case" not in said and "{" not in said


def test_a_priority_that_a_person_set_has_its_reason_in_bokmaal(lived: Handoff) -> None:
    because = lived.desk.case(1001).priority_because
    assert in_words(because, bokmaal) == "Haster: Sam satte den: «A clinic.»."


def test_the_note_to_a_lead_has_its_headings_in_bokmaal_and_its_words_as_they_are(lived: Handoff) -> None:
    [note] = [entry for entry in lived.desk.thread(1001) if entry.text.startswith("Problem:")]
    assert entry_in_words(note, bokmaal).text == "Problem: It fails.\n\nDette er prøvd: Tried twice."


@pytest.mark.parametrize(
    "error",
    [
        ReadOnlyError("Quin"),
        CannotHoldError("Eva"),
        NoColleagueError("x@y"),
        NoLeadError(),
        NoTeamError("x", ("billing",)),
        MomentError("until", "say until when, or until the customer writes"),
        MomentError("until", "that moment has passed; choose a later one"),
        MomentError("due", "that is more than a year ahead; choose an earlier one"),
        LabelError("21 labels are too many; a case has 20 at most"),
        LabelError("a label is empty; leave it out"),
        PhoneError("no number to call is known"),
        PhoneError("'x' is not a phone number"),
        FieldError("plan", "no choice 'x'; choose one of a, b"),
        FieldError("plan", "there is no such field; an administrator defines fields"),
        OpenElsewhereError(1, 2, None),
        OpenElsewhereError(1, 2, "Leo"),
        NotBlockedError(1),
        EmptyTextError("problem"),
        EmptyTextError("list of steps taken"),
        EmptyTextError("reason"),
        EmptyTextError("follow-up"),
        NotFilledError(("customer.name",)),
        ClientIdReusedError("r1"),
        UnknownOutcomeError("gone", ("solved",)),
        UnknownPriorityError("x", ("urgent", "low")),
        NoFollowUpError(7),
        NoBlockError(7),
        NoMemberError("x@y"),
        MemberError("teams", "no such team 'x'; there is billing"),
        MemberError("skills", "each has 1 to 40 characters"),
        MemberError("capacity", "a whole number from 0 to 50"),
        MemberError("status", "one of online, away"),
        TeamsError("there are no opening hours 'x'", "name"),
        TeamsError("no such opening hours; did you mean office?", "hours", "teams.toml: [teams.x] hours"),
        TeamsError("must be another team; there is billing", "overflow", "teams.toml: [teams.x] overflow"),
        TeamsError('must say it in English at least: { en = "…" }', "title", "teams.toml: [teams.x]"),
        TeamsError(
            'must be a duration such as "15m", "8h" or "2d"', "resolve_within", "teams.toml: [targets.low]"
        ),
    ],
    ids=str,
)
def test_what_is_refused_is_said_in_bokmaal(error: HandoffError) -> None:
    said = refusal_in_words(str(error), bokmaal)
    assert said.casefold() != str(error).casefold()
    assert not any(
        f" {word} " in f" {said} " for word in ("the", "is", "of", "and", "choose", "case", "such")
    )
    if isinstance(error, MemberError | TeamsError):  # a form says why beside the field
        assert refusal_in_words(error.why, bokmaal).casefold() != error.why.casefold()
