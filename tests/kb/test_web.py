"""The studio, its JSON and the help centre, over the real engine with hashed vectors."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from flask.testing import FlaskClient

import kb.web
from config.identity import Identity
from config.pages import Brand
from config.settings import load_settings
from config.sign_in import COOKIE
from config.texts import Texts
from kb.app import kb_app
from kb.opening import Kb, open_kb
from kb.web.list_words import list_words
from kb.web.room_words import room_words
from tests.fakes import FakeClock
from tests.kb.editors import PASSWORD, RESET, Editor, text

WEB = Path(kb.web.__file__).parent


def test_an_empty_studio_invites_to_write_the_first_article(ines: Editor) -> None:
    assert "Write the first article" in ines.opens("/kb/")


def test_the_list_says_in_words_where_each_article_stands(ines: Editor) -> None:
    ines.moves(ines.writes("Reset your Hub"), "publish")
    ines.writes("Return an item")
    rows = ines.opens("/kb/").split("<tr>")
    assert any("Return an item" in row and ">Draft<" in row for row in rows)
    assert any("Reset your Hub" in row and ">Published<" in row for row in rows)


def test_the_list_is_searched_by_what_customers_ask(ines: Editor) -> None:
    ines.writes("Reset your Hub", questions=["orange light wont go away"])
    ines.writes("Return an item", questions=["send it back"])
    page = ines.opens("/kb/?q=orange+light")
    assert "Reset your Hub" in page and "Return an item" not in page


def test_the_list_is_filtered_by_language_category_and_state(ines: Editor) -> None:
    ines.writes("Reset your Hub", category="Router")
    ines.writes("Return an item", category="Returns")
    ines.writes("Tilbakestill ruteren", language="nb", category="Router")
    page = ines.opens("/kb/?language=en&category=Router&status=draft")
    assert "Reset your Hub" in page
    assert "Return an item" not in page and "Tilbakestill ruteren" not in page
    assert "No article fits" in ines.opens("/kb/?status=archived")


def test_the_list_points_out_what_needs_looking_after(ines: Editor) -> None:
    live = ines.moves(ines.writes("Reset your Hub"), "publish")
    ines.saves(live, "Reset your Hub 3")
    ines.writes("Return an item", questions=[])
    page = ines.opens("/kb/")
    assert "Newer text not published" in page and "No customer questions yet" in page


def test_the_writing_room_opens_with_the_latest_text_and_its_preview(ines: Editor) -> None:
    article = ines.saves(ines.writes("Reset your Hub"), "Reset your Hub", "Hold it for **ten** seconds.")
    page = ines.opens(article["url"])
    assert "Hold it for **ten** seconds.</textarea>" in page
    assert "Hold it for <strong>ten</strong> seconds." in page
    assert "Draft, revision 2." in page


def test_a_saved_draft_is_not_answered_from(ines: Editor, base: Kb) -> None:
    ines.writes("Reset your Hub")
    base.indexer.work()
    assert base.knowledge.state().articles == 0


def test_the_page_learns_when_the_published_revision_answers(ines: Editor, base: Kb) -> None:
    article = ines.moves(ines.writes("Reset your Hub"), "publish")
    before = ines.asks("GET", f"/state?article={article['id']}")
    base.indexer.work()
    after = ines.asks("GET", f"/state?article={article['id']}")
    assert before["revision"] is None
    assert after["revision"] == article["live"] == 1
    assert after["generation"] > before["generation"]


def test_an_archived_article_leaves_the_answers_and_comes_back_as_a_draft(ines: Editor, base: Kb) -> None:
    gone = ines.moves(ines.moves(ines.writes("Reset your Hub"), "publish"), "archive")
    base.indexer.work()
    assert ines.asks("GET", f"/state?article={gone['id']}")["revision"] is None
    assert gone["standing"]["next"] == "restore"
    assert ines.moves(gone, "restore")["status"] == "draft"


def test_each_state_offers_one_thing_to_do_next(ines: Editor) -> None:
    draft = ines.writes("Reset your Hub")
    review = ines.moves(draft, "submit")
    live = ines.moves(review, "publish")
    newer = ines.saves(live, "Reset your Hub 3")
    gone = ines.moves(newer, "delete")
    assert [one["standing"]["next_word"] for one in (draft, review, live, newer, gone)] == [
        "Publish",
        "Approve and publish",
        "Published",
        "Publish changes",
        "Bring back",
    ]


def test_saving_over_a_colleagues_text_shows_it_and_stores_nothing(
    ines: Editor, staff: Callable[[str, str], Editor]
) -> None:
    omar = staff("Omar Haddad", "editor")
    seen = ines.writes("Reset your Hub")
    omar.moves(omar.saves(seen, "Reset your Hub", "Pull the plug."), "publish")
    late = text("Reset your Hub", "Hold the button.") | {"version": seen["version"]}
    reply = ines.sends("PUT", f"/articles/{seen['path']}", **late)
    assert reply.status_code == 409 and reply.json
    newer = reply.json["error"]["newer"]
    assert (newer["author"], newer["number"], newer["published"]) == ("Omar Haddad", 2, True)
    assert newer["text"]["body"] == "Pull the plug."
    assert ines.saves(newer["article"], "Reset your Hub", "Hold the button.")["latest"] == 3


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"title": " "}, "title"), ({"body": ""}, "body"), ({"questions": "one"}, "questions")],
)
def test_a_field_that_cannot_be_taken_is_named(ines: Editor, wrong: dict[str, object], field: str) -> None:
    reply = ines.sends("POST", "/articles", **(text("Reset", RESET) | wrong))
    assert reply.status_code == 422 and reply.json
    assert reply.json["error"]["message"].startswith(f"{field}: ")


def test_an_old_revision_comes_back_as_the_newest(ines: Editor) -> None:
    second = ines.saves(ines.writes("Reset your Hub", "First."), "Reset your Hub", "Second.")
    back = ines.asks("POST", f"/articles/{second['path']}/restore", revision=1, version=second["version"])
    revisions = ines.asks("GET", f"/articles/{second['path']}/revisions")["revisions"]
    assert back["text"]["body"] == "First."
    assert [(one["number"], one["author"]) for one in revisions] == [(n, "Ines Dahl") for n in (3, 2, 1)]


def test_any_two_revisions_are_compared_word_by_word(ines: Editor) -> None:
    first = ines.writes("Reset your Hub", "Hold it for ten seconds.\nWait.")
    second = ines.saves(first, "Reset your Hub", "Hold it for five seconds.\nWait.")
    place = f"/articles/{second['path']}/compare"
    rows = ines.asks("POST", place, before=1, after=2)["rows"]
    assert rows[0]["before"] == [["Hold it for ", False], ["ten", True], [" seconds.", False]]
    assert rows[0]["after"] == [["Hold it for ", False], ["five", True], [" seconds.", False]]
    assert ines.asks("POST", place, before=2, after="Hold it for five seconds.\nWait.")["rows"] == []


def test_the_preview_runs_nothing(ines: Editor) -> None:
    shown = ines.asks("POST", "/preview", body="<script>alert(1)</script> [x](javascript:alert(1)) **bold**")
    assert "<script" not in shown["html"] and 'href="javascript' not in shown["html"]
    assert "<strong>bold</strong>" in shown["html"]


def test_trying_a_question_shows_the_answer_with_its_passage(ines: Editor, base: Kb) -> None:
    article = ines.moves(ines.writes("Reset your Hub"), "publish")
    ines.moves(
        ines.writes("Return an item", "Send it back in its box.", questions=["send it back"]), "publish"
    )
    base.indexer.work()
    found = ines.asks("POST", "/try", question="how do i reset it", language="en")
    assert "Hold the small button" in found["html"]
    assert found["cited"]["url"] == article["url"] and found["cited"]["title"] == "Reset your Hub"
    assert found["probability"] >= 0.6 and found["verdict"] in ("Likely right", "Very likely right")
    assert [other["title"] for other in found["others"]] == ["Return an item"]
    assert all(other["why"] for other in found["others"])


def test_trying_a_foreign_question_says_why_there_is_no_answer(ines: Editor, base: Kb) -> None:
    ines.moves(ines.writes("Reset your Hub"), "publish")
    base.indexer.work()
    found = ines.asks("POST", "/try", question="which volcano erupted yesterday", language="en")
    assert found["html"] == "" and found["verdict"] == "Not sure enough to answer"
    assert found["instead"].startswith("The bot would not answer")


def test_a_translation_starts_from_its_original(ines: Editor) -> None:
    original = ines.writes("Reset your Hub", category="Router")
    page = ines.opens(f"/kb/articles/new?language=nb&translation_of={original['id']}")
    assert "Reset your Hub" in page and 'value="Router"' in page
    ines.writes("Tilbakestill", language="nb", translation_of=original["id"])
    linked = ines.details(original)["translations"]
    assert [(one["language"], one["title"]) for one in linked] == [("Norwegian Bokmål", "Tilbakestill")]


def test_nobody_edits_without_signing_in(customer: FlaskClient) -> None:
    page = customer.get("/kb/")
    assert page.status_code == 303 and page.headers["Location"].startswith("/kb/sign-in")
    assert customer.get("/kb/api/articles").status_code == 401


def test_an_agent_does_not_edit(staff: Callable[[str, str], Editor]) -> None:
    assert staff("Ada Agent", "agent").client.get("/kb/api/articles").status_code == 403


def test_a_change_needs_the_sessions_token(ines: Editor) -> None:
    reply = ines.client.post("/kb/api/articles", json=text("Reset", RESET))
    assert reply.status_code == 403


def test_a_page_that_outlived_its_session_gets_the_new_token(ines: Editor) -> None:
    assert ines.asks("GET", "/session") == {"csrf": ines.csrf}


def test_the_help_centre_shows_what_is_published_and_public(ines: Editor, customer: FlaskClient) -> None:
    ines.moves(ines.writes("Reset your Hub", category="Router"), "publish")
    ines.moves(ines.writes("How we check refunds", public=False), "publish")
    ines.writes("Return an item")
    page = customer.get("/help/en/").text
    assert "Reset your Hub" in page and "Router" in page
    assert "How we check refunds" not in page and "Return an item" not in page


def test_customers_read_the_live_revision_while_a_newer_one_is_written(
    ines: Editor, customer: FlaskClient
) -> None:
    live = ines.moves(ines.writes("Reset your Hub", "Hold it."), "publish")
    ines.saves(live, "Reset your Hub 3", "Hold it longer.")
    page = customer.get("/help/en/reset-your-hub").text
    assert "<h1>Reset your Hub</h1>" in page and "Hold it." in page
    assert "longer" not in page


def test_an_internal_article_has_no_public_page(ines: Editor, customer: FlaskClient) -> None:
    ines.moves(ines.writes("How we check refunds", public=False), "publish")
    reply = customer.get("/help/en/how-we-check-refunds")
    assert reply.status_code == 404 and "This page isn&#39;t here" in reply.text


def test_a_public_page_leads_to_its_translation(ines: Editor, customer: FlaskClient) -> None:
    original = ines.moves(ines.writes("Reset your Hub"), "publish")
    translation = ines.writes("Tilbakestill", language="nb", translation_of=original["id"])
    ines.moves(translation, "publish")
    assert 'hreflang="nb" href="/help/nb/tilbakestill"' in customer.get("/help/en/reset-your-hub").text


def test_the_address_decides_the_language_of_a_public_page(customer: FlaskClient) -> None:
    page = customer.get("/help/nb/", headers={"Accept-Language": "en"}).text
    assert '<html lang="nb">' in page and "Hva kan vi hjelpe med?" in page


def test_the_help_centre_is_searched_in_the_customers_words(
    ines: Editor, base: Kb, customer: FlaskClient
) -> None:
    ines.moves(ines.writes("Reset your Hub", questions=["orange light wont go away"]), "publish")
    base.indexer.work()
    page = customer.get("/help/en/?q=orange+light").text
    assert "What fits" in page and "Reset your Hub" in page
    assert "Nothing here answers" in customer.get("/help/en/?q=volcano").text


def test_without_an_encoder_the_studio_says_what_to_run(tmp_path: Path, identity: Identity) -> None:
    kb = open_kb(load_settings(tmp_path, {}), FakeClock())
    identity.add("ada@nettly.example", "Ada", ["editor"], PASSWORD)
    client = kb_app(kb, identity, Brand.load()).test_client()
    client.set_cookie(COOKIE, identity.sign_in("ada@nettly.example", PASSWORD, "127.0.0.1"))
    assert "firstline train" in client.get("/kb/").text
    kb.close()


def test_every_text_has_words_in_bokmal() -> None:
    methods = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
    said = frozenset(found[2] for found in extract_from_dir(str(WEB), methods, keywords={"_": None}))
    assert said and Texts.load(WEB / "locale").missing("nb", said) == frozenset()


@pytest.mark.parametrize(("page", "words"), [("room", room_words), ("list", list_words)])
def test_a_page_is_handed_the_words_its_modules_say(
    page: str, words: Callable[[Callable[[str], str]], dict[str, str]]
) -> None:
    scripts = "".join((WEB / "static" / name).read_text() for name in modules(f"{page}.js"))
    handed = words(str).keys()
    assert set(re.findall(r'\bsay\("(\w+)"', scripts)) <= handed
    assert {key for key in handed if f'"{key}"' not in scripts and not key.endswith("Differs")} == set()


def modules(name: str) -> set[str]:
    """A page's module and all that it imports."""
    found, ahead = {name}, [name]
    while ahead:
        text = (WEB / "static" / ahead.pop()).read_text()
        new = set(re.findall(r'from "\./([\w-]+\.js)"', text)) - found
        found |= new
        ahead.extend(new)
    return found


def test_no_template_carries_styles_or_scripts_of_its_own() -> None:
    for template in (WEB / "templates").glob("*.html"):
        assert not re.search(r'\s(style|on\w+)="', template.read_text()), template.name
