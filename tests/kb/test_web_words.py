"""The pages of the bot's words and examples, with a bot beside the studio and without one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

import kb.web
from config.clock import SystemClock
from config.identity import Identity, open_identity
from config.pages import Brand
from config.settings import load_settings
from config.sign_in import COOKIE
from config.texts import Texts
from kb.app import kb_app
from kb.coaching.training import Report, State
from kb.coaching.wordings import RULES
from kb.opening import Kb, open_kb
from kb.web.example_words import percent
from kb.web.word_words import page_words
from tests.fakes import MONDAY_MORNING, FakeClock
from tests.kb.bot_fakes import MISREAD, ReadMessages, SpokenTexts
from tests.kb.contract import conforming
from tests.kb.test_web import PASSWORD, Editor

WEB = Path(kb.web.__file__).parent
Staff = Callable[[str, str], Editor]
HELLO = [{"base": 0, "text": "Good day.", "titles": ["Where is it?"]}]


@pytest.fixture
def identity(tmp_path: Path) -> Iterator[Identity]:
    opened = open_identity(tmp_path, FakeClock())
    yield opened
    opened.close()


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Kb]:
    opened = open_kb(load_settings(tmp_path, {"FIRSTLINE_KB_EMBEDDER": ".hashed"}), SystemClock())
    yield opened
    opened.close()


@pytest.fixture
def texts() -> SpokenTexts:
    return SpokenTexts()


@pytest.fixture
def bot() -> ReadMessages:
    return ReadMessages()


@pytest.fixture
def staff(base: Kb, identity: Identity, texts: SpokenTexts, bot: ReadMessages) -> Staff:
    """Signs somebody in, by name and role."""
    app = conforming(kb_app(base, identity, Brand.load(), bot_texts=texts, bot_examples=bot))

    def sign_in(name: str, role: str) -> Editor:
        email = f"{name.lower()}@nettly.example"
        identity.add(email, name, [role], PASSWORD)
        token = identity.sign_in(email, PASSWORD, "127.0.0.1")
        client = app.test_client()
        client.set_cookie(COOKIE, token)
        return Editor(client, identity.csrf(token))

    return sign_in


@pytest.fixture
def ines(staff: Staff) -> Editor:
    return staff("Ines", "editor")


def saves(editor: Editor, version: int = 0, variants: Any = HELLO, path: str = "utter_greet/en") -> Any:
    return editor.asks("PUT", f"/words/{path}", version=version, variants=variants)


def trained(base: Kb, number: int) -> None:
    told = Report(10, 3, 1.0, 0.8, 0.8, 0.05, 0.05, 8, 0, (), 5, (), (), ())
    base.edits.candidates.end(number, State.READY, by="firstline", at=MONDAY_MORNING, report=told)


def test_the_words_are_listed_by_groups_in_both_languages(ines: Editor) -> None:
    page = ines.opens("/kb/words")
    assert "Greeting and manners" in page and "Waiting and people" in page
    assert "Hello." in page and "Hei." in page and "and one more wording" in page
    assert "{agent}" not in page


def test_a_search_looks_in_every_group(ines: Editor) -> None:
    page = ines.opens("/kb/words?q=joined+you")
    assert "{agent} has joined you in {queue}." in page and "Hello." not in page
    assert "No text fits" in ines.opens("/kb/words?q=volcano")


def test_the_missing_translations_are_listed(ines: Editor) -> None:
    page = ines.opens("/kb/words?only=missing")
    assert "utter_joined" in page and "utter_greet" not in page


def test_a_text_is_drafted_published_and_followed(ines: Editor, texts: SpokenTexts) -> None:
    kept = saves(ines)
    assert kept["state"] == {"key": "draft", "word": "Not published yet"} and kept["drafts"] == 1
    assert kept["variants"][0]["buttons"] == [{"title": "Where is it?", "payload": "/order"}]
    (draft,) = ines.asks("GET", "/words/drafts")["drafts"]
    assert draft["before"] == ["Hello.", "Hi there."] and draft["after"] == ["Good day."]
    assert ines.asks("POST", "/words/publish", live=0, note="Kinder") == {"set": 1}
    assert ines.asks("GET", "/words/state") == {"live": 1, "speaking": 0, "drafts": 0}
    texts.speaking = 1
    assert ines.asks("GET", "/words/state")["speaking"] == 1
    assert "Changed by you" in ines.opens("/kb/words")


def test_the_page_of_a_text_shows_its_history_and_placeholders(ines: Editor) -> None:
    saves(ines, path="utter_joined/nb", variants=[{"base": 1, "text": "{agent} er her.", "titles": []}])
    page = ines.opens("/kb/words/utter_joined")
    assert "<code>{agent}</code> (needed)" in page and "{agent} er her." in page and "Ines" in page


def test_a_refusal_is_told_in_the_editors_language(ines: Editor) -> None:
    sent = {"version": 0, "variants": [{"base": 0, "text": "Somebody came.", "titles": []}]}
    reply = ines.sends("PUT", "/words/utter_joined/en", **sent)
    assert reply.status_code == 422 and reply.json
    assert reply.json["error"]["message"].startswith("Wording 1 leaves out {agent}")
    ines.client.set_cookie("firstline_lang", "nb")
    told = ines.sends("PUT", "/words/utter_joined/en", **sent).json
    assert told and told["error"]["message"].startswith("Formulering 1 mangler {agent}")


def test_a_colleagues_words_are_shown_and_not_overwritten(ines: Editor, staff: Staff) -> None:
    saves(staff("Omar", "editor"))
    sent = [{"base": 1, "text": "Late.", "titles": []}]
    reply = ines.sends("PUT", "/words/utter_greet/en", version=0, variants=sent)
    assert reply.status_code == 409 and reply.json
    newer = reply.json["error"]["newer"]
    assert newer["author"] == "Omar" and newer["variants"][0]["text"] == "Good day."
    assert saves(ines, version=newer["version"], variants=sent)["version"] > newer["version"]


def test_what_ships_is_restored(ines: Editor) -> None:
    kept = saves(ines)
    back = ines.asks("POST", "/words/utter_greet/en/restore", version=kept["version"])
    assert back["state"]["key"] == "shipped" and back["drafts"] == 0


def test_only_an_admin_brings_an_earlier_set_back(ines: Editor, staff: Staff) -> None:
    saves(ines)
    ines.asks("POST", "/words/publish", live=0)
    assert ines.sends("POST", "/words/roll-back", number=0, live=1).status_code == 403
    assert "Bring back" not in ines.opens("/kb/words/sets")
    ada = staff("Ada", "admin")
    assert "Bring back" in ada.opens("/kb/words/sets")
    assert ada.asks("POST", "/words/roll-back", number=0, live=1) == {"set": 2}


def test_the_words_are_downloaded_as_a_rasa_domain(ines: Editor) -> None:
    saves(ines)
    ines.asks("POST", "/words/publish", live=0)
    reply = ines.client.get("/kb/words/domain.yml")
    assert reply.mimetype == "application/yaml" and "utter_greet:" in reply.text
    assert "words-1.yml" in reply.headers["Content-Disposition"]
    assert ines.client.get("/kb/words/domain.yml?set=9").status_code == 404


@pytest.mark.parametrize(
    "variants", [None, "x", [1], [{"base": "0", "text": "x"}], [{"base": 0, "text": "x", "titles": "y"}]]
)
def test_a_body_of_the_wrong_shape_is_refused(ines: Editor, variants: Any) -> None:
    reply = ines.sends("PUT", "/words/utter_greet/en", version=0, variants=variants)
    assert reply.status_code == 422


def test_a_misread_message_is_shown_with_its_reasons_and_guesses(ines: Editor) -> None:
    page = ines.opens("/kb/examples")
    assert MISREAD.text in page and "The customer chose something else" in page
    assert "They chose: Lamp" in page.replace("</span>", "").replace("\n", " ")
    assert re.search(r'data-title="Parcel">Parcel <span>31%', page)


def test_a_message_is_corrected_and_leaves_the_list(ines: Editor, base: Kb) -> None:
    sent = {"conversation": "c1", "message": 3, "text": MISREAD.text, "language": "en", "intent": "lamp"}
    ines.asks("POST", "/examples/judge", verdict="teach", **sent)
    assert "Nothing to look at" in ines.opens("/kb/examples")
    assert "New examples: 1" in ines.opens("/kb/examples")
    assert [each.intent for each in base.edits.examples.examples()] == ["lamp"]


def test_an_example_that_cannot_be_learnt_is_refused_in_plain_words(ines: Editor) -> None:
    reply = ines.sends("POST", "/examples", text="x", language="en", intent="weather")
    assert reply.status_code == 422 and reply.json
    assert reply.json["error"]["message"] == "Choose what the customer meant from the list."


def test_own_examples_are_listed_counted_and_taken_out(ines: Editor) -> None:
    kept = ines.asks("POST", "/examples", text="it is dark", language="en", intent="lamp")
    page = ines.opens("/kb/examples/taught")
    assert "“it is dark”" in page and "My lamp is off" in page
    ines.asks("DELETE", f"/examples/{kept['id']}")
    assert "“it is dark”" not in ines.opens("/kb/examples/taught")


def test_a_training_is_followed_looked_at_and_published(ines: Editor, base: Kb) -> None:
    number = ines.asks("POST", "/examples/train")["number"]
    state = ines.asks("GET", f"/examples/models/{number}")
    assert (state["state"], state["stage"], state["share"]) == ("training", "cross-validating", 0.4)
    assert 'id="cancel"' in ines.opens("/kb/examples")
    trained(base, number)
    page = ines.opens("/kb/examples")
    assert "0 of the last 5 messages would be read otherwise." in page
    assert "The drift guard has no objection." in page
    ines.asks("POST", f"/examples/models/{number}/publish", accept=False)
    assert base.edits.candidates.promised() is not None


def test_only_an_admin_brings_an_earlier_model_back(ines: Editor, staff: Staff, base: Kb) -> None:
    number = ines.asks("POST", "/examples/train")["number"]
    trained(base, number)
    ines.asks("POST", f"/examples/models/{number}/publish", accept=False)
    assert ines.sends("POST", f"/examples/models/{number}/roll-back", again=True).status_code == 403
    ada = staff("Ada", "admin")
    assert ada.asks("POST", f"/examples/models/{number}/roll-back", again=True) == {}


def test_without_a_bot_the_pages_say_so(base: Kb, identity: Identity) -> None:
    identity.add("ada@nettly.example", "Ada", ["editor"], PASSWORD)
    client: FlaskClient = kb_app(base, identity, Brand.load()).test_client()
    client.set_cookie(COOKIE, identity.sign_in("ada@nettly.example", PASSWORD, "127.0.0.1"))
    for path in ("/kb/words", "/kb/words/utter_greet", "/kb/examples", "/kb/examples/models"):
        reply = client.get(path)
        assert reply.status_code == 503 and "Not available here" in reply.text


def test_an_agent_changes_neither_words_nor_examples(staff: Staff) -> None:
    agent = staff("Omar", "agent")
    assert agent.sends("PUT", "/words/utter_greet/en", version=0, variants=HELLO).status_code == 403
    assert agent.sends("POST", "/examples/train", now=True).status_code == 403


def test_every_rule_has_words_in_bokmal() -> None:
    assert Texts.load(WEB / "locale").missing("nb", frozenset(RULES.values())) == frozenset()


def test_the_modules_are_handed_exactly_the_words_they_say() -> None:
    scripts = "".join((WEB / "static" / f"{name}.js").read_text() for name in ("words", "word", "examples"))
    handed = {key for key in page_words(str) if not key.startswith("stage_")}
    said = set(re.findall(r'tell\((?:[^"()]*\? )?"(\w+)"(?: : "(\w+)")?', scripts))
    assert {word for pair in said for word in pair if word} <= handed
    # `failed` and `offline` are said by api.js, which every page shares.
    assert {key for key in handed - {"failed", "offline"} if f'"{key}"' not in scripts} == set()


def test_shares_are_written_as_the_reader_writes_them() -> None:
    assert (percent(0.314, "en"), percent(0.3141, "nb", 1)) == ("31%", "31,4\xa0%")
