"""Who may do what at the desk: every route of its map, for everybody who could knock.

A route without a line in the table fails, and so does a line without a route.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config.errors import ConfigError
from config.identity import open_identity
from config.settings import load_settings
from config.sign_in import COOKIE
from handoff.aids.labels import Label
from handoff.aids.macros import Known, Macro, NoteDeed
from handoff.app import streams
from handoff.opening import open_handoff
from handoff.verbs.agent import Agent
from handoff.verbs.custom_fields import FieldDefinition
from tests.fakes import FakeClock
from tests.handoff.rights import API, CASE, EVERYBODY, HOLDS, OUTSIDE, READS, STAFF, TABLE, WORKERS
from tests.handoff.seats import Room, Seat, code


@dataclass
class House:
    """The room, everybody's browser, and case 1001 in the agent's hands, which nobody may change."""

    room: Room
    browsers: Mapping[str, Seat]
    file: str
    cases: int = 0

    def held(self, before: str) -> int:
        """A fresh case in the agent's hands; `before` has been done to it."""
        self.cases += 1
        text = "My card 4111 1111 1111 1111 was charged twice. Let me talk to a human"
        number = self.room.case(f"customer-{self.cases}", text).number
        for verb in filter(None, ("claim", before)):
            line = TABLE["POST", f"{CASE}/{verb}"]
            told = self.browsers["agent"].post(f"/api/cases/{number}/{verb}", **line.body)
            assert told.status_code == 200, told.text
        return number

    def knocks(self, who: str, method: str, rule: str, *, csrf: bool = True) -> TestResponse:
        """Someone tries a line. A case of its own is spent on it only where it may come to something."""
        line, browser = TABLE[method, rule], self.browsers[who]
        if rule.endswith("/sign-out") and who in SIGNED_IN:
            browser = self.room.seat(f"{who.capitalize()} Aas")
        path = line.path or rule
        spent = "<ref>" in path and csrf and (who in WORKERS or (who == "analyst" and bool(line.before)))
        number = self.held(line.before) if spent else 1001
        path = path.replace("<ref>", str(number)).replace("<token>", "x" * 43).replace("{file}", self.file)
        body = {name: self._filled(value, who, spent) for name, value in line.body.items()}
        headers = {"X-CSRF-Token": browser.csrf} if csrf else {}
        if who == "customer":
            headers["Authorization"] = f"Bearer {CUSTOMER}"
        if method == "GET":
            return browser.client.get(path, headers=headers)
        if line.form:
            return browser.client.post(path, data=body, headers=headers)
        if rule.endswith("/files"):
            kind = "application/octet-stream"
            return browser.client.post(path, data=b"Hello", content_type=kind, headers=headers)
        return browser.client.open(path, method=method, json=body, headers=headers)

    def _filled(self, value: object, who: str, spent: bool) -> object:
        if value == "{who}":
            return who
        if value == "{soon}":
            return (self.room.clock.now() + timedelta(hours=2)).isoformat()
        if value == "{twin}":
            return self.held("release") if spent else 1002
        return value


class OneAppRoom(Room):
    """Building an app takes longer than all that is asked of it here."""

    def stranger(self) -> FlaskClient:
        if not hasattr(self, "_app"):
            self._app = super().stranger().application
        return self._app.test_client()


CUSTOMER = "c" * 43
SIGNED_IN = tuple(name for name in STAFF if name not in OUTSIDE)
LEAD = Agent("supervisor@nettly.example", "Supervisor Aas", frozenset(["supervisor"]))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    clock, folder = FakeClock(), tmp_path_factory.mktemp("rights")
    handoff = open_handoff(load_settings(folder, {}), clock)
    identity = open_identity(folder, clock)
    room = OneAppRoom(handoff, identity, clock)
    browsers = {who: room.seat(f"{who.capitalize()} Aas", role) for who, role in STAFF.items()}
    browsers["anonymous"] = Seat(room.stranger(), "", "")
    browsers["customer"] = Seat(room.stranger(), "", CUSTOMER)
    browsers["customer"].client.set_cookie(COOKIE, CUSTOMER)
    for who in ("agent", "other", "supervisor"):
        browsers[who].get("/api/me")
    handoff.seats.save_member("other@nettly.example", "Other Aas", by=LEAD.email, teams=("billing",))
    identity.disable("disabled@nettly.example")
    handoff.fields.save(FieldDefinition("model", "text", {"en": "Model"}, (), 0), LEAD)
    handoff.aids.labels.save(Label("bug", "grey"), LEAD)
    handoff.aids.macros.save(Macro(0, "Seen", (NoteDeed("Seen."),)), LEAD, Known((), ()))
    case = room.case()
    browsers["agent"].post(f"/api/cases/{case.number}/claim")
    due = (clock.now() + timedelta(hours=1)).isoformat()
    browsers["agent"].post(f"/api/cases/{case.number}/follow_ups", due=due, text="Ring them")
    kept = handoff.aids.files.keep(handoff.desk.case(case.number), LEAD, "a.txt", b"Hello")
    yield House(room, browsers, kept.capability)
    identity.close()
    handoff.close()


