"""Agents' browsers at the desk, over the real room in a folder of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config.identity import Identity, Role, open_identity
from config.pages import Brand
from config.settings import load_settings
from config.sign_in import COOKIE
from handoff.app import handoff_app
from handoff.case import Case
from handoff.escalation import Customer, Escalation, Line, Reason
from handoff.opening import Handoff, open_handoff
from handoff.web.words import STATIC
from tests.blank import furnish
from tests.fakes import QUICK, FakeClock

WEB = STATIC.parent
PASSWORD = "a long enough password"


@dataclass
class Seat:
    """One agent's browser."""

    client: FlaskClient
    csrf: str
    token: str

    def get(self, path: str) -> TestResponse:
        return self.client.get(f"/desk{path}")

    def post(self, path: str, **body: object) -> TestResponse:
        return self.client.post(f"/desk{path}", json=body, headers={"X-CSRF-Token": self.csrf})


@dataclass
class Room:
    handoff: Handoff
    identity: Identity
    clock: FakeClock

    def seat(self, name: str = "Ines Berg", *roles: Role) -> Seat:
        email = f"{name.split()[0].lower()}@nettly.example"
        if email not in {staff.email for staff in self.identity.list()}:
            self.identity.add(email, name, roles or (Role.AGENT,), PASSWORD)
        token = self.identity.sign_in(email, PASSWORD, "127.0.0.1")
        client = self.stranger()
        client.set_cookie(COOKIE, token)
        return Seat(client, self.identity.csrf(token), token)

    def stranger(self) -> FlaskClient:
        app = handoff_app(self.handoff, self.identity, Brand.load(), clock=self.clock)
        return app.test_client()

    def case(
        self, name: str = "maya", text: str = "My Hub 3 is offline, order NT-10427. Let me talk to a human"
    ) -> Case:
        now = self.clock.now()
        return self.handoff.intake.open(
            Escalation(
                conversation_id=name,
                episode=1,
                channel="web",
                page=None,
                started_at=now,
                escalated_at=now,
                customer=Customer(name, name.capitalize(), None, False, "en"),
                reason=Reason.ASKED_FOR_PERSON,
                because="the customer asked for a person",
                trigger=(2,),
                decided_by="rule",
                language="en",
                lines=(Line(1, "bot", "Hello, I am a bot.", now), Line(2, "customer", text, now)),
            )
        )


@pytest.fixture
def room(tmp_path: Path, environment: dict[str, str]) -> Iterator[Room]:
    data = tmp_path if environment else furnish(tmp_path, ["handoff", "house"])
    clock, settings = FakeClock(), load_settings(data, environment)
    handoff = open_handoff(settings, clock)
    identity = open_identity(settings.schema("house") or tmp_path, clock, QUICK)
    yield Room(handoff, identity, clock)
    identity.close()
    handoff.close()


def code(response: TestResponse) -> str:
    return str(response.get_json()["error"]["code"])


# Who may come in
