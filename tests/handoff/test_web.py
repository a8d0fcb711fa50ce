"""The desk's page and API, over the real room in a folder of the test's own."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest

from config.identity import Role
from config.pages import Brand
from config.sign_in import COOKIE
from config.texts import Texts
from handoff.app import handoff_app
from handoff.web.words import ENDINGS, QUESTIONS, SHORTCUTS, STANDINGS, STATIC, VIEWS, script_words
from tests.handoff.seats import WEB, Room, code, room

pytestmark = pytest.mark.engines

__all__ = ["room"]


def test_a_stranger_is_led_to_the_sign_in_page_and_back(room: Room) -> None:
    response = room.stranger().get("/desk/cases/7")
    assert response.status_code == 303
    assert response.location == "/desk/sign-in?next=/desk/cases/7"


def test_a_strangers_script_gets_401(room: Room) -> None:
    response = room.stranger().get("/desk/api/cases")
    assert (response.status_code, code(response)) == (401, "signed_out")


def test_an_editor_without_a_seat_gets_403(room: Room) -> None:
    assert room.seat("Eva Lie", Role.EDITOR).get("/api/cases").status_code == 403


def test_a_verb_without_the_sessions_token_is_refused(room: Room) -> None:
    case = room.case()
    response = room.seat().client.post(f"/desk/api/cases/{case.number}/claim", json={})
    assert response.status_code == 403
    assert room.handoff.desk.case(case.number).agent is None


def test_a_verb_from_another_site_is_refused(room: Room) -> None:
    case, seat = room.case(), room.seat()
    response = seat.client.post(
        f"/desk/api/cases/{case.number}/claim",
        json={},
        headers={"X-CSRF-Token": seat.csrf, "Origin": "https://elsewhere.example"},
    )
    assert response.status_code == 403


# The page


def given(page: str) -> dict[str, object]:
    """What the page tells its scripts."""
    found = re.search(r'<script type="application/json" id="desk-page"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert found
    told: dict[str, object] = json.loads(found.group(1))
    return told


def test_the_page_starts_its_stream_where_the_log_ends(room: Room) -> None:
    room.case()
    assert given(room.seat().get("/").text)["cursor"] == room.handoff.desk.log_end()


def test_the_page_speaks_bokmaal(room: Room) -> None:
    page = room.seat().get("/?lang=nb").text
    assert '<html lang="nb">' in page
    assert given(page)["strings"]["Claim"] == "Ta saken"  # type: ignore[index]
    assert "Internt notat" in page


def test_questions_to_customers_come_in_every_language(room: Room) -> None:
    questions = given(room.seat().get("/").text)["questions"]
    assert set(questions) == {"en", "nb"}  # type: ignore[call-overload]
    assert questions["nb"]["product"] == "Hvilket produkt gjelder det?"  # type: ignore[index]


def test_every_text_of_the_desk_is_there_in_bokmaal() -> None:
    pages = [WEB / "templates" / "desk.html", *(WEB / "templates" / "desk").glob("*.html")]
    written = "".join(page.read_text(encoding="utf-8") for page in pages)
    said = {text for _, text in re.findall(r"""\b_\((["'])(.*?)\1\)""", written)}
    said |= {*script_words(), *QUESTIONS.values(), *VIEWS.values(), *(what for _, what in SHORTCUTS)}
    said |= {text for titles in (ENDINGS, STANDINGS) for pair in titles.values() for text in pair}
    assert Texts.load(WEB / "locale").missing("nb", frozenset(said)) == frozenset()


def test_placeholders_survive_translation() -> None:
    say = Texts.load(WEB / "locale").say("nb")
    for text in script_words():
        assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", say(text))), text


def test_every_script_runs_under_the_nonce_and_at_its_version(room: Room) -> None:
    response = room.seat().get("/")
    policy = response.headers["Content-Security-Policy"]
    nonces = set(re.findall(r'nonce="([^"]+)"', response.text))
    assert len(nonces) == 1
    assert f"script-src 'nonce-{nonces.pop()}'" in policy
    assert "require-trusted-types-for 'script'" in policy
    found = re.search(r'<script type="importmap"[^>]*>(.*?)</script>', response.text, re.DOTALL)
    assert found
    modules: dict[str, str] = json.loads(found.group(1))["imports"]
    assert modules.keys() == {f"/desk/static/{path.name}" for path in STATIC.glob("*.js")}
    assert all("?v=" in address for address in modules.values())


def test_scripts_never_turn_text_into_markup() -> None:
    for path in STATIC.glob("*.js"):
        found = re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", path.read_text("utf-8")
        )
        assert found is None, f"{path.name}: {found}"