def rules(client: FlaskClient) -> set[tuple[str, str]]:
    """Every (method, rule) of the desk."""
    return {
        (method, rule.rule)
        for rule in client.application.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def refusal(who: str, method: str, rule: str) -> int:
    """What someone is told who may not."""
    if who in OUTSIDE or who == "editor":
        page = method == "GET" and "/api/" not in rule
        return 303 if page else 401 if who in OUTSIDE else 403
    return 409 if who == "other" and TABLE[method, rule].may == HOLDS else 403


def test_the_table_has_a_line_for_every_route_and_no_other(house: House) -> None:
    assert rules(house.room.stranger()) == set(TABLE)


@pytest.mark.parametrize(("method", "rule"), sorted(TABLE))
def test_a_route_is_for_those_of_its_line(house: House, method: str, rule: str) -> None:
    line = TABLE[method, rule]
    told = {who: house.knocks(who, method, rule) for who in EVERYBODY}
    expected = {
        who: ((who in SIGNED_IN and line.signed_in) or line.done)
        if who in line.may
        else refusal(who, method, rule)
        for who in EVERYBODY
    }
    assert {who: answer.status_code for who, answer in told.items()} == expected
    for who in set(EVERYBODY) - set(line.may):
        location = told[who].location
        assert location is None or location.startswith("/desk/sign-in?"), who


@pytest.mark.parametrize(("method", "rule"), sorted(line for line in TABLE if line[0] != "GET"))
def test_nothing_is_changed_without_the_sessions_token(house: House, method: str, rule: str) -> None:
    if any(rule.startswith(f"/desk/{door}") for door in ("sign-in", "forgotten", "join", "reset")):
        told = house.room.stranger().post(rule, data={}, headers={"Sec-Fetch-Site": "cross-site"})
    else:
        told = house.knocks("admin", method, rule, csrf=False)
    assert told.status_code == 403


def test_an_analyst_changes_nothing(house: House) -> None:
    before = kept(house)
    for method, rule in sorted(TABLE):
        if method != "GET" and not rule.endswith("/sign-out") and not TABLE[method, rule].before:
            house.knocks("analyst", method, rule)
    assert kept(house) == before


def kept(house: House) -> Mapping[str, object]:
    """All rows of the room, but for who is there."""
    with house.room.handoff.database.read() as tx:
        tables = sa.MetaData()
        tables.reflect(tx)
        return {
            table.name: tx.execute(sa.select(table)).all()
            for table in tables.sorted_tables
            if table.name != "presence"
        }


def test_nobody_reads_anothers_draft_or_mentions(house: House) -> None:
    case, author = house.held(""), house.browsers["agent"]
    author.client.put(
        f"/desk/api/cases/{case}/draft",
        json={"kind": "reply", "text": "Unsent."},
        headers={"X-CSRF-Token": author.csrf},
    )
    author.post(f"/api/cases/{case}/note", text="@supervisor please look", client_id="called")
    (called,) = house.browsers["supervisor"].get("/api/mentions").get_json()["mentions"]
    for who in ("other", "analyst", "admin"):
        browser = house.browsers[who]
        assert browser.get(f"/api/cases/{case}/draft").get_json() == {"drafts": []}
        assert "Unsent." not in browser.get("/api/drafts").text
        assert browser.get("/api/mentions").get_json() == {"mentions": [], "unread": 0}
        browser.post("/api/mentions/seen", ids=[called["id"]])
    assert house.browsers["supervisor"].get("/api/mentions").get_json()["unread"] == 1


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_the_stream_is_for_those_who_may_read(house: House, who: str) -> None:
    (stream,) = streams(house.room.handoff, house.room.identity)
    match = stream.pattern.fullmatch("/desk/api/events")
    assert match is not None
    cookie = {"cookie": f"{COOKIE}={house.browsers[who].token}"}
    if who in READS:
        assert stream.open(match, cookie, {}).alive()
        return
    with pytest.raises(ConfigError) as refused:
        stream.open(match, cookie, {})
    assert getattr(refused.value, "status", 0) == refusal(who, "GET", f"{API}/events")


def test_a_programs_key_opens_the_json_and_no_page(house: House) -> None:
    key = house.room.identity.keys.add("admin@nettly.example", "robot")
    client = house.room.stranger()
    shown = {"Authorization": f"Bearer {key}"}
    assert client.get("/desk/api/cases", headers=shown).status_code == 200
    for path in ("/desk/", "/desk/admin/labels", "/desk/admin/labels/edit/x/api/y"):
        assert client.get(path, headers=shown).status_code in (303, 401)
    told = client.post("/desk/admin/labels/remove/x/api/y", headers=shown)
    assert told.status_code == 401


def test_a_refusal_names_no_case(house: House) -> None:
    """Whether there is such a case is no stranger's business."""
    stranger = house.room.stranger()
    known, unknown = (stranger.get(f"/desk/api/cases/{ref}") for ref in (1001, 4711))
    assert (known.status_code, known.data) == (unknown.status_code, unknown.data) == (401, known.data)
    assert code(known) == "signed_out"


ASKED = (f"{API}/cases", CASE, f"{CASE}/canned", f"{API}/articles", f"{API}/figures", f"{API}/search")
QUERY = ("q", "after", "since", "limit", "team", "language")
HOSTILE: Mapping[str, object] = {
    "NUL": "a\0b",
    "half a pair": "\ud800",
    "huge": 2**70,
    "endless": float("inf"),
    "list": [["\ud800"]],
    "object": {"\ud800": "\0"},
    "long": "a" * 30_000,
    "early": "0001-01-01T00:00:00+14:00",
}


@pytest.mark.parametrize(
    ("method", "rule"),
    sorted(line for line in TABLE if "/api/" in line[1] and (line[0] != "GET" or line[1] in ASKED)),
)
def test_nothing_that_is_sent_breaks_anything(house: House, method: str, rule: str) -> None:
    line, browser = TABLE[method, rule], house.browsers["admin"]
    path = (line.path or rule).replace("<ref>", "1002").replace("<int:promise>", "1").partition("?")[0]
    headers = {"X-CSRF-Token": browser.csrf}
    for what, value in HOSTILE.items():
        text = value if isinstance(value, str) else str(value)
        query = {name: text.replace("\ud800", "\ufffd") for name in QUERY}
        if method == "GET":
            tries = [browser.client.get(path, query_string={name: given}) for name, given in query.items()]
        else:
            tries = [
                browser.client.open(path, method=method, headers=headers, json={**line.body, name: value})
                for name in line.body or ("text",)
            ]
        for told in tries:
            assert told.status_code < 500 or told.status_code == 503, (what, told.text)


@pytest.mark.parametrize(
    "path",
    [
        "/api/cases/99999999999999999999999",
        "/api/follow_ups/99999999999999999999/done",
        "/api/cases/1001/macros/99999999999999999999",
        "/api/cases?view=all&after=WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzE0OjAwIiwgMSwgIjIwMjYtMTEtMDIiLCAxXQ",
        "/api/cases?after=W0luZmluaXR5LDEsMSwxXQ",
        "/api/search?after=999999999999.999999.0&q=a",
        "/admin/canned/remove/a",
        "/admin/macros/remove/%C2%B2",
        "/admin/customers/99999999999999999999",
        "/admin/mail/staff/99999999999999999999",
    ],
)
def test_no_address_breaks_anything(house: House, path: str) -> None:
    browser = house.browsers["admin"]
    headers = {"X-CSRF-Token": browser.csrf}
    told = [browser.get(path), browser.client.post(f"/desk{path}", json={"client_id": "x"}, headers=headers)]
    assert max(each.status_code for each in told) < 500
