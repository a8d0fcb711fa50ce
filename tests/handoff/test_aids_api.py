"""What helps an agent, over its routes, as the desk's page uses them."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
from werkzeug.test import TestResponse

from config.identity import Role
from config.pages import Brand
from config.sign_in import COOKIE
from handoff.aids.articles import FoundArticle
from handoff.aids.canned import Canned
from handoff.aids.labels import Label
from handoff.aids.macros import Known, Macro, ReplyDeed, ResolveDeed
from handoff.app import handoff_app
from handoff.file import FileRef
from tests.handoff.conftest import INES
from tests.handoff.seats import Room, Seat, code, room

__all__ = ["room"]

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc000"
    "000301010018dd8db00000000049454e44ae426082"
)


class Shelf:
    """A knowledge base with one article, which remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, int]] = []

    def search(self, question: str, language: str, limit: int) -> Sequence[FoundArticle]:
        self.asked.append((question, language, limit))
        return [FoundArticle("a1", "Refunds", None, "Inside only.", "en", True, 0.7)]


class Sent:
    """A customers' room with one file."""

    def sent(self, capability: str) -> tuple[FileRef, bytes] | None:
        known = FileRef("k" * 43, "label.pdf", "application/pdf", 8)
        return (known, b"%PDF-1.7") if capability == known.id else None


def put(seat: Seat, path: str, **body: object) -> TestResponse:
    return seat.client.put(f"/desk{path}", json=body, headers={"X-CSRF-Token": seat.csrf})


def upload(seat: Seat, number: int, name: str, content: bytes) -> TestResponse:
    return seat.client.post(
        f"/desk/api/cases/{number}/files",
        query_string={"name": name},
        data=content,
        content_type="application/octet-stream",
        headers={"X-CSRF-Token": seat.csrf},
    )


def test_a_search_shows_rows_with_the_words_that_were_found(room: Room) -> None:
    seat, case = room.seat(), room.case()
    told = seat.get("/api/search?q=offline&team=").get_json()
    (result,) = told["results"]
    assert result["case"]["number"] == case.number and told["next"] is None and told["all_words"]
    assert told["found"] == 1
    assert {"text": "offline", "hit": True} in result["snippet"]


@pytest.mark.parametrize("query", ["status=gone", "from=yesterday", "to=2026-11-01T00:00:00"])
def test_a_search_says_which_filter_is_wrong(room: Room, query: str) -> None:
    answer = room.seat().get(f"/api/search?q=x&{query}")
    assert (answer.status_code, code(answer)) == (400, "shape")


def test_canned_responses_come_filled_for_the_case(room: Room) -> None:
    seat, case = room.seat(), room.case()
    texts = {"en": "Hello {{customer.first_name}}, {{fact.invoice}}"}
    room.handoff.aids.canned.save(Canned(0, "hi", "Greeting", texts), INES, teams=())
    (canned,) = seat.get(f"/api/cases/{case.number}/canned").get_json()["canned"]
    assert (canned["shortcut"], canned["text"]) == ("hi", "Hello Maya, {{fact.invoice}}")
    assert canned["empty"] == ["fact.invoice"]


def test_a_macro_is_run_once_and_a_refused_one_says_what_was_in_its_way(room: Room) -> None:
    seat, case = room.seat(), room.case()
    deeds = (ReplyDeed({"en": "Done."}), ResolveDeed("solved"))
    macro = room.handoff.aids.macros.save(Macro(0, "Finish", deeds), INES, Known((), ()))
    assert seat.get("/api/macros").get_json()["macros"][0]["deeds"][1]["do"] == "resolve"
    refused = seat.post(f"/api/cases/{case.number}/macros/{macro.id}", client_id="c1")
    assert (refused.status_code, code(refused)) == (409, "macro_refused")
    in_bokmaal = seat.post(f"/api/cases/{case.number}/macros/{macro.id}?lang=nb", client_id="c1").get_json()
    assert "Ingenting ble gjort" in in_bokmaal["error"]["message"]
    assert "nobody holds it" not in in_bokmaal["error"]["message"]
    seat.post(f"/api/cases/{case.number}/claim")
    ran = seat.post(f"/api/cases/{case.number}/macros/{macro.id}", client_id="c2").get_json()
    assert (ran["case"]["status"], ran["deeds"]) == ("resolved", ["reply", "resolve"])
    assert seat.post(f"/api/cases/{case.number}/macros/999", client_id="c3").status_code == 404


