"""Rasa's HTTP API over a small assistant, played by the real engine on a real store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import jwt
import pytest
from flask import Flask
from flask.testing import FlaskClient
from ruamel.yaml import YAML

from bot.acting import Actions
from bot.channels.rasa_rest import RasaRestChannel
from bot.channels.rasa_socketio import RasaSocketIoChannel
from bot.conversation import Event, Holder
from bot.dialogue import load_assistant
from bot.outside import Outside
from bot.policies import learn
from bot.saying import Voice
from bot.store import Outcome, Promise
from bot.trackers import Trackers
from bot.turn import Room, begun
from bot.understanding.reading import Intent, Reading
from bot.understanding.understanding import Understanding
from bot.web.rasa_access import Access
from bot.web.rasa_api import rasa_api
from bot.web.rasa_conversations import Conversations
from tests.bot.echo_bot import EchoBot
from tests.fakes import FakeClock, FirstChoice

KEY = "a key that is long enough to sign tokens with"
FILES = {
    "domain.yml": """
version: "3.1"
intents: [greet, inform]
entities: [city]
slots:
  city: {type: text, mappings: [{type: from_entity, entity: city}]}
responses:
  utter_hi: [{text: "Hi.\\n\\nHow are you?", image: "https://pictures.example/a.png"}]
  utter_city: [{text: "So {city}.", buttons: [{title: 'Yes', payload: /greet}]}]
""",
    "data/rules.yml": """
version: "3.1"
rules:
- rule: greet
  steps: [{intent: greet}, {action: utter_hi}]
- rule: city
  steps: [{intent: inform}, {action: utter_city}]
""",
    "data/nlu.yml": """
version: "3.1"
nlu:
- intent: greet
  examples: |
    - hello
    - hi
- intent: inform
  examples: |
    - in [Rome](city)
    - at home
""",
    "config.yml": "language: en\npipeline: []\npolicies: [{name: RulePolicy}, {name: MemoizationPolicy}]\n",
}


REST, SOCKETS = RasaRestChannel(), RasaSocketIoChannel()


class Listener:
    """Takes everything for a greeting."""

    def read(self, text: str, *, language: str | None = None) -> Reading:
        return Reading(text, language or "en", (Intent("greet", 1.0),))


class House:
    """A store, its turns, and the API over a room that plays the small assistant."""

    def __init__(self, folder: Path, access: Access) -> None:
        for name, text in FILES.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        assistant, clock, channels = load_assistant(folder), FakeClock(), (REST, SOCKETS)
        self.echo = EchoBot(folder, channels)
        store = self.echo.store
        room = Room(
            store=store,
            trackers=Trackers(store, lambda conversation: begun(assistant, conversation)),
            assistant=assistant,
            memory=learn(assistant),
            understanding=cast(Understanding, Listener()),
            actions=Actions([], assistant.domain.written, within=timedelta(seconds=5), threads=1),
            voice=Voice(assistant, ("en",), FirstChoice()),
            clock=clock,
            within=timedelta(seconds=5),
            sure=0.3,
            ambiguity=0.0,
            care=None,
            nlg=None,
            output=lambda name: {each.name: each.output for each in channels}[name],
            pushes=lambda name: name == SOCKETS.name,
            contact=lambda *_: None,
        )
        conversations = Conversations(store, self.echo.chat, self.echo.turns, Outside(lambda: room), clock)
        self.actions = room.actions
        app = Flask("api")
        app.register_blueprint(rasa_api(conversations, access))
        self.client: FlaskClient = app.test_client()

    def asks(self, method: str, path: str, body: object = None, status: int = 200, **how: Any) -> Any:
        """One call with the token; the answer's JSON."""
        joint = "&" if "?" in path else "?"
        answer = self.client.open(f"{path}{joint}token=t", method=method, json=body, **how)
        assert answer.status_code == status, answer.text
        return answer.json if answer.is_json else answer.text


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    opened = House(tmp_path, Access("t", KEY))
    yield opened
    opened.actions.close()
    opened.echo.close()


