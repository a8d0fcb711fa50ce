"""The desk's other verbs over HTTP: what they take, what they give, and what they refuse."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.identity import Role
from handoff.verbs.custom_fields import FieldDefinition
from tests.handoff.conftest import INES
from tests.handoff.seats import Room, Seat, code, room

__all__ = ["room"]


@pytest.fixture
def ines(room: Room) -> Seat:
    """With case 1001 in her hands."""
    room.case()
    seat = room.seat("Ines Berg")
    seat.post("/api/cases/1001/claim")
    return seat


def ahead(room: Room, **by: float) -> str:
    return (room.clock.now() + timedelta(**by)).isoformat()


def test_a_case_is_assigned_by_e_mail(room: Room, ines: Seat) -> None:
    room.seat("Leo Dahl")
    told = ines.post("/api/cases/1001/assign", agent="LEO@nettly.example ").get_json()["case"]
    assert told["agent"] == {"email": "leo@nettly.example", "name": "Leo Dahl"}


def test_nobody_of_that_e_mail_is_a_422(ines: Seat) -> None:
    response = ines.post("/api/cases/1001/assign", agent="nobody@nettly.example")
    assert (response.status_code, code(response)) == (422, "no_colleague")


def test_a_verb_on_what_a_colleague_holds_names_them(room: Room, ines: Seat) -> None:
    response = room.seat("Leo Dahl").post("/api/cases/1001/snooze", until_reply=True)
    assert (response.status_code, code(response)) == (409, "not_yours")
    assert "Ines Berg holds it" in response.get_json()["error"]["message"]


def test_an_analyst_reads_and_changes_nothing(room: Room, ines: Seat) -> None:
    quin = room.seat("Quin Aas", Role.QUALITY_ANALYST)
    assert quin.get("/api/cases").status_code == 200
    assert quin.get("/api/cases/1001").status_code == 200
    response = quin.post("/api/cases/1001/labels", labels=["vip"])
    assert (response.status_code, code(response)) == (403, "read_only")


def test_a_case_goes_to_a_team_and_its_queue(ines: Seat) -> None:
    told = ines.post("/api/cases/1001/hand_over", team="billing", note="A refund.").get_json()["case"]
    assert (told["team"], told["agent"]) == ("billing", None)


def test_a_case_goes_to_the_supervisor_who_is_there(room: Room, ines: Seat) -> None:
    room.seat("Ada Vik", Role.SUPERVISOR)
    room.seat("Sam Moe", Role.SUPERVISOR).post("/api/me/status", status="online")
    told = ines.post("/api/cases/1001/hand_over", supervisor=True, note="Press.").get_json()["case"]
    assert told["agent"]["name"] == "Sam Moe"


@pytest.mark.parametrize(
    "body", [{}, {"agent": "ines@nettly.example", "team": "billing"}, {"agent": 7}, {"note": "x"}]
)
def test_a_hand_over_to_nobody_in_particular_is_a_400(ines: Seat, body: dict[str, object]) -> None:
    assert ines.post("/api/cases/1001/hand_over", **body).status_code == 400


def test_an_escalation_carries_its_problem_and_steps(room: Room, ines: Seat) -> None:
    room.seat("Sam Moe", Role.SUPERVISOR)
    ines.post("/api/cases/1001/escalate", problem="It restarts.", steps="New firmware, twice.")
    told = ines.get("/api/cases/1001").get_json()
    assert told["case"]["agent"]["name"] == "Sam Moe"
    assert told["followers"] == [{"agent": "ines@nettly.example", "name": "Ines Berg"}]
    assert told["thread"][-2]["text"] == "Problem: It restarts.\n\nSteps taken: New firmware, twice."


def test_a_lead_reads_an_escalation_in_their_language(room: Room, ines: Seat) -> None:
    sam = room.seat("Sam Moe", Role.SUPERVISOR)
    ines.post("/api/cases/1001/escalate", problem="It restarts.", steps="New firmware.")
    thread = sam.get("/api/cases/1001?lang=nb").get_json()["thread"]
    assert thread[-2]["text"] == "Problem: It restarts.\n\nDette er prøvd: New firmware."
    assert thread[-1]["text"] == "Ines Berg løftet saken til Sam Moe"


def test_an_escalation_without_its_steps_is_a_422(room: Room, ines: Seat) -> None:
    room.seat("Sam Moe", Role.SUPERVISOR)
    assert ines.post("/api/cases/1001/escalate", problem="It restarts.").status_code == 422


def test_an_escalation_with_nobody_to_turn_to_says_so(ines: Seat) -> None:
    response = ines.post("/api/cases/1001/escalate", problem="It restarts.", steps="New firmware.")
    assert (response.status_code, code(response)) == (409, "no_lead")


def test_a_case_sleeps_until_a_moment_and_wakes(room: Room, ines: Seat) -> None:
    told = ines.post("/api/cases/1001/snooze", until=ahead(room, hours=2)).get_json()["case"]
    assert told["status"] == "snoozed"
    assert [row["number"] for row in ines.get("/api/cases?view=snoozed").get_json()["cases"]] == [1001]
    assert ines.post("/api/cases/1001/wake").get_json()["case"]["status"] == "open"


@pytest.mark.parametrize("until", ["tomorrow", "2026-11-22T10:00:00", 7, [], "2026-13-40T99:00Z"])
def test_a_moment_that_is_none_is_a_400(ines: Seat, until: object) -> None:
    assert ines.post("/api/cases/1001/snooze", until=until).status_code == 400


def test_a_case_is_labelled_and_found_by_its_label(room: Room, ines: Seat) -> None:
    room.case("arne")
    ines.post("/api/cases/1001/labels", labels=["vip"])
    assert [row["number"] for row in ines.get("/api/cases?label=vip").get_json()["cases"]] == [1001]
    assert ines.get("/api/cases?label=VIP").get_json()["cases"] == []


def test_fields_are_filled_in_by_their_names(room: Room, ines: Seat) -> None:
    room.handoff.fields.save(FieldDefinition("plan", "choice", {"nb": "Avtale"}, ("basic", "pro")), INES)
    told = ines.post("/api/cases/1001/fields", fields={"plan": "pro"}).get_json()["case"]
    assert told["fields"] == {"plan": "pro"}
    assert ines.get("/api/fields?lang=nb").get_json()["fields"] == [
        {"name": "plan", "kind": "choice", "title": "Avtale", "choices": ["basic", "pro"]}
    ]


def test_a_priority_is_set_with_a_reason(ines: Seat) -> None:
    told = ines.post("/api/cases/1001/priority", priority="urgent", note="A clinic.").get_json()["case"]
    assert told["priority"] == "urgent"
    shown = ines.get("/api/cases?lang=nb").get_json()["cases"][0]["priority_because"]
    assert shown == "Haster: Ines Berg satte den: «A clinic.»."
    assert ines.post("/api/cases/1001/priority", priority="low").status_code == 422


def test_a_promise_stays_until_it_is_done(room: Room, ines: Seat) -> None:
    body = {"due": ahead(room, days=1), "text": "Ring", "kind": "call_back", "phone": "+47 22334455"}
    assert ines.post("/api/cases/1001/follow_ups", **body).status_code == 200
    [promise] = ines.get("/api/follow_ups").get_json()["follow_ups"]
    assert (promise["kind"], promise["phone"], promise["agent_name"]) == (
        "call_back",
        "+47 22334455",
        "Ines Berg",
    )
    assert ines.get("/api/cases/1001").get_json()["follow_ups"] == [promise]
    leo = room.seat("Leo Dahl")
    assert leo.get("/api/follow_ups").get_json()["follow_ups"] == []
    assert leo.get("/api/follow_ups?of=all").get_json()["follow_ups"] == [promise]
    assert leo.get("/api/follow_ups?of=team&team=billing").get_json()["follow_ups"] == []
    done = leo.post(f"/api/follow_ups/{promise['id']}/done").get_json()["follow_up"]
    assert done["done_by"] == "leo@nettly.example"
    assert ines.get("/api/follow_ups").get_json()["follow_ups"] == []
    assert ines.post("/api/follow_ups/99/done").status_code == 404


@pytest.mark.parametrize(
    "body", [{"text": "x"}, {"due": "soon", "text": "x"}, {"kind": "visit", "text": "x"}]
)
def test_a_promise_without_its_parts_is_a_400(ines: Seat, body: dict[str, object]) -> None:
    assert ines.post("/api/cases/1001/follow_ups", **body).status_code == 400


def test_an_agent_follows_a_case_and_stops(room: Room, ines: Seat) -> None:
    leo = room.seat("Leo Dahl")
    leo.post("/api/cases/1001/follow", follows=True)
    assert leo.get("/api/cases/1001").get_json()["followers"] == [
        {"agent": "leo@nettly.example", "name": "Leo Dahl"}
    ]
    leo.post("/api/cases/1001/follow", follows=False)
    assert leo.get("/api/cases/1001").get_json()["followers"] == []


def test_a_case_is_reopened(ines: Seat) -> None:
    ines.post("/api/cases/1001/resolve", outcome="solved")
    told = ines.post("/api/cases/1001/reopen", note="Once more.").get_json()["case"]
    assert (told["status"], told["agent"]["name"]) == ("open", "Ines Berg")


@pytest.mark.parametrize("into", [1002, "1002", "arne-1"])
def test_a_case_is_merged_into_another(room: Room, ines: Seat, into: object) -> None:
    room.case("arne")
    refused = ines.post("/api/cases/1001/merge", into=into)
    assert (refused.status_code, code(refused)) == (409, "merge")
    told = ines.post("/api/cases/1001/merge", into=into, same_person=True).get_json()["case"]
    assert (told["number"], told["agent"]["name"]) == (1002, "Ines Berg")


@pytest.mark.parametrize("into", [None, True, [], {}, 1.5])
def test_a_merge_into_nothing_is_a_400(ines: Seat, into: object) -> None:
    assert ines.post("/api/cases/1001/merge", into=into).status_code == 400


def test_a_customer_is_blocked_listed_and_let_in_again(ines: Seat) -> None:
    assert ines.post("/api/cases/1001/block", because="Threats.").get_json()["case"]["outcome"] == "spam"
    [block] = ines.get("/api/blocks").get_json()["blocks"]
    assert (block["customer_id"], block["because"], block["by_name"]) == ("maya", "Threats.", "Ines Berg")
    assert ines.get("/api/cases/1001").get_json()["blocked"] == block
    assert ines.post("/api/cases/1001/unblock").status_code == 200
    assert ines.get("/api/cases/1001").get_json()["blocked"] is None
    assert ines.post("/api/cases/1001/unblock").status_code == 409


def test_spam_ends(ines: Seat) -> None:
    assert ines.post("/api/cases/1001/spam").get_json()["case"]["outcome"] == "spam"


def test_a_customers_other_cases_are_listed(room: Room, ines: Seat) -> None:
    ines.post("/api/cases/1001/resolve", outcome="solved")
    room.case("arne")
    assert ines.get("/api/cases/1001/previous").get_json()["cases"] == []
    room.handoff.database.write(lambda tx: None)
    assert ines.get("/api/cases/4711/previous").status_code == 404


VERBS: tuple[tuple[str, dict[str, object]], ...] = (
    ("assign", {"agent": "x"}),
    ("hand_over", {"team": "x"}),
    ("escalate", {"problem": "x"}),
    ("snooze", {"until_reply": True}),
    ("wake", {}),
    ("labels", {"labels": []}),
    ("fields", {"fields": {}}),
    ("priority", {"priority": "x"}),
    ("follow", {"follows": True}),
    ("follow_ups", {}),
    ("reopen", {}),
    ("merge", {"into": 1}),
    ("spam", {}),
    ("block", {"because": "x"}),
    ("unblock", {}),
)


@pytest.mark.parametrize(("verb", "body"), VERBS)
def test_no_verb_takes_a_body_that_is_not_its_own(room: Room, verb: str, body: dict[str, object]) -> None:
    room.case()
    seat = room.seat("Ines Berg")
    for key in body:
        assert seat.post(f"/api/cases/1001/{verb}", **{key: 7.5}).status_code in (400, 422), key
    unsigned = seat.client.post(f"/desk/api/cases/1001/{verb}", json=body)
    assert unsigned.status_code == 403
    assert room.stranger().post(f"/desk/api/cases/1001/{verb}", json=body).status_code == 401
    assert room.handoff.desk.log_end() == 1


ODD = {
    "zalgo": "Z̵̢̛͈̠͓̹̦̻̾̓̎̓a̶̡̰̯͌̈́̑l̷̰̃g̸̛̯̲̈́o̴̧̒",
    "right to left": "\u202eevil\u202c שלום مرحبا",
    "markup": "<img src=x onerror=alert(1)><script>alert(1)</script>",
    "half a pair": "\ud83d",
    "8,000 characters": "æ" * 8_000,
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_text_is_text(ines: Seat, text: str) -> None:
    note = ines.post("/api/cases/1001/note", text=text, client_id="n1").get_json()["entry"]
    reply = ines.post("/api/cases/1001/reply", text=text, client_id="r1").get_json()["entry"]
    expected = text.encode("utf-8", "replace").decode()
    assert note["text"] == reply["text"] == expected
    assert [entry["text"] for entry in ines.get("/api/cases/1001").get_json()["thread"][-2:]] == [
        expected
    ] * 2


@pytest.mark.parametrize("verb", ["note", "reply"])
def test_one_character_more_is_a_413(ines: Seat, verb: str) -> None:
    response = ines.post(f"/api/cases/1001/{verb}", text="x" * 8_001, client_id="n1")
    assert (response.status_code, code(response)) == (413, "text_too_long")


@pytest.mark.parametrize(
    "path", ["/api/cases?team=%00", "/api/cases?after=%00", "/api/cases/%00x", "/api/cases/9999999999"]
)
def test_an_odd_address_is_no_servers_error(ines: Seat, path: str) -> None:
    assert ines.get(path).status_code in (200, 400, 404)


def test_a_client_id_that_is_too_long_is_a_413(ines: Seat) -> None:
    assert ines.post("/api/cases/1001/note", text="x", client_id="n" * 161).status_code == 413


def test_nul_is_left_out(ines: Seat) -> None:
    entry = ines.post("/api/cases/1001/note", text="a\0b", client_id="n\0").get_json()["entry"]
    assert entry["text"] == "ab"
