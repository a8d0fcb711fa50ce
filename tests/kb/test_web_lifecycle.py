"""The studio's JSON for reviews, appointments, details, merges, the bin and pictures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from kb.opening import Kb
from tests.fakes import MONDAY_MORNING, FakeClock
from tests.kb.editing.test_images import picture
from tests.kb.editors import Editor, text

Staff = Callable[[str, str], Editor]
TOMORROW = (MONDAY_MORNING + timedelta(days=1)).isoformat()


@pytest.fixture
def omar(staff: Staff) -> Editor:
    return staff("Omar Haddad", "editor")


def uploads(editor: Editor, content: bytes, media_type: str = "image/png") -> tuple[int, dict[str, object]]:
    reply = editor.client.post(
        "/kb/api/images?name=hub.png",
        data=content,
        content_type=media_type,
        headers={"X-CSRF-Token": editor.csrf},
    )
    return reply.status_code, reply.get_json()


def refusal(editor: Editor, method: str, path: str, **body: object) -> tuple[int, str]:
    reply = editor.sends(method, path, **body)
    return reply.status_code, reply.get_json()["error"]["message"]


def test_a_review_goes_from_editor_to_editor_and_back(ines: Editor, omar: Editor) -> None:
    article = ines.writes("Reset your Hub")
    asked = ines.moves(article, "submit", note="Is the time right?")
    assert asked["status"] == "in_review" and "return" in asked["standing"]["may"]
    back = omar.moves(asked, "return", comment="It takes ten.")
    assert back["status"] == "draft"
    omar.asks("POST", f"/articles/{article['path']}/comments", text="Or twelve.")
    thread = ines.asks("GET", f"/articles/{article['path']}/comments")["comments"]
    assert [(one["author"], one["word"], one["text"]) for one in thread] == [
        ("Ines Dahl", "asked for a review", "Is the time right?"),
        ("Omar Haddad", "sent it back", "It takes ten."),
        ("Omar Haddad", "", "Or twelve."),
    ]


def test_an_appointment_is_made_shown_and_cancelled(ines: Editor, base: Kb, clock: FakeClock) -> None:
    article = ines.moves(ines.writes("Reset your Hub"), "schedule", at="2026-11-03T10:00:00+01:00")
    assert article["planned"] == {"at": "2026-11-03T09:00:00+00:00", "revision": 1}
    assert "Goes live" in ines.opens("/kb/?due=planned") and "Reset your Hub" in ines.opens(
        "/kb/?due=planned"
    )
    assert ines.moves(article, "unschedule")["planned"] is None
    ines.moves(article, "schedule", at=TOMORROW)
    clock.moves(timedelta(days=1))
    base.schedule.publish_due()
    assert base.editorial.article(article["id"]).live == 1


@pytest.mark.parametrize("at", ["tomorrow", "2026-11-03T10:00:00", 5, None])
def test_a_time_that_cannot_be_read_is_named(ines: Editor, at: object) -> None:
    article = ines.writes("Reset your Hub")
    place = f"/articles/{article['path']}/schedule"
    status, message = refusal(ines, "POST", place, version=article["version"], at=at)
    assert status == 422 and message.startswith("at: must ")


def test_details_are_saved_one_by_one(ines: Editor, omar: Editor) -> None:
    article = ines.writes("Reset your Hub")
    details = ines.arranges(article, owner="omar@nettly.example", review_by="2026-11-01")
    assert (details["owner"], details["review_by"], details["stale"]) == (
        "omar@nettly.example",
        "2026-11-01",
        True,
    )
    assert "Review is due" in ines.opens("/kb/?due=review&owner=omar@nettly.example")
    assert ines.arranges(article, owner="", review_by=None)["review_by"] is None
    lines = ines.asks("GET", f"/articles/{article['path']}/audit")["lines"]
    assert lines[0] == {
        **lines[0],
        "actor": "Ines Dahl",
        "verb": "arranged",
        "detail": "review_by: 2026-11-01 → –",
    }


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"owner": "ada@agent.example"}, "owner"),
        ({"review_by": "soon"}, "review_by"),
        ({"slug": "A b"}, "slug"),
    ],
)
def test_a_detail_that_cannot_be_taken_is_named(ines: Editor, wrong: dict[str, object], field: str) -> None:
    article = ines.writes("Reset your Hub")
    status, message = refusal(ines, "POST", f"/articles/{article['path']}/arrange", **wrong)
    assert status == 422 and message.startswith(f"{field}: ")


def test_a_page_that_moved_is_found_at_its_new_address(ines: Editor, customer: FlaskClient) -> None:
    article = ines.moves(ines.writes("Reset your Hub"), "publish")
    for slug in ("reset", "reset-it"):
        details = ines.arranges(article, slug=slug)
    assert details["moved"] == ["/help/en/reset-your-hub", "/help/en/reset"]
    for old in details["moved"]:
        reply = customer.get(old)
        assert (reply.status_code, reply.headers["Location"]) == (301, "/help/en/reset-it")
    assert customer.get("/help/en/reset-it").status_code == 200
    ines.moves(article, "archive")
    assert customer.get("/help/en/reset").status_code == 404


def test_an_existing_article_is_linked_and_says_when_it_lags(ines: Editor) -> None:
    original = ines.moves(ines.writes("Reset your Hub", "Hold it."), "publish")
    translation = ines.writes("Tilbakestill", "Hold inne.", language="nb")
    offered = ines.asks("GET", f"/articles/{translation['path']}/linkable?q=reset")["rows"]
    assert [row["id"] for row in offered] == [original["id"]]
    details = ines.arranges(translation, translation_of=original["id"])
    assert [(one["code"], one["original"]) for one in details["translations"]] == [("en", True)]
    ines.moves(ines.saves(original, "Reset your Hub", "Hold it longer."), "publish")
    assert [one["lags"] for one in ines.details(original)["translations"]] == [True]
    assert "Original has changed since" in ines.opens("/kb/?language=nb")
    ines.asks("POST", f"/articles/{translation['path']}/match")
    assert [one["lags"] for one in ines.details(original)["translations"]] == [False]


def test_two_editors_texts_become_one(ines: Editor, omar: Editor) -> None:
    seen = ines.writes("Reset your Hub", "Hold it. Wait.\n", labels=["hub"])
    omar.saves(seen, "Reset the Hub", "Hold it long. Wait.\n", labels=["hub", "reset"])
    base = {**text("Reset your Hub", "Hold it. Wait.\n"), "labels": ["hub"]}
    mine = {**base, "body": "Hold it. Wait a minute.\n", "labels": []}
    made = ines.asks("POST", f"/articles/{seen['path']}/merge", base=base, mine=mine)
    assert made["open"] == 0 and made["theirs"]["author"] == "Omar Haddad"
    assert made["text"]["title"] == "Reset the Hub" and made["text"]["labels"] == ["reset"]
    assert made["text"]["body"] == "Hold it long. Wait a minute.\n"


def test_what_both_changed_is_left_to_the_editor(ines: Editor, omar: Editor) -> None:
    seen = ines.writes("Reset your Hub", "Hold it.\n")
    omar.saves(seen, "Reset the Hub", "Hold it long.\n")
    base = text("Reset your Hub", "Hold it.\n")
    mine = {**base, "title": "Reset a Hub", "body": "Hold it short.\n"}
    made = ines.asks("POST", f"/articles/{seen['path']}/merge", base=base, mine=mine)
    assert made["open"] == 2 and made["fields"]["title"]["kind"] == "conflict"
    assert made["blocks"] == [
        {"kind": "conflict", "base": "Hold it.\n", "mine": "Hold it short.\n", "theirs": "Hold it long.\n"}
    ]
    assert made["text"]["body"] == "Hold it short.\n"


def test_a_merge_needs_two_texts(ines: Editor) -> None:
    article = ines.writes("Reset your Hub")
    status, message = refusal(ines, "POST", f"/articles/{article['path']}/merge", base="one", mine={})
    assert (status, message) == (422, "base: must be an object")


def test_a_deleted_article_waits_in_the_bin_to_be_brought_back(ines: Editor, customer: FlaskClient) -> None:
    article = ines.moves(ines.writes("Reset your Hub"), "publish")
    gone = ines.moves(article, "delete")
    assert customer.get("/help/en/reset-your-hub").status_code == 404
    assert "is in the bin" in ines.opens(f"/kb/?deleted={article['id']}")
    assert "Reset your Hub" in ines.opens("/kb/bin") and "Delete for good" not in ines.opens("/kb/bin")
    assert gone["standing"]["may"] == ["recover"]
    ines.moves(gone, "recover")
    assert customer.get("/help/en/reset-your-hub").status_code == 200


def test_only_an_admin_deletes_for_good(ines: Editor, staff: Staff) -> None:
    gone = ines.moves(ines.writes("Reset your Hub"), "delete")
    place = f"/articles/{gone['path']}/purge"
    status, message = refusal(ines, "POST", place)
    assert status == 403 and "30 days" in message
    ada = staff("Ada Moe", "admin")
    assert "Delete for good" in ada.opens("/kb/bin")
    ada.asks("POST", place)
    assert ines.client.get(gone["url"]).status_code == 404


def test_many_articles_are_published_labelled_and_archived_at_once(ines: Editor) -> None:
    ids = [ines.writes(title)["id"] for title in ("One", "Two")]
    for verb, more in (("publish", {}), ("label", {"label": "new"}), ("archive", {})):
        assert ines.asks("POST", "/bulk", verb=verb, articles=ids, **more) == {"changed": 2}
    assert ines.opens("/kb/?status=archived&label=new").count('<th scope="row">') == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"verb": "publish", "articles": []},
        {"verb": "sell", "articles": ["one"]},
        {"verb": "label", "articles": ["one"], "label": " "},
        {"verb": "label", "articles": ["one"], "label": "a, b"},
        {"verb": "publish", "articles": "one"},
    ],
)
def test_a_deed_for_many_that_cannot_be_done_is_refused(ines: Editor, wrong: dict[str, object]) -> None:
    assert refusal(ines, "POST", "/bulk", **wrong)[0] == 422


def test_a_picture_is_taken_shown_and_served_for_ever(ines: Editor, customer: FlaskClient) -> None:
    status, kept = uploads(ines, picture())
    assert (status, kept["width"], kept["height"], kept["called"]) == (201, 40, 20, "hub.png")
    served = customer.get(str(kept["url"]))
    assert served.content_type == "image/png"
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert served.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert served.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    article = ines.moves(ines.writes("Reset your Hub", f"![The back]({kept['url']})"), "publish")
    page = customer.get(f"/help/en/{article['slug']}")
    assert f'<img src="{kept["url"]}" alt="The back" width="40" height="20" loading="lazy">' in page.text
    assert "img-src 'self'" in page.headers["Content-Security-Policy"]
    assert ines.asks("GET", "/images")["images"][0]["shown"] is True


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [
        (b"<svg onload='alert(1)'/>", "image/svg+xml", 422),
        (b"MZ", "application/octet-stream", 422),
        (b"\0" * 20 * 2**20, "image/png", 422),
        (picture(), "multipart/form-data", 415),
        (picture(), "text/plain", 415),
    ],
    ids=["svg", "program", "20 MB", "form", "text"],
)
def test_what_is_no_picture_is_not_taken(ines: Editor, content: bytes, media_type: str, status: int) -> None:
    assert uploads(ines, content, media_type)[0] == status
    assert ines.asks("GET", "/images")["images"] == []


def test_a_stranger_sends_no_pictures(customer: FlaskClient) -> None:
    assert customer.post("/kb/api/images", data=picture(), content_type="image/png").status_code == 401


def test_there_is_no_picture_of_a_made_up_name(customer: FlaskClient) -> None:
    for name in ("..%2Fkb.db", "x.png", "0" * 32 + "-1x1.png"):
        assert customer.get(f"/help/images/{name}").status_code == 404


def test_an_article_in_the_bin_can_still_be_looked_at(ines: Editor) -> None:
    gone = ines.moves(ines.writes("Reset your Hub"), "delete")
    assert "In the bin." in ines.opens(gone["url"])


def test_a_picture_that_no_text_shows_is_listed(ines: Editor) -> None:
    _, kept = uploads(ines, picture())
    assert f'src="{kept["url"]}"' in ines.opens("/kb/bin")
    ines.writes("Reset your Hub", f"![The back]({kept['url']})")
    assert "Pictures that no text shows" not in ines.opens("/kb/bin")
