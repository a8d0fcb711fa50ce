"""What we ask of Chatwoot, and what our fake answers, by Chatwoot's own OpenAPI document."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from flask import Request, Response, request
from openapi_core import Config, OpenAPI
from openapi_core.contrib.flask import FlaskOpenAPIRequest, FlaskOpenAPIResponse
from openapi_core.exceptions import OpenAPIError
from werkzeug.test import EnvironBuilder

from handoff.bridges import Changes
from handoff.bridges.chatwoot import PLUG
from handoff.bridges.chatwoot.bridge import Chatwoot
from handoff.case import CaseStatus
from handoff.floor.rules import Priority
from tests.handoff.bridges.mirrored import around, file, new_case, outgoing
from tests.peers.chatwoot import ChatwootPeer, start

BESIDE = Path(__file__).parents[4] / "shared" / "openapi"

UNDOCUMENTED = (
    r"DELETE /api/v1/accounts/3/conversations/\d+",  # its own pages delete one so, since 2025
    r"GET /rails/active_storage/.*",  # Ruby on Rails' own
)
TRUE = {"true": True, "false": False}


@pytest.fixture(scope="module")
def document() -> dict[str, object]:
    """Chatwoot's document. Without it a test skips and says so; with CI=true it fails."""
    file = Path(os.environ.get("FIRSTLINE_OPENAPI") or BESIDE) / "chatwoot.json"
    if not file.exists():
        why = f"no document at {file}; set FIRSTLINE_OPENAPI to the folder of the OpenAPI documents"
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)
    read: dict[str, object] = json.loads(file.read_bytes())
    return read


class Judge:
    """Reads along; wrong: what is against the document. judged: which operations it has seen."""

    def __init__(self, peer: ChatwootPeer, document: dict[str, object]) -> None:
        at = {**document, "servers": [{"url": peer.door.url}]}
        self._document = OpenAPI.from_dict(at, config=Config(spec_validator_cls=None))
        self.wrong: list[str] = []
        self.judged: set[str] = set()

    def __call__(self, response: Response) -> Response:
        asked = f"{request.method} {request.path}"
        if any(re.fullmatch(each, asked) for each in UNDOCUMENTED):
            return response
        if not response.data:
            response.mimetype = ""  # it has no body, of whatever type
        shown = FlaskOpenAPIRequest(_as_json(request))
        # Rack makes no difference between a dash and an underscore.
        shown.parameters.header = {"api_access_token": request.headers.get("api-access-token")}
        self.judged.add(re.sub(r"\d+|h-1", "N", asked))
        try:
            self._document.validate_request(shown)
            if response.status_code != 404:  # which it names for some of what can be missing
                self._document.validate_response(shown, FlaskOpenAPIResponse(response))
        except OpenAPIError as error:
            self.wrong.append(f"{asked}: {error}: {_causes(error)}")
        return response


def _as_json(asked: Request) -> Request:
    """The same without a place in our routes; a form's fields are JSON, for the document knows no files."""
    if not asked.mimetype.startswith("multipart/"):
        return Request({**asked.environ, "wsgi.input": BytesIO(asked.get_data())})
    fields = {name: TRUE.get(value, value) for name, value in asked.form.items()}
    return Request(EnvironBuilder(asked.path, asked.host_url, method="POST", json=fields).get_environ())


def _causes(error: BaseException) -> str:
    found: list[str] = []
    cause = error.__cause__
    while cause is not None:
        found += [str(each) for each in getattr(cause, "schema_errors", [])] or [str(cause)]
        cause = cause.__cause__
    return "; ".join(found)[:600]


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[ChatwootPeer]:
    peer = start(tmp_path)
    yield peer
    peer.close()


@pytest.fixture
def bridge(peer: ChatwootPeer) -> Iterator[Chatwoot]:
    given = around("chatwoot", peer.settings)
    yield PLUG.open(given)
    given.outbound.close()


def test_all_that_is_asked_and_answered_is_in_the_document(
    peer: ChatwootPeer, bridge: Chatwoot, document: dict[str, object]
) -> None:
    judge = Judge(peer, document)
    peer.app.after_request(judge)
    assert bridge.find_case("h-1") is None
    case = bridge.open_case(new_case(assignee="Firstline", files=(file("a.txt", b"a"),)), "k1")
    assert bridge.find_case("h-1") is not None
    for kind in ("customer", "bot", "agent", "note"):
        bridge.post(case, outgoing("🙂 <b>שלום</b>", kind, file("b.txt", b"b")), kind)
        bridge.post(case, outgoing("without a file", kind), f"{kind}-2")
    bridge.typing(case, True)
    for status in (CaseStatus.RESOLVED, CaseStatus.OPEN):
        case = bridge.update(case, Changes(status=status, labels=("late",)), "k3")
    for priority in Priority:
        bridge.update(case, Changes(priority=priority, team="sales", assignee="Firstline"), "k4")
    bridge.update(case, Changes(team="", assignee=""), "k5")
    peer.replies("1", "Hello", "Ines")
    peer.assigns("1", "Ines")
    _, cursor, _ = bridge.poll("", [case])
    bridge.poll(cursor, [case])
    assert bridge.health().ok and all(step.ok for step in bridge.check())
    bridge.erase("h-1", case)
    assert judge.wrong == []
    assert len(judge.judged) == 22


def test_the_judge_sees_what_is_wrong(
    peer: ChatwootPeer, bridge: Chatwoot, document: dict[str, object]
) -> None:
    judge = Judge(peer, document)
    peer.app.after_request(judge)
    case = bridge.open_case(new_case(), "k1")
    peer.desk.conversations[1].status = "archived"
    bridge.poll("", [case])
    assert len(judge.wrong) == 1 and "archived" in judge.wrong[0]


def test_answers_that_are_not_as_the_document_says_are_read_as_well(
    peer: ChatwootPeer, bridge: Chatwoot
) -> None:
    peer.desk.as_served = True
    assert bridge.open_case(new_case(), "k1").case_key == "1"
    assert bridge.check()[-1].says == "Chatwoot calls https://support.nordlys.example/bridges/chatwoot"