def failed(body: Any, status: int, reason: str) -> None:
    assert body.keys() == {"version", "status", "message", "reason", "details", "help", "code"}
    assert (body["status"], body["code"], body["reason"]) == ("failure", status, reason)


def kinds(tracker: Any) -> list[str]:
    return [event.get("name") or event["event"] for event in tracker["events"]]


def test_without_a_secret_there_is_no_api(tmp_path: Path) -> None:
    assert not Access().open and Access("t").open and Access(jwt_secret=KEY).open
    assert KEY not in repr(Access("t", KEY))


def test_the_version_is_for_everybody(house: House) -> None:
    told = {"version": "3.6.21", "minimum_compatible_version": "3.6.21"}
    assert house.client.get("/version").json == told


@pytest.mark.parametrize("path", ["/status?token=", "/status?token=T", "/status?token=%F0", "/domain"])
def test_a_wrong_token_opens_nothing(house: House, path: str) -> None:
    failed(house.client.get(path).json, 401, "NotAuthenticated")


@pytest.mark.parametrize(
    ("user", "path", "status"),
    [
        ({"username": "boss", "role": "admin"}, "/conversations/maya/tracker", 200),
        ({"username": "maya", "role": "user"}, "/conversations/maya/tracker", 200),
        ({"username": "maya", "role": "user"}, "/conversations/omar/tracker", 403),
        ({"username": "maya", "role": "user"}, "/status", 403),
        ({"username": None, "role": "user"}, "/status", 403),
        ({"username": "maya"}, "/conversations/maya/tracker", 403),
        ("maya", "/conversations/maya/tracker", 401),
    ],
)
def test_a_signed_token_opens_what_its_role_may(house: House, user: object, path: str, status: int) -> None:
    token = jwt.encode({"user": user}, KEY, "HS256")
    answer = house.client.get(path, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == status


@pytest.mark.parametrize("key", ["another key that is long enough to sign with", ""])
def test_a_token_signed_by_somebody_else_opens_nothing(house: House, key: str) -> None:
    claims = {"user": {"username": "maya", "role": "admin"}}
    token = jwt.encode(claims, key, "HS256") if key else jwt.encode(claims, None, "none")  # type: ignore[arg-type]
    answer = house.client.get("/status", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401


def test_status_and_parse(house: House) -> None:
    assert house.asks("GET", "/status").keys() == {"model_file", "model_id", "num_active_training_jobs"}
    assert house.asks("POST", "/model/parse", {"text": "hi"})["intent"]["name"] == "greet"
    failed(house.asks("POST", "/model/parse", {}, 500), 500, "ParsingError")


def test_the_domain_comes_in_the_format_that_is_asked_for(house: House) -> None:
    domain = house.asks("GET", "/domain", headers={"Accept": "application/json"})
    assert domain["responses"]["utter_city"]
    written = house.asks("GET", "/domain", headers={"Accept": "application/x-yaml"})
    assert YAML(typ="safe").load(written)["slots"] == domain["slots"]
    failed(house.asks("GET", "/domain", status=406, headers={"Accept": "text/html"}), 406, "NotAcceptable")


def test_an_unknown_conversation_begins_a_session(house: House) -> None:
    tracker = house.asks("GET", "/conversations/maya/tracker")
    assert tracker["sender_id"] == "maya" and tracker["slots"]["city"] is None
    assert kinds(tracker) == ["action_session_start", "session_started", "action_listen"]
    assert kinds(house.asks("GET", "/conversations/maya/tracker")) == kinds(tracker)


def test_events_are_shown_as_far_as_asked_for(house: House) -> None:
    path = "/conversations/maya/tracker"
    house.asks(
        "POST", f"{path}/events", [{"event": "restart"}, {"event": "slot", "name": "city", "value": "X"}]
    )
    assert house.asks("GET", f"{path}?include_events=NONE")["events"] is None
    assert kinds(house.asks("GET", path)) == ["city"]
    assert len(kinds(house.asks("GET", f"{path}?include_events=ALL"))) == 5
    assert kinds(house.asks("GET", f"{path}?include_events=applied")) == ["city"]
    failed(house.asks("GET", f"{path}?include_events=SOME", status=400), 400, "BadRequest")


def test_a_tracker_may_be_read_as_of_a_moment(house: House) -> None:
    path = "/conversations/maya/tracker"
    slot = {"event": "slot", "name": "city", "value": "Rome", "timestamp": 4e9}
    house.asks("POST", f"{path}/events", slot)
    assert house.asks("GET", path)["slots"]["city"] == "Rome"
    assert house.asks("GET", f"{path}?until=3e9")["slots"]["city"] is None
    for bad in ("soon", "nan"):
        house.asks("GET", f"{path}?until={bad}", status=400)


@pytest.mark.parametrize(
    "body",
    [
        *([], "pause", [["pause"]], {"event": "nope"}, {"event": 7}, {}),
        *({"event": "slot", "name": "city"}, {"event": "slot", "name": 7, "value": 1}),
        *({"event": "bot"}, {"event": "bot", "text": 7}, {"event": "bot", "text": "x", "data": []}),
        *({"event": "pause", "timestamp": "now"}, {"event": "pause", "timestamp": True}),
        *({"event": "user", "text": "x", "parse_data": {"intent": "greet"}},),
        *(
            {"event": "user", "text": "x", "parse_data": {"entities": ["x"]}},
            {"event": "pause", "metadata": []},
        ),
    ],
)
def test_events_of_another_shape_are_refused(house: House, body: object) -> None:
    path = "/conversations/maya/tracker/events"
    failed(house.asks("POST", path, body, 400), 400, "BadRequest")
    failed(house.asks("PUT", path, body, 400), 400, "BadRequest")


def test_a_body_that_is_no_json_is_refused(house: House) -> None:
    answer = house.client.post("/conversations/maya/execute?token=t", data="{")
    assert answer.status_code == 400
    failed(answer.json, 400, "BadRequest")


def test_events_may_be_put_in_the_place_of_all(house: House) -> None:
    path = "/conversations/maya/tracker"
    told = house.asks("PUT", f"{path}/events", [{"event": "slot", "name": "city", "value": "Rome"}])
    assert kinds(told) == ["city"] and told["slots"]["city"] == "Rome"
    assert kinds(house.asks("GET", path)) == ["city"]


def test_an_action_is_run_and_its_messages_come_back(house: House) -> None:
    done = house.asks("POST", "/conversations/maya/execute", {"name": "utter_hi"})
    assert done["messages"] == [
        {"recipient_id": "maya", "text": "Hi."},
        {"recipient_id": "maya", "text": "How are you?"},
        {"recipient_id": "maya", "image": "https://pictures.example/a.png"},
    ]
    assert kinds(done["tracker"])[-2:] == ["utter_hi", "bot"]
    failed(house.asks("POST", "/conversations/maya/execute", {}, 400), 400, "BadRequest")
    failed(house.asks("POST", "/conversations/maya/execute", {"name": "nope"}, 404), 404, "NotFound")


@pytest.mark.parametrize("entities", [{"city": "Rome"}, [{"entity": "city", "value": "Rome"}]])
def test_an_intent_is_triggered_from_outside(house: House, entities: object) -> None:
    body = {"name": "inform", "entities": entities}
    done = house.asks("POST", "/conversations/maya/trigger_intent", body)
    assert [message["text"] for message in done["messages"]] == ["So Rome."]
    [user] = [event for event in done["tracker"]["events"] if event["event"] == "user"]
    assert user["text"] == "EXTERNAL: inform" and user["metadata"]["is_external"] is True
    failed(house.asks("POST", "/conversations/maya/trigger_intent", {"name": "no"}, 404), 404, "NotFound")
    house.asks("POST", "/conversations/maya/trigger_intent", {"name": "greet", "entities": "x"}, 400)


def test_what_comes_next_is_predicted(house: House) -> None:
    house.asks("POST", "/conversations/maya/messages", {"text": "hi", "sender": "user"})
    told = house.asks("POST", "/conversations/maya/predict")
    assert told["scores"][0] == {"action": "utter_hi", "score": 1.0}
    assert (told["policy"], told["confidence"], told["tracker"]["sender_id"]) == ("RulePolicy", 1.0, "maya")
    events = house.asks("GET", "/conversations/maya/tracker")["events"]
    assert house.asks("POST", "/model/predict", events)["scores"][0]["action"] == "utter_hi"


def test_a_message_is_noted_without_an_answer(house: House) -> None:
    tracker = house.asks("POST", "/conversations/maya/messages", {"text": "hi", "sender": "user"})
    assert kinds(tracker)[-1] == "user" and tracker["latest_message"]["intent"]["name"] == "greet"
    failed(
        house.asks("POST", "/conversations/maya/messages", {"text": "x", "sender": "bot"}, 400),
        400,
        "BadRequest",
    )


def test_a_conversation_is_written_as_a_story(house: House) -> None:
    house.asks("POST", "/conversations/maya/trigger_intent", {"name": "inform", "entities": {"city": "Rome"}})
    text = house.asks("GET", "/conversations/maya/story")
    [written] = YAML(typ="safe").load(text)["stories"]
    assert written["story"] == "maya"
    assert written["steps"] == [
        {"intent": "inform", "user": "EXTERNAL: inform", "entities": [{"city": "Rome"}]},
        {"slot_was_set": [{"city": "Rome"}]},
        {"action": "utter_city"},
    ]
    failed(house.asks("GET", "/conversations/nobody/story", status=404), 404, "NotFound")


def test_a_helpdesk_speaks_to_the_customer_while_the_bot_is_silent(house: House) -> None:
    house.echo.chat.ask("rasa_rest", "maya", "hello")
    line = {"event": "bot", "text": "Hi, Anna here", "data": {}, "metadata": {"agent": "anna"}}
    path = "/conversations/maya/tracker/events"
    house.asks("POST", path, [{"event": "pause"}, line, {"event": "agent", "text": "a note"}])
    house.asks("POST", f"{path}?output_channel=latest&execute_side_effects=true", line)
    said = house.echo.chat.ask("rasa_rest", "maya", "thanks")
    assert [(m.author, m.name, m.text) for m in said] == [
        ("agent", "anna", "Hi, Anna here"),
        ("bot", None, "thanks"),
    ]


@pytest.mark.parametrize("listens", [[], [{"event": "action", "name": "action_listen"}]])
def test_resume_gives_the_conversation_back_and_listens(house: House, listens: list[object]) -> None:
    house.echo.chat.ask("rasa_socketio", "maya", "hello")
    known = house.echo.chat.find("rasa_socketio", "maya")
    assert known is not None
    promise = Promise("h-1", known.id, "asked_for_person", "she asked", 1001, 1, False)
    house.echo.store.write(known.id, Outcome(event=Event.ESCALATED, promise=promise))
    path = "/conversations/maya/tracker/events"
    assert house.asks("POST", path, {"event": "pause"})["paused"] is True
    told = house.asks("POST", path, [{"event": "resume"}, *listens])
    assert told["paused"] is False and told["latest_action_name"] == "action_listen"
    assert kinds(told)[kinds(told).index("resume") :].count("action_listen") == 1
    assert house.echo.store.get(known.id).holder is Holder.BOT


def test_a_web_conversation_cannot_be_named(house: House) -> None:
    begun = house.echo.chat.begin()
    tracker = house.asks("GET", f"/conversations/{begun.conversation}/tracker")
    found = house.echo.chat.find("rasa_rest", begun.conversation)
    assert found is not None and found.id != begun.conversation
    assert len(tracker["events"]) == 3 and house.echo.store.events(begun.conversation) == ()
