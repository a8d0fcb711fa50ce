from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from config.outbound import Outbound
from config.reading_mail import read_mail
from config.settings import SettingsError
from handoff.bridges import Changes, IncomingFile, NewCase, RawRequest
from handoff.bridges.email import EmailBridge
from handoff.bridges.errors import (
    BadRequestError,
    BadSignatureError,
    PeerAwayError,
    PeerRefusedError,
    PeerUnsureError,
)
from tests.handoff.bridges.mirrored import around, new_case, outgoing
from tests.imap_server import Box
from tests.peers.email import SmallPeer

CASE = new_case()


@pytest.fixture
def peer() -> Iterator[SmallPeer]:
    with closing(SmallPeer()) as started:
        yield started


@pytest.fixture
def bridge(peer: SmallPeer) -> Iterator[EmailBridge]:
    with closing(opened(peer)) as bridge:
        yield bridge


def opened(peer: SmallPeer, **other: object) -> EmailBridge:
    return EmailBridge.open(around("email", {**peer.settings, **other}))


def mails(peer: SmallPeer, case: NewCase = CASE) -> int:
    return sum(len(each.posts) for each in peer.cases() if each.handoff_id == case.handoff_id)


def test_where_the_server_does_not_say_the_mailbox_does(peer: SmallPeer, bridge: EmailBridge) -> None:
    peer.door.lose_next_answer()
    with pytest.raises(PeerUnsureError):
        bridge.open_case(CASE, "open")
    found = bridge.find_case(CASE.handoff_id)
    assert found is not None and found == bridge.open_case(CASE, "open")
    peer.door.lose_next_answer()
    with pytest.raises(PeerUnsureError):
        bridge.post(found, outgoing("hello"), "h-1.post.2")
    assert bridge.find_post(found, "h-1.post.2") is not None
    assert bridge.find_post(found, "h-1.post.3") is bridge.find_case("h-2") is None
    assert mails(peer) == 2


def test_another_process_finds_what_was_sent(peer: SmallPeer, bridge: EmailBridge) -> None:
    ref = bridge.open_case(CASE, "open")
    bridge.post(ref, outgoing("hello"), "k")
    with closing(opened(peer)) as after:
        assert after.open_case(CASE, "open") == ref
        assert after.find_post(ref, "k") is not None
    assert mails(peer) == 2


@pytest.mark.parametrize(
    ("said", "error", "waits"),
    [
        ("451 4.7.1 try again in 40 seconds", PeerAwayError, timedelta(seconds=40)),
        ("450 4.2.0 Greylisted, come back in 5 minutes", PeerAwayError, timedelta(minutes=5)),
        ("421 4.3.2 busy", PeerAwayError, None),
        ("530 5.7.0 sign in first", PeerAwayError, None),
    ],
)
def test_a_server_that_asks_to_wait_is_away(
    peer: SmallPeer, bridge: EmailBridge, said: str, error: type[PeerAwayError], waits: timedelta | None
) -> None:
    peer.office.refusals = [said]
    with pytest.raises(error) as away:
        bridge.open_case(CASE, "open")
    assert away.value.retry_after == waits
    assert "check [bridges.email] address and smtp_user" in away.value.says
    assert mails(peer) == 0


def test_a_receiver_that_is_not_taken_is_refused_for_good(peer: SmallPeer, bridge: EmailBridge) -> None:
    with pytest.raises(PeerRefusedError, match="not an e-mail address"):
        bridge.open_case(replace(CASE, team="nobody@@nowhere"), "open")


def test_without_the_mailbox_nothing_goes_out(peer: SmallPeer, bridge: EmailBridge) -> None:
    peer.door.down()
    with pytest.raises(PeerAwayError, match=r"\[bridges.email\] imap_host"):
        bridge.open_case(CASE, "open")
    assert not bridge.health().ok
    peer.door.up()
    assert bridge.health().ok
    bridge.open_case(CASE, "open")
    assert mails(peer) == 1


def test_a_case_that_is_given_to_another_team_goes_on_there(peer: SmallPeer, bridge: EmailBridge) -> None:
    ref = bridge.open_case(CASE, "open")
    moved = bridge.update(ref, Changes(team="cases@nettly.example"), "move")
    assert moved.more["to"] == "cases@nettly.example" and moved.case_key == ref.case_key
    told = read_mail(peer.boxes["cases"].mails[-1][1])
    assert "Team: cases@nettly.example\n\n#1042 where is my refund" in told.whole
    assert [file.name for file in told.files] == ["conversation-1042.txt"]
    bridge.post(moved, outgoing("hello"), "k")
    assert mails(peer) == 1
    assert bridge.update(moved, Changes(), "nothing") == moved


def test_what_a_helpdesk_puts_into_subjects_is_taken_up(peer: SmallPeer) -> None:
    with closing(opened(peer, subject_tag=r"\[rt\.example #\d+\]")) as bridge:
        ref = bridge.open_case(CASE, "open")
        bridge.post(ref, outgoing("before"), "k1")
        receipt = EmailMessage(policy=SMTP)
        receipt["From"], receipt["Message-ID"] = "rt@nettly.example", "<rt-1@rt.example>"
        receipt["To"] = str(peer.mails()[0]["Reply-To"])
        receipt["Subject"] = "[rt.example #3] AutoReply: where is my refund"
        receipt.set_content("We have it.")
        peer.boxes["cases"].deliver(bytes(receipt))
        bridge.post(ref, outgoing("after"), "k2")
    assert [str(mail["Subject"]) for mail in peer.mails()[1:]] == [
        "Re: [#1042] where is my refund",
        "Re: [rt.example #3] [#1042] where is my refund",
    ]