def test_labels_are_listed(room: Room) -> None:
    room.handoff.aids.labels.save(Label("vip", "red"), INES)
    assert room.seat().get("/api/labels").get_json() == {"labels": [{"name": "vip", "colour": "red"}]}


def test_articles_come_from_the_knowledge_base_that_the_door_handed_in(room: Room) -> None:
    seat, shelf = room.seat(), Shelf()
    client = handoff_app(
        room.handoff, room.identity, Brand.load(), clock=room.clock, articles=shelf
    ).test_client()
    client.set_cookie(COOKIE, seat.token)
    (article,) = client.get("/desk/api/articles?q=refund&language=nb").get_json()["articles"]
    assert (article["internal"], article["url"], article["text"]) == (True, None, "Inside only.")
    assert shelf.asked == [("refund", "nb", 8)]
    assert client.get("/desk/api/articles?q=%20").get_json() == {"articles": []}


def test_without_a_knowledge_base_there_are_no_articles(room: Room) -> None:
    assert room.seat().get("/api/articles?q=refund").get_json() == {"articles": []}


def test_a_reply_is_checked_before_it_is_sent(room: Room) -> None:
    seat, case = room.seat(), room.case()
    text = "What is your order number, {{customer.name}}?"
    told = seat.post(f"/api/cases/{case.number}/check", text=text).get_json()
    assert [(each["fact"], each["value"], each["message"]) for each in told["reasks"]] == [
        ("order", "NT-10427", 2)
    ]
    assert told["blanks"] == ["customer.name"]
    assert seat.post(f"/api/cases/{case.number}/check", text="Hello").get_json() == {
        "reasks": [],
        "blanks": [],
    }


def test_figures_are_the_readers_own(room: Room) -> None:
    ines, leo, case = room.seat(), room.seat("Leo Moen"), room.case()
    since = room.clock.now().replace(hour=0).isoformat().replace("+", "%2B")
    ines.post(f"/api/cases/{case.number}/claim")
    ines.post(f"/api/cases/{case.number}/reply", text="Hello Maya", client_id="r1")
    mine = ines.get(f"/api/figures?since={since}").get_json()["figures"]
    assert (mine["taken"]["claimed"], mine["replied"], mine["open_now"]) == (1, 1, 1)
    assert mine["first_reply"] == "PT0S"
    theirs = leo.get(f"/api/figures?since={since}").get_json()["figures"]
    assert (theirs["replied"], theirs["open_now"], theirs["first_reply"]) == (0, 0, None)
    assert code(ines.get("/api/figures")) == "shape"


def test_a_draft_is_the_agents_own(room: Room) -> None:
    ines, leo, case = room.seat(), room.seat("Leo Moen"), room.case()
    assert put(ines, f"/api/cases/{case.number}/draft", kind="reply", text="Hello").status_code == 200
    (draft,) = ines.get(f"/api/cases/{case.number}/draft").get_json()["drafts"]
    assert (draft["kind"], draft["text"]) == ("reply", "Hello")
    assert ines.get("/api/drafts").get_json()["drafts"][0]["case"] == case.number
    assert leo.get(f"/api/cases/{case.number}/draft").get_json() == {"drafts": []}
    assert put(ines, "/api/cases/9999/draft", kind="reply", text="x").status_code == 404
    assert code(put(ines, f"/api/cases/{case.number}/draft", kind="reply")) == "shape"


def test_presence_is_told_and_taken_back(room: Room) -> None:
    seat, case = room.seat(), room.case()
    assert seat.post("/api/presence", case=case.number, doing="replying").status_code == 200
    ((at),) = seat.get("/api/presence").get_json()["presence"]
    assert (at["case"], at["people"][0]["doing"]) == (case.number, "replying")
    seat.post("/api/presence", case=None, doing=None)
    assert seat.get("/api/presence").get_json() == {"presence": []}
    assert seat.post("/api/presence", case=9999, doing="viewing").status_code == 404
    for wrong in (
        {"case": "1"},
        {"case": True},
        {"case": case.number, "doing": 1},
        {"case": case.number, "doing": "x"},
    ):
        assert seat.post("/api/presence", **wrong).status_code == 400


