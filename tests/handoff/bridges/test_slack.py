"""Slack beyond what every bridge does: buttons, what a thread's words become, its signature, its refusals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from slack_sdk.signature import Clock, SignatureVerifier

from handoff.bridges import Changes, Incoming, RawRequest
from handoff.bridges.errors import BadRequestError, BadSignatureError, PeerAwayError, PeerRefusedError
from handoff.bridges.slack.bridge import SlackBridge
from handoff.bridges.slack.signing import verify
from handoff.bridges.slack.words import escaped, plain, sections
from handoff.case import CaseStatus
from tests.handoff.bridges.mirrored import around, file, new_case, outgoing
from tests.handoff.conversations import MONDAY
from tests.peers import Webhook
from tests.peers.slack import SECRET, SlackPeer, signed, start
from tests.peers.slack_fake import CHANNEL, stamped


@pytest.fixture
def peer() -> Iterator[SlackPeer]:
    started = start(None)  # type: ignore[arg-type]
    yield started
    started.close()


@pytest.fixture
def bridge(peer: SlackPeer) -> Iterator[SlackBridge]:
    here = around("slack", peer.settings)
    opened = SlackBridge.open(replace(here, clock=_Monday()))
    yield opened
    opened.close()
    here.outbound.close()


class _Monday:
    def now(self) -> object:
        return MONDAY

    def monotonic(self) -> float:
        return 0.0


def came(webhook: Webhook) -> RawRequest:
    headers = {name.lower(): value for name, value in webhook.headers.items()}
    return RawRequest("POST", headers, {}, webhook.body, "https://support.nordlys.example/bridges/slack")


def events(bridge: SlackBridge, peer: SlackPeer) -> list[Incoming]:
    """What its webhooks say, whole."""
    told = [event for each in peer.webhooks(MONDAY) for event in bridge.parse(came(each))]
    return [bridge.hydrate(event) if event.thin else event for event in told]


def test_the_first_message_shows_the_case_and_what_can_be_done(bridge: SlackBridge, peer: SlackPeer) -> None:
    ref = bridge.open_case(new_case(), "h-1.open")
    [case] = peer.cases()
    shown, root = case.posts[0].text, case.key.rpartition(":")[2]
    for words in ("Maya", "urgent", "billing", "refund", "note:", "Claim", "Resolve", "where is my refund"):
        assert words in shown
    assert ref.url == f"https://nettly.slack.com/archives/{CHANNEL}/p{root.replace('.', '')}"


def test_a_claim_names_who_and_the_first_message_says_so(bridge: SlackBridge, peer: SlackPeer) -> None:
    bridge.open_case(new_case(), "h-1.open")
    [case] = peer.cases()
    peer.assigns(case.key, "Omar")
    [claimed] = events(bridge, peer)
    assert (claimed.type, claimed.assignee, claimed.author_name) == ("assigned", "Omar", "Omar")
    assert peer.cases()[0].assignee == "Omar"


def test_a_resolved_case_offers_to_be_opened_again(bridge: SlackBridge, peer: SlackPeer) -> None:
    bridge.open_case(new_case(), "h-1.open")
    [case] = peer.cases()
    peer.resolves(case.key)
    [resolved] = events(bridge, peer)
    assert (resolved.type, resolved.status) == ("status", CaseStatus.RESOLVED)
    assert "Reopen" in peer.cases()[0].posts[0].text and "Claim" not in peer.cases()[0].posts[0].text
    peer.reopens(case.key)
    assert [each.status for each in events(bridge, peer)] == [CaseStatus.OPEN]


def test_two_taps_of_one_button_are_two_events(bridge: SlackBridge, peer: SlackPeer) -> None:
    bridge.open_case(new_case(), "h-1.open")
    [case] = peer.cases()
    peer.assigns(case.key, "Omar")
    peer.assigns(case.key, "Omar")
    first, second = events(bridge, peer)
    assert first.event_id != second.event_id


def test_a_change_keeps_the_summary_that_is_shown(bridge: SlackBridge, peer: SlackPeer) -> None:
    long = "\n".join(f"line {number} of a long summary" for number in range(200))
    ref = bridge.open_case(new_case(note=long), "h-1.open")
    bridge.update(ref, Changes(labels=("b2b",), assignee="Ines"), "h-1.u1")
    [case] = peer.cases()
    assert case.labels == ("b2b",) and case.assignee == "Ines" and case.priority == "urgent"
    assert "line 0 of" in case.posts[0].text and "line 199 of" in case.posts[0].text


def test_what_was_begun_is_finished_and_only_then_found(bridge: SlackBridge, peer: SlackPeer) -> None:
    peer.door.lose_next_answer()
    with pytest.raises(Exception, match="closed the connection"):
        bridge.open_case(new_case(), "h-1.open")
    assert bridge.find_case("h-1") is None
    ref = bridge.open_case(new_case(), "h-1.open")
    assert bridge.find_case("h-1") == ref and len(peer.cases()) == 1
    assert [post.private for post in peer.cases()[0].posts] == [True, True]


def test_a_long_message_is_a_file_below_its_first_words(bridge: SlackBridge, peer: SlackPeer) -> None:
    ref = bridge.open_case(new_case(), "h-1.open")
    text = "Sju 🛠️ " * 1_000
    bridge.post(ref, outgoing(text, "customer", file("a.pdf", b"%PDF")), "h-1.7")
    post = peer.cases()[0].posts[-1]
    assert [each.name for each in post.files] == ["message.txt", "a.pdf"]
    assert post.files[0].content.decode() == text and text[:500] in post.text and post.by == "customer"


def test_what_customers_write_calls_nobody(bridge: SlackBridge, peer: SlackPeer) -> None:
    ref = bridge.open_case(new_case(subject="<!channel> help"), "h-1.open")
    bridge.post(ref, outgoing("<!channel> <@U0001> <https://evil.example|your bank>"), "h-1.7")
    assert not any("<" in message["text"] for message in peer.slack.messages)


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("On its way.", "agent_message", "On its way."),
        ("note: be kind", "agent_note", "be kind"),
        ("  PRIVATE :  be kind", "agent_note", "be kind"),
        ("a note: this is public", "agent_message", "a note: this is public"),
    ],
)
def test_what_begins_as_a_note_stays_among_them(
    bridge: SlackBridge, peer: SlackPeer, text: str, kind: str, words: str
) -> None:
    bridge.open_case(new_case(), "h-1.open")
    peer.webhooks(MONDAY)
    peer.replies(peer.cases()[0].key, text, "Omar")
    [event] = events(bridge, peer)
    assert (event.type, event.text) == (kind, words)
    assert (event.visibility == "public") is (kind == "agent_message")


@pytest.mark.parametrize(
    "more",
    [
        {"bot_id": "B0OTHER"},
        {"app_id": "A0OTHER"},
        {"subtype": "bot_message"},
        {"subtype": "channel_join"},
        {"subtype": "tombstone"},
        {"user": ""},
        {"thread_ts": ""},
        {"hidden": True},
    ],
)
def test_what_no_person_wrote_into_a_thread_reaches_nobody(
    bridge: SlackBridge, peer: SlackPeer, more: dict[str, str]
) -> None:
    bridge.open_case(new_case(), "h-1.open")
    peer.webhooks(MONDAY)
    peer.slack.says(peer.cases()[0].key.rpartition(":")[2], "I am a workflow", "Omar", **more)
    assert events(bridge, peer) == []


def test_another_channel_is_not_heard(bridge: SlackBridge, peer: SlackPeer) -> None:
    event = {
        "type": "message",
        "channel": "C0OTHER",
        "user": "U1",
        "ts": "2.0",
        "thread_ts": "1.0",
        "text": "x",
    }
    webhook = signed({"type": "event_callback", "event": event}, stamped(MONDAY), SECRET)
    assert bridge.parse(came(webhook)) == ()


def test_a_message_that_changes_later_is_told_as_changed(bridge: SlackBridge, peer: SlackPeer) -> None:
    bridge.open_case(new_case(), "h-1.open")
    peer.webhooks(MONDAY)
    before = dict(peer.slack.says(peer.cases()[0].key.rpartition(":")[2], "Tomorrow.", "Omar"))
    after = {**before, "text": "On Friday.", "edited": {"user": before["user"], "ts": "1793610009.000100"}}
    about = {
        "type": "message",
        "channel": CHANNEL,
        "event_ts": "1793610009.000100",
        "ts": "1793610009.000100",
    }
    changed = {**about, "subtype": "message_changed", "message": after, "previous_message": before}
    looked = {**changed, "message": {**before, "attachments": []}}
    gone = {**about, "subtype": "message_deleted", "previous_message": before}
    peer.webhooks(MONDAY)
    for event in (changed, looked, gone):
        peer.slack.tells(event)
    edited, deleted = events(bridge, peer)
    assert (edited.type, edited.text, edited.about) == ("edited", "On Friday.", f"{CHANNEL}:{before['ts']}")
    assert (deleted.type, deleted.about) == ("deleted", f"{CHANNEL}:{before['ts']}")
    assert "private" == edited.visibility == deleted.visibility


def test_push_and_poll_call_a_message_the_same(bridge: SlackBridge, peer: SlackPeer) -> None:
    ref = bridge.open_case(new_case(), "h-1.open")
    peer.webhooks(MONDAY)
    peer.replies(peer.cases()[0].key, "On its way.", "Omar")
    pushed = events(bridge, peer)
    polled, cursor, _ = bridge.poll("", [ref])
    assert [bridge.hydrate(each) for each in polled] == pushed
    calls = len(peer.door.calls)
    assert bridge.poll(cursor, [ref])[0] == () or bridge.poll(cursor, [ref])[0] == []
    assert len(peer.door.calls) - calls <= 2  # a thread without news is not read


def test_what_we_delete_is_gone_and_what_people_wrote_is_theirs_to_delete(
    bridge: SlackBridge, peer: SlackPeer
) -> None:
    ref = bridge.open_case(new_case(), "h-1.open")
    peer.replies(peer.cases()[0].key, "On its way, Maya.", "Omar")
    with pytest.raises(PeerRefusedError, match="archives"):
        bridge.erase("h-1", ref)
    assert [each["text"] for each in peer.slack.messages] == ["On its way, Maya."]


@pytest.mark.parametrize(
    ("error", "raised", "mend"),
    [
        ("ratelimited", PeerAwayError, ""),
        ("invalid_auth", PeerRefusedError, "[bridges.slack] token"),
        ("not_in_channel", PeerRefusedError, "[bridges.slack] channel"),
        ("missing_scope", PeerRefusedError, "chat:write"),
        ("msg_too_long", PeerRefusedError, "msg_too_long"),
    ],
)
def test_a_refusal_says_what_to_mend(
    bridge: SlackBridge, peer: SlackPeer, error: str, raised: type[Exception], mend: str
) -> None:
    peer.slack.refuses = {"ok": False, "error": error, "needed": "chat:write"}
    with pytest.raises(raised) as refused:
        bridge.open_case(new_case(), "h-1.open")
    assert mend in str(refused.value) and "xoxb" not in str(refused.value)


def test_the_check_stops_at_what_is_to_mend(bridge: SlackBridge, peer: SlackPeer) -> None:
    assert [(step.name, step.ok) for step in bridge.check()] == [
        ("token", True),
        ("channel", True),
        ("history", True),
        ("events", True),
    ]
    peer.slack.refuses = {"ok": False, "error": "invalid_auth"}
    [step] = bridge.check()
    assert not step.ok and "[bridges.slack] token" in step.says


def test_neither_way_to_hear_is_an_error_of_the_settings(peer: SlackPeer) -> None:
    here = around("slack", {**peer.settings, "signing_secret": ""})
    with pytest.raises(Exception, match="app_token"):
        SlackBridge.open(here)
    here.outbound.close()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("see <https://hub.example/a?b=1&amp;c=2>", "see https://hub.example/a?b=1&c=2"),
        ("see <https://hub.example/a|our guide>", "see our guide (https://hub.example/a)"),
        ("write to <mailto:a@nettly.example|a@nettly.example>", "write to a@nettly.example"),
        ("<@U0001|omar> knows, <#C1|support>, <!here>", "@omar knows, #support, @here"),
        ("1 &lt; 2 &amp;lt; 3", "1 < 2 &lt; 3"),
        (":tada: it works :+1::skin-tone-3:", "🎉 it works 👍"),
        ("at 10:30:45 o'clock", "at 10:30:45 o'clock"),
    ],
)
def test_slacks_way_of_writing_is_words_for_customers(text: str, words: str) -> None:
    assert plain(text) == words


@pytest.mark.parametrize("text", ["<b>&amp;", "a\nb", "🛠️ שלום"])
def test_what_is_escaped_is_read_as_it_was(text: str) -> None:
    assert plain(escaped(text)) == text


def test_blocks_are_never_longer_than_slack_takes() -> None:
    made = sections("<>&" * 20_000)
    assert len(made) <= 8 and all(len(each["text"]["text"]) <= 3_000 for each in made)  # type: ignore[index,call-overload]


def test_slacks_own_library_agrees_with_our_signature() -> None:
    class Then(Clock):
        def now(self) -> float:
            return MONDAY.timestamp()

    body = '{"text": "æøå 🛠️"}'.encode()
    webhook = signed({"type": "event_callback", "event": {"text": "æøå 🛠️"}}, stamped(MONDAY), SECRET)
    for each in (webhook, replace(webhook, body=body)):
        theirs = SignatureVerifier(SECRET, Then()).is_valid_request(each.body, dict(each.headers))
        assert theirs is _ours(each)


@pytest.mark.parametrize("late", [timedelta(minutes=6), timedelta(minutes=-6)])
def test_a_request_of_another_time_is_not_believed(late: timedelta) -> None:
    webhook = signed({"type": "event_callback"}, stamped(MONDAY + late), SECRET)
    assert not _ours(webhook)


@pytest.mark.parametrize("at", ["", "²", "yesterday", "9" * 40])
def test_a_timestamp_that_is_none_is_not_believed(at: str) -> None:
    assert not _ours(signed({"type": "event_callback"}, at, SECRET))


def test_without_a_secret_nothing_is_believed() -> None:
    with pytest.raises(BadSignatureError, match="signing_secret"):
        verify("", came(signed({"type": "event_callback"}, stamped(MONDAY), "")), MONDAY)


def test_slack_is_answered_what_it_asks_of_a_new_address(bridge: SlackBridge) -> None:
    asked = signed({"type": "url_verification", "challenge": "3eZbrw1a"}, stamped(MONDAY), SECRET)
    reply = bridge.challenge(came(asked))
    assert reply is not None and (reply.status, reply.body) == (200, b"3eZbrw1a")
    with pytest.raises(BadSignatureError):
        bridge.challenge(came(signed({"type": "url_verification"}, stamped(MONDAY), "guessed")))


@pytest.mark.parametrize("body", [b"payload=", b"payload=%7B", b"\xff=1", b""])
def test_a_form_that_says_nothing_is_refused(bridge: SlackBridge, body: bytes) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    with pytest.raises(BadRequestError):
        bridge.parse(RawRequest("POST", headers, {}, body, ""))


def _ours(webhook: Webhook) -> bool:
    try:
        verify(SECRET, came(webhook), MONDAY)
    except BadSignatureError:
        return False
    return True