def test_the_desk_says_what_the_house_cannot_do(room: Room) -> None:
    seat = room.seat()
    app = handoff_app(room.handoff, room.identity, Brand.load(), notices=lambda: ["The model is missing."])
    client = app.test_client()
    client.set_cookie(COOKIE, seat.token)
    assert '<p class="notice" role="status">The model is missing.</p>' in client.get("/desk/").text


def test_a_handoff_id_leads_to_its_case(room: Room) -> None:
    case = room.case()
    assert room.seat().get(f"/cases/{case.handoff_id}").location == f"/desk/cases/{case.number}"


def test_a_case_that_does_not_exist_is_a_404_page(room: Room) -> None:
    response = room.seat().get("/cases/4711")
    assert (response.status_code, response.mimetype) == (404, "text/html")


# The queue


def test_the_queue_shows_who_holds_what(room: Room) -> None:
    first, second = room.case("maya"), room.case("arne")
    seat = room.seat()
    seat.post(f"/api/cases/{second.number}/claim")
    rows = {row["number"]: row for row in seat.get("/api/cases").get_json()["cases"]}
    assert rows[first.number]["agent"] is None
    assert rows[second.number]["agent"] == {"email": "ines@nettly.example", "name": "Ines Berg"}


@pytest.mark.parametrize(
    ("view", "names"), [("mine", ["Arne"]), ("unassigned", ["Maya"]), ("all", ["Arne", "Maya"])]
)
def test_a_view_holds_its_own(room: Room, view: str, names: list[str]) -> None:
    room.case("maya")
    seat = room.seat()
    seat.post(f"/api/cases/{room.case('arne').number}/claim")
    rows = seat.get(f"/api/cases?view={view}").get_json()["cases"]
    assert sorted(row["customer_name"] for row in rows) == names


def test_the_day_counts_from_the_readers_midnight(room: Room) -> None:
    room.case("yesterday")
    room.clock.moves(timedelta(days=1))
    seat, since = room.seat(), room.clock.now().isoformat()
    seat.post(f"/api/cases/{room.case('today').number}/claim")
    today = seat.client.get("/desk/api/cases", query_string={"since": since}).get_json()["today"]
    assert today == {"opened": 1, "resolved": 0}


@pytest.mark.parametrize("query", ["view=ours", "since=noon", "since=2026-11-22T00:00:00"])
def test_a_query_that_makes_no_sense_is_a_400(room: Room, query: str) -> None:
    assert room.seat().get(f"/api/cases?{query}").status_code == 400


# A case


def test_a_case_comes_with_its_file_and_thread(room: Room) -> None:
    case = room.case()
    told = room.seat().get(f"/api/cases/{case.number}").get_json()
    assert told["case"]["headline"] == told["summary"]["headline"]["text"]
    assert told["summary"]["reason"]["messages"] == [2]
    assert [entry["number"] for entry in told["thread"] if entry["kind"] == "line"] == [1, 2]
    assert "transcript" not in told["summary"]


def test_a_thread_is_read_on_from_a_place(room: Room) -> None:
    case, seat = room.case(), room.seat()
    last = seat.get(f"/api/cases/{case.number}").get_json()["thread"][-1]["seq"]
    seat.post(f"/api/cases/{case.number}/note", text="Seen this before.", client_id="n1")
    fresh = seat.get(f"/api/cases/{case.number}?after={last}").get_json()["thread"]
    assert [(entry["kind"], entry["text"]) for entry in fresh] == [("note", "Seen this before.")]


def test_an_unknown_case_is_a_404_that_says_the_way_out(room: Room) -> None:
    response = room.seat().get("/api/cases/4711")
    assert (response.status_code, code(response)) == (404, "no_case")


# The verbs


def test_the_slower_of_two_claims_is_told_who_was_faster(room: Room) -> None:
    case = room.case()
    assert room.seat("Ines Berg").post(f"/api/cases/{case.number}/claim").status_code == 200
    response = room.seat("Leo Dahl").post(f"/api/cases/{case.number}/claim")
    assert (response.status_code, code(response)) == (409, "taken")
    assert "Ines Berg" in response.get_json()["error"]["message"]


