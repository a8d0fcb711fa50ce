"""The signed webhook of a helpdesk that somebody has written: what is sent, taken, and checked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.clock import SystemClock
from config.outbound import Outbound
from config.plug_settings import PlugTable
from handoff.bridges import Around, CaseRef, Changes, Incoming, IncomingFile, RawRequest
from handoff.bridges.errors import BadRequestError, BadSignatureError, PeerRefusedError
from handoff.bridges.signing import Signatures
from handoff.bridges.webhook import WebhookBridge
from handoff.case import CaseStatus
from handoff.floor.rules import Priority
from tests.handoff.bridges.mirrored import file, new_case, outgoing
from tests.peers.webhook import SECRET
from tests.strangers import Call, Stranger, answers_a_page, stranger

AT = "2026-11-02T09:00:00+00:00"
CASE = CaseRef("webhook", "T-1", None, {"handoff_id": "h-1"})


@dataclass
class There:
    """Another side that takes everything, and `answers` with this."""

    url: str
    running: Stranger

    @property
    def told(self) -> list[dict[str, object]]:
        return [call.json() for call in self.running.calls]


@pytest.fixture
def there() -> Iterator[There]:
    with stranger(lambda call: call.answers(b"")) as running:
        yield There(running.url, running)


Opens = Callable[..., WebhookBridge]


@pytest.fixture
def bridge(outbound: Outbound) -> Opens:
    """The bridge to an address, over the client of the test."""
    allowed = outbound.guarded(["127.0.0.0/8"], timedelta(seconds=5))

    def opens(url: str, our_url: str = "https://support.nordlys.example") -> WebhookBridge:
        given = PlugTable("bridges", "webhook", Path("firstline.toml"), {"url": url, "secret": SECRET}, {})
        return WebhookBridge.open(Around(given, allowed, SystemClock(), our_url, "Nordlys"))

    return opens


@pytest.fixture
def incoming(bridge: Opens) -> Callable[..., Incoming]:
    """What becomes of an event that the other side sends."""

    def read(type: str, webhook_id: str = "w-1", **data: object) -> Incoming:
        body = json.dumps({"type": type, "timestamp": AT, "data": {"case": "T-1", **data}}).encode()
        request = RawRequest("POST", {"webhook-id": webhook_id}, {}, body, "")
        [event] = bridge("http://127.0.0.1:9/x").parse(request)
        return event

    return read


def test_a_case_is_sent_with_all_that_is_known_of_it(there: There, bridge: Opens) -> None:
    case = new_case(files=(file("kvittering.pdf", b"%PDF"),))
    ref = bridge(there.url).open_case(case, "h-1.open")
    assert ref == CaseRef("webhook", "h-1", None, {"handoff_id": "h-1"})
    [told] = there.told
    data = told["data"]
    assert told["type"] == "case.opened" and isinstance(data, dict)
    assert data["customer"]["email"] == "maya.l@example.com"
    assert data["note"]["markdown"] == case.note_markdown
    assert data["summary"] == case.summary.to_json()
    assert data["files"] == [
        {"name": "kvittering.pdf", "type": "application/octet-stream", "content": "JVBERg=="}
    ]
    assert there.running.calls[0].headers["webhook-id"] == "h-1.open"


def test_the_other_side_may_name_the_case_and_what_is_said(bridge: Opens) -> None:
    def named(call: Call) -> None:
        call.answers({"key": 7, "url": "https://desk.example/7", "id": "m-9"})

    with stranger(named) as running:
        ref = bridge(running.url).open_case(new_case(), "k")
        assert (ref.case_key, ref.url) == ("7", "https://desk.example/7")
        assert bridge(running.url).post(ref, outgoing("hello"), "k2") == "m-9"


def test_what_is_said_goes_with_who_said_it(there: There, bridge: Opens) -> None:
    outside = bridge(there.url)
    assert outside.post(CASE, outgoing("hello"), "h-1.3") == "h-1.3"
    outside.post(CASE, outgoing("careful", "note"), "h-1.4")
    said = [told["data"] for told in there.told]
    assert [(each["kind"], each["private"]) for each in said] == [("customer", False), ("note", True)]  # type: ignore[index]


def test_only_what_has_changed_is_sent(there: There, bridge: Opens) -> None:
    outside = bridge(there.url)
    outside.update(CASE, Changes(status=CaseStatus.RESOLVED, labels=()), "h-1.v2")
    outside.update(CASE, Changes(priority=Priority.HIGH, team="billing", assignee="ines"), "h-1.v3")
    outside.erase("h-1", CASE)
    first, second, erased = (told["data"] for told in there.told)
    named = {"key": "T-1", "handoff_id": "h-1"}
    assert first == {**named, "status": "resolved", "labels": []}
    assert second == {**named, "priority": "high", "team": "billing", "assignee": "ines"}
    assert erased == {"handoff_id": "h-1", "key": "T-1"}


def test_a_page_instead_of_an_answer_is_not_believed(bridge: Opens) -> None:
    with stranger(answers_a_page) as running, pytest.raises(PeerRefusedError, match="not JSON"):
        bridge(running.url).open_case(new_case(), "k")


def test_an_answer_there_is_public_and_all_else_is_not(incoming: Callable[..., Incoming]) -> None:
    reply = incoming("agent.replied", id="r-1", author={"id": 5, "name": "Omar"}, text="hei")
    assert (reply.event_id, reply.remote_id, reply.type) == ("r-1", "r-1", "agent_message")
    assert (reply.author, reply.author_name, reply.text) == ("5", "Omar", "hei")
    assert (reply.visibility, reply.author_kind) == ("public", "agent")
    for name in ("agent.noted", "case.assigned", "message.edited", "agent.shouted"):
        assert incoming(name).visibility == "private"
    unknown = incoming("agent.shouted", text="pay here")
    assert (unknown.type, unknown.author_kind, unknown.event_id) == ("unknown", "system", "w-1")


def test_what_else_happens_there_is_read(incoming: Callable[..., Incoming]) -> None:
    assert incoming("case.status", status="snoozed").status is CaseStatus.SNOOZED
    assert incoming("case.merged", into="T-2").into == "T-2"
    assert incoming("case.assigned", assignee="").assignee == ""
    assert incoming("message.edited", about="r-1", text="new").about == "r-1"
    assert incoming("agent.typing").text == "" and incoming("agent.typing", typing=False).text == "off"
    files = [{"url": "http://x/f", "name": "f.pdf", "type": "application/pdf", "size": 4}, {"name": "no url"}]
    assert incoming("agent.replied", files=files).files == (
        IncomingFile("http://x/f", "f.pdf", "application/pdf", 4),
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[" * 100_000,
        b"\xff",
        b"[]",
        b'{"type": "agent.replied"}',
        b'{"type": "agent.replied", "timestamp": "2026-11-02T09:00:00Z", "data": {"text": "x"}}',
        b'{"type": "agent.replied", "timestamp": "noon", "data": {"case": "T-1"}}',
        b'{"type": "agent.replied", "timestamp": "2026-11-02T09:00:00", "data": {"case": "T-1"}}',
        b'{"type": "case.status", "timestamp": "2026-11-02T09:00:00Z", "data": {"case": "T-1"}}',
    ],
)
def test_what_can_not_be_read_is_said_to_be_so(body: bytes, bridge: Opens) -> None:
    with pytest.raises(BadRequestError):
        bridge("http://127.0.0.1:9/x").parse(RawRequest("POST", {}, {}, body, ""))


def test_a_file_is_fetched_from_the_other_side_and_signed_for(bridge: Opens) -> None:
    with stranger(lambda call: call.answers(b"%PDF")) as running:
        outside = bridge(running.url)
        url = running.url.replace("/webhook", "/files/1")
        assert outside.fetch(CASE, IncomingFile(url, "f.pdf", "")) == b"%PDF"
        [call] = running.calls
        Signatures((SECRET,)).verify(call.headers, b"", datetime.now(UTC))
        with pytest.raises(PeerRefusedError, match="nothing is asked there"):
            outside.fetch(CASE, IncomingFile("http://192.0.2.1/f", "f.pdf", ""))


def test_its_check_proves_that_the_other_side_verifies(bridge: Opens) -> None:
    def careful(call: Call) -> None:
        try:
            Signatures((SECRET,)).verify(call.headers, call.body, datetime.now(UTC))
        except BadSignatureError:
            call.answers({}, 401)
        else:
            call.answers({})

    with stranger(careful) as running:
        assert [step.ok for step in bridge(running.url).check()] == [True, True, True]
        steps = bridge(running.url, our_url="").check()
        assert [step.ok for step in steps] == [True, True, False]
        assert "public_url" in steps[-1].mend


def test_its_check_says_what_to_mend(there: There, bridge: Opens) -> None:
    steps = bridge(there.url).check()
    assert [step.ok for step in steps] == [True, False]
    assert "verify webhook-signature" in steps[1].mend
    with stranger(lambda call: call.answers({"error": "who are you?"}, 401)) as running:
        [step] = bridge(running.url).check()
        assert not step.ok and "who are you?" in step.says
        assert "[bridges.webhook] secret" in step.says and SECRET not in step.says


def test_nothing_of_it_shows_the_secret(bridge: Opens) -> None:
    outside = bridge("http://127.0.0.1:9/x")
    assert SECRET not in repr(outside) and SECRET not in repr(replace(CASE))