def test_a_mention_is_read_and_seen(room: Room) -> None:
    ines, leo, case = room.seat(), room.seat("Leo Moen"), room.case()
    leo.get("/api/me")
    ines.post(f"/api/cases/{case.number}/note", text="@Leo <b>look</b>", client_id="n1")
    told = leo.get("/api/mentions").get_json()
    assert (told["unread"], told["mentions"][0]["text"]) == (1, "@Leo <b>look</b>")
    assert leo.post("/api/mentions/seen", ids=["x"]).status_code == 400
    assert leo.post("/api/mentions/seen", ids=[told["mentions"][0]["id"]]).get_json() == {"unread": 0}


def test_a_file_is_sent_and_served_only_to_be_saved(room: Room) -> None:
    seat, case = room.seat(), room.case()
    answer = upload(seat, case.number, "../<b>kvittering</b> å.html", b"<script>alert(1)</script>")
    file = answer.get_json()["file"]
    assert (answer.status_code, file["type"], file["picture"]) == (201, "text/plain", False)
    served = seat.client.get(file["url"])
    assert served.data == b"<script>alert(1)</script>"
    assert served.headers["Content-Type"].startswith("text/plain")
    assert served.headers["Content-Disposition"].startswith("attachment")
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert served.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    inline = seat.client.get(f"{file['url']}?inline=1")
    assert inline.headers["Content-Disposition"].startswith("attachment")


def test_a_picture_may_be_shown(room: Room) -> None:
    seat, case = room.seat(), room.case()
    file = upload(seat, case.number, "dot.png", PNG).get_json()["file"]
    assert seat.client.get(f"{file['url']}?inline=1").headers["Content-Disposition"].startswith("inline")
    assert seat.client.get(file["url"]).headers["Content-Disposition"].startswith("attachment")


def test_an_upload_that_is_none_is_refused(room: Room) -> None:
    seat, case = room.seat(), room.case()
    assert code(seat.post(f"/api/cases/{case.number}/files", file="x")) == "shape"
    assert code(upload(seat, case.number, "a.txt", b"")) == "file_empty"
    assert upload(seat, 9999, "a.txt", b"a").status_code == 404
    seat.csrf = "made up"
    assert upload(seat, case.number, "a.txt", b"a").status_code == 403


def test_a_program_may_send_a_part(room: Room) -> None:
    room.seat()
    key = room.identity.keys.add("ines@nettly.example", "uploader")
    sent = room.stranger().post(
        f"/desk/api/cases/{room.case().number}/files",
        data={"file": (io.BytesIO(b"a,b"), "a.csv")},
        headers={"Authorization": f"Bearer {key}"},
    )
    assert (sent.status_code, sent.get_json()["file"]["name"]) == (201, "a.csv")


def test_staff_get_what_customers_send_from_the_room_that_keeps_it(room: Room) -> None:
    seat = room.seat()
    app = handoff_app(room.handoff, room.identity, Brand.load(), clock=room.clock, sent=Sent())
    client = app.test_client()
    address = f"/desk/files/{'k' * 43}/label.pdf"
    assert client.get(address).status_code == 303
    client.set_cookie(COOKIE, seat.token)
    served = client.get(address)
    assert (served.status_code, served.data) == (200, b"%PDF-1.7")
    assert served.headers["Content-Disposition"] == "attachment; filename=label.pdf"
    assert client.get(f"/desk/files/{'x' * 43}/label.pdf").status_code == 404


def test_a_stranger_has_none_of_it(room: Room) -> None:
    case, stranger = room.case(), room.stranger()
    for path in (
        "search?q=x",
        f"cases/{case.number}/canned",
        "macros",
        "labels",
        "articles?q=x",
        "mentions",
        "drafts",
    ):
        assert stranger.get(f"/desk/api/{path}").status_code == 401, path
    assert stranger.get("/desk/files/x/y").status_code in (302, 303, 401)


def test_roles_that_may_not_sit_here_have_none_of_it(room: Room) -> None:
    editor = room.seat("Edda Vik", Role.EDITOR)
    assert editor.get("/api/search?q=x").status_code == 403


INES_HERE = type(INES)("ines@nettly.example", "Ines Berg")