def test_a_released_case_is_unassigned_again(room: Room) -> None:
    case, seat = room.case(), room.seat()
    seat.post(f"/api/cases/{case.number}/claim")
    assert seat.post(f"/api/cases/{case.number}/release").get_json()["case"]["agent"] is None


def test_only_the_holder_replies(room: Room) -> None:
    case = room.case()
    room.seat("Ines Berg").post(f"/api/cases/{case.number}/claim")
    response = room.seat("Leo Dahl").post(f"/api/cases/{case.number}/reply", text="Hi", client_id="r1")
    assert (response.status_code, code(response)) == (409, "not_yours")


def test_a_reply_sent_twice_is_said_once(room: Room) -> None:
    case, seat = room.case(), room.seat()
    seat.post(f"/api/cases/{case.number}/claim")
    tries = [
        seat.post(f"/api/cases/{case.number}/reply", text="Hello Maya.", client_id="r1").get_json()["entry"]
        for _ in range(2)
    ]
    assert tries[0] == tries[1]
    said = [dispatch.text for dispatch in room.handoff.dispatches.lease() if dispatch.kind == "reply"]
    assert said == ["Hello Maya."]


def test_a_note_never_leaves_the_room(room: Room) -> None:
    case, seat = room.case(), room.seat()
    entry = seat.post(f"/api/cases/{case.number}/note", text="Careful.", client_id="n1").get_json()["entry"]
    assert (entry["kind"], entry["author"], entry["number"]) == ("note", "ines@nettly.example", None)
    assert room.handoff.dispatches.lease() == ()


def test_a_case_is_resolved_with_an_outcome_and_a_line(room: Room) -> None:
    case, seat = room.case(), room.seat()
    seat.post(f"/api/cases/{case.number}/claim")
    told = seat.post(f"/api/cases/{case.number}/resolve", outcome="solved", line="New firmware.").get_json()[
        "case"
    ]
    assert (told["status"], told["outcome"]) == ("resolved", "solved")
    assert "New firmware." in [entry.text for entry in room.handoff.desk.thread(case.number)]


def test_an_unknown_outcome_is_a_422_that_names_the_known_ones(room: Room) -> None:
    case, seat = room.case(), room.seat()
    seat.post(f"/api/cases/{case.number}/claim")
    response = seat.post(f"/api/cases/{case.number}/resolve", outcome="magic")
    assert response.status_code == 422
    assert "solved" in response.get_json()["error"]["message"]


def test_a_case_goes_back_to_the_bot(room: Room) -> None:
    case, seat = room.case(), room.seat()
    seat.post(f"/api/cases/{case.number}/claim")
    told = seat.post(f"/api/cases/{case.number}/return", note="Knows the steps now.").get_json()["case"]
    assert (told["status"], told["outcome"]) == ("resolved", "returned")
    assert [dispatch.kind for dispatch in room.handoff.dispatches.lease()] == ["joined", "returned"]


@pytest.mark.parametrize("body", [{}, {"text": 7, "client_id": "r1"}, {"text": "Hi"}, [], None])
def test_a_reply_without_its_parts_is_a_400(room: Room, body: object) -> None:
    case, seat = room.case(), room.seat()
    seat.post(f"/api/cases/{case.number}/claim")
    response = seat.client.post(
        f"/desk/api/cases/{case.number}/reply", json=body, headers={"X-CSRF-Token": seat.csrf}
    )
    assert (response.status_code, code(response)) == (400, "shape")


def test_an_empty_reply_is_refused_kindly(room: Room) -> None:
    case, seat = room.case(), room.seat()
    seat.post(f"/api/cases/{case.number}/claim")
    response = seat.post(f"/api/cases/{case.number}/reply", text="  \n", client_id="r1")
    assert response.status_code == 422


def test_a_body_that_is_not_json_is_a_415(room: Room) -> None:
    case, seat = room.case(), room.seat()
    response = seat.client.post(
        f"/desk/api/cases/{case.number}/note", data="text=hi", headers={"X-CSRF-Token": seat.csrf}
    )
    assert response.status_code == 415


# The live stream