def test_answers_of_before_the_first_look_are_heard(peer: SmallPeer, bridge: EmailBridge) -> None:
    ref = bridge.open_case(CASE, "open")
    peer.replies(ref.case_key, "already?", "Omar")
    events, cursor, wait = bridge.poll("", [ref])
    assert [event.text for event in events] == ["already?"] and wait <= timedelta(seconds=5)
    assert bridge.poll(cursor, [ref])[0] == []


def test_a_look_waits_for_mail_and_closing_ends_it(peer: SmallPeer) -> None:
    bridge = opened(peer, idle_seconds=60)
    ref = bridge.open_case(CASE, "open")
    cursor = bridge.poll("", [ref])[1]
    heard: list[str] = []

    def look() -> None:
        heard.extend(event.text for event in bridge.poll(cursor, [ref])[0])

    looking = threading.Thread(target=look)
    looking.start()
    waits(peer.boxes["cases"], looking)
    peer.replies(ref.case_key, "here", "Omar")
    looking.join()
    assert heard == ["here"]
    again = threading.Thread(target=lambda: heard.extend(bridge.poll("1:99", [ref])[1]))
    again.start()
    waits(peer.boxes["cases"], again)
    bridge.close()
    again.join()
    with pytest.raises(PeerAwayError, match="closing"):
        bridge.poll(cursor, [ref])


def waits(box: Box, looking: threading.Thread) -> None:
    while not box.waiting():
        assert looking.is_alive()


def test_what_is_no_mail_at_all_holds_nothing_up(peer: SmallPeer, bridge: EmailBridge) -> None:
    ref = bridge.open_case(CASE, "open")
    cursor = bridge.poll("", [ref])[1]
    nested = "".join(f'Content-Type: multipart/mixed; boundary="{i}"\r\n\r\n--{i}\r\n' for i in range(3000))
    peer.boxes["cases"].deliver(nested.encode())
    peer.boxes["cases"].deliver(b"\0\xff")
    peer.replies(ref.case_key, "after that", "Omar")
    assert [event.text for event in bridge.poll(cursor, [ref])[0]] == ["after that"]


def test_a_file_that_is_gone_is_said_to_be(peer: SmallPeer, bridge: EmailBridge) -> None:
    ref = bridge.open_case(CASE, "open")
    for key in ("1:1/7", "9:1/0", "1:99/0", "nonsense"):
        with pytest.raises(PeerRefusedError, match="not in the mailbox"):
            bridge.fetch(ref, IncomingFile(key, "a.pdf", "application/pdf"))


def test_only_people_can_take_mails_back(bridge: EmailBridge) -> None:
    ref = bridge.open_case(CASE, "open")
    with pytest.raises(PeerRefusedError, match=r"\[#1042\] where is my refund.*support@nettly.example"):
        bridge.erase(CASE.handoff_id, ref)


def test_nothing_comes_by_webhook(bridge: EmailBridge) -> None:
    request = RawRequest("POST", {}, {}, b"{}", "/")
    assert bridge.challenge(request) is None
    with pytest.raises(BadSignatureError):
        bridge.verify(request, CASE.opened_at)
    with pytest.raises(BadRequestError):
        bridge.parse(request)


def test_the_check_sends_a_mail_where_answers_go_and_waits_for_it(
    peer: SmallPeer, bridge: EmailBridge
) -> None:
    steps = bridge.check()
    assert all(step.ok for step in steps)
    assert steps[-1].name == "answers" and "came back" in steps[-1].says
    assert len(steps) == 3 + 4 + 1
    assert bridge.poll("", [])[0] == []


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"imap_password": "guess"}, "imap_user and imap_password"),
        ({"imap_folder": "Answers"}, "imap_folder"),
        ({"smtp_security": "tls"}, "smtp_host and smtp_port"),
        ({"imap_security": "tls"}, "imap_security"),
    ],
)
def test_the_check_stops_at_what_is_wrong_and_says_what_to_mend(
    peer: SmallPeer, wrong: dict[str, object], key: str
) -> None:
    with closing(opened(peer, **wrong)) as bridge:
        *_, last = bridge.check()
    assert not last.ok and key in last.mend and "guess" not in f"{last}"


def test_a_mail_that_does_not_come_back_is_the_addresss_fault(
    peer: SmallPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handoff.bridges.email._ROUND_TRIP", timedelta(milliseconds=30))
    with closing(opened(peer, address="elsewhere@nettly.example")) as bridge:
        *_, last = bridge.check()
    assert not last.ok and last.name == "answers" and "plus_addresses" in last.mend


def test_a_server_in_a_private_network_is_not_asked(peer: SmallPeer) -> None:
    guarded = Outbound().guarded()
    with closing(EmailBridge.open(replace(around("email", peer.settings), outbound=guarded))) as bridge:
        assert "private network" in bridge.health().says
        assert "private network" in bridge.check()[-1].says


@pytest.mark.parametrize(
    ("key", "value", "rule"),
    [
        ("address", "cases", "must be an address"),
        ("address", "cases+x@nettly.example", "must be an address"),
        ("agents", [], "must not be empty"),
        ("agents", ["everyone"], "must be addresses"),
        ("secret", "short", "20 characters"),
        ("subject_tag", "[", "regular expression"),
        ("imap_port", 0, "between"),
        ("smtp_security", "ssl", "starttls"),
    ],
)
def test_what_is_wrong_in_the_table_is_said_at_once(
    peer: SmallPeer, key: str, value: object, rule: str
) -> None:
    with pytest.raises(SettingsError, match=rule) as wrong:
        opened(peer, **{key: value})
    assert key in str(wrong.value) and "short" not in str(wrong.value)
    assert Path("firstline.toml").name in str(wrong.value)
