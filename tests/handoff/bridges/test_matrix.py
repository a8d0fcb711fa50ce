"""The bridge to Matrix against the small homeserver; the suite holds for it as for Synapse."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from config.plug_settings import SettingsError
from handoff.bridges import CaseRef, Changes, RawRequest
from handoff.bridges.errors import BadRequestError, PeerAwayError, PeerRefusedError, PeerUnsureError
from handoff.bridges.matrix.bridge import Matrix
from handoff.bridges.matrix.rooms import KEY
from handoff.case import CaseStatus
from handoff.floor.rules import Priority
from tests.handoff.bridges.mirrored import around, file, new_case, outgoing
from tests.peers import SeenFile
from tests.peers.matrix import MatrixPeer, start
from tests.peers.matrix_fake import SERVER, FakeHomeserver


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[MatrixPeer]:
    with closing(start(tmp_path)) as running:
        yield running


@pytest.fixture
def home(peer: MatrixPeer) -> FakeHomeserver:
    assert peer.home is not None
    return peer.home


@pytest.fixture
def bridge(peer: MatrixPeer) -> Iterator[Matrix]:
    yield from opened(peer)


def opened(peer: MatrixPeer, **settings: object) -> Iterator[Matrix]:
    given = around("matrix", {**peer.settings, **settings})
    with closing(given.outbound), closing(Matrix.open(given)) as bridge:
        yield bridge


@pytest.fixture
def ref(bridge: Matrix) -> CaseRef:
    return bridge.open_case(new_case(team=None), "k1")


def test_a_case_is_a_room_that_the_lobby_may_join_and_is_told_of(
    peer: MatrixPeer, home: FakeHomeserver, ref: CaseRef
) -> None:
    room, lobby = home.rooms[ref.case_key], home.find(peer.lobby)
    assert room.allows == lobby.id
    assert home.aliases[f"#firstline_case_h-1:{SERVER}"] == room.id
    assert room.state["m.room.topic"] == {"topic": "open · urgent · refund"}
    [told] = [each for each in home.events if each["room_id"] == lobby.id]
    assert room.id.replace("!", "%21").replace(":", "%3A") in str(told["content"])
    (case,) = peer.cases()
    assert case.posts[0].private and case.posts[1].files[0].name == "transcript.txt"


def test_a_room_that_was_made_and_not_finished_is_finished_and_not_found_before(
    peer: MatrixPeer, bridge: Matrix
) -> None:
    peer.door.lose_next_answer()
    with pytest.raises(PeerAwayError):
        bridge.open_case(new_case(team=None), "k1")
    assert bridge.find_case("h-1") is None
    ref = bridge.open_case(new_case(team=None), "k1")
    assert bridge.find_case("h-1") == ref
    (case,) = peer.cases()
    assert [post.text for post in case.posts][:1] == ["#1042 where is my refund"]


def test_a_customer_speaks_under_their_own_name(
    peer: MatrixPeer, home: FakeHomeserver, bridge: Matrix
) -> None:
    ref = bridge.open_case(new_case(team=None), "k1")
    bridge.post(ref, outgoing("are you there?"), "k2")
    bridge.post(ref, outgoing("soon", "agent"), "k3")
    bridge.post(ref, outgoing("angry", "note"), "k4")
    said = [(post.text, post.by, post.private) for post in peer.cases()[0].posts[2:]]
    assert said == [
        ("are you there?", "customer", False),
        ("Ines: soon", "us", False),
        ("Ines: angry", "us", True),
    ]
    assert home.names[ref.more["customer"]] == "Maya"


def test_a_post_whose_answer_was_lost_is_found_though_the_server_forgot_its_transaction(
    peer: MatrixPeer, home: FakeHomeserver, bridge: Matrix, ref: CaseRef
) -> None:
    peer.door.lose_next_answer()
    with pytest.raises(PeerUnsureError):
        bridge.post(ref, outgoing("once"), "k2")
    found = bridge.find_post(ref, "k2")
    assert found == home.events[-1]["event_id"] and home.events[-1]["content"][KEY]  # type: ignore[index]
    assert bridge.find_post(ref, "k3") is None


def test_what_is_too_long_for_one_event_comes_in_several_and_is_found_by_the_last(
    peer: MatrixPeer, bridge: Matrix, ref: CaseRef
) -> None:
    text = "".join(f"{number:05} " for number in range(4000))
    posted = bridge.post(ref, outgoing(text, "customer", file("label.pdf", b"pdf")), "k2")
    *pieces, last = peer.cases()[0].posts[2:]
    assert "".join(piece.text for piece in pieces) == text
    assert last.files == (SeenFile("label.pdf", b"pdf"),)
    assert posted == last.key == bridge.find_post(ref, "k2")


def test_a_change_is_said_in_the_rooms_state_and_asked_for_people_are_invited(
    peer: MatrixPeer, home: FakeHomeserver, bridge: Matrix, ref: CaseRef
) -> None:
    omar = f"@omar:{SERVER}"
    bridge.update(ref, Changes(CaseStatus.RESOLVED, Priority.LOW, ("b2b",), None, omar), "k2")
    (case,) = peer.cases()
    assert (case.status, case.priority, case.labels, case.assignee) == ("resolved", "low", ("b2b",), omar)
    assert omar in home.rooms[ref.case_key].invited
    assert case.posts[-1].text == "This case is resolved."


def test_the_customer_is_shown_writing(home: FakeHomeserver, bridge: Matrix, ref: CaseRef) -> None:
    bridge.typing(ref, True)
    bridge.typing(ref, False)
    assert home.typing == [(ref.case_key, ref.more["customer"], on) for on in (True, False)]


def test_what_a_look_shows_only_the_end_of_is_read_from_its_beginning(
    peer: MatrixPeer, bridge: Matrix, ref: CaseRef
) -> None:
    _, cursor, _ = bridge.poll("", [ref])
    for number in range(130):
        peer.replies(ref.case_key, f"line {number}", "Omar")
    events, cursor, _ = bridge.poll(cursor, [ref])
    assert [event.text for event in events] == [f"line {number}" for number in range(130)]
    assert bridge.hydrate(events[0]).author_name == "Omar"
    assert bridge.poll(cursor, [ref])[0] == []


def test_who_opens_a_case_again_that_has_ended_is_heard_without_a_push(
    peer: MatrixPeer, bridge: Matrix, ref: CaseRef
) -> None:
    _, cursor, _ = bridge.poll("", [ref])
    peer.resolves(ref.case_key)
    events, cursor, _ = bridge.poll(cursor, [ref])
    assert [event.status for event in events] == [CaseStatus.RESOLVED]
    _, cursor, _ = bridge.poll(cursor, [])
    peer.reopens(ref.case_key)
    events, cursor, _ = bridge.poll(cursor, [])
    assert [event.status for event in events] == [CaseStatus.OPEN]
    assert bridge.poll(cursor, [])[0] == []


def test_a_room_that_was_erased_after_its_end_holds_up_no_other(
    peer: MatrixPeer, home: FakeHomeserver, bridge: Matrix, ref: CaseRef
) -> None:
    other = bridge.open_case(new_case(handoff_id="h-2", team=None), "k2")
    _, cursor, _ = bridge.poll("", [ref, other])
    home.erased.add(ref.case_key)
    peer.replies(other.case_key, "still here", "Omar")
    assert [event.text for event in bridge.poll(cursor, [other])[0]] == ["still here"]


def test_what_is_said_in_the_lobby_is_nobodys_case(
    peer: MatrixPeer, home: FakeHomeserver, bridge: Matrix, ref: CaseRef
) -> None:
    _, cursor, _ = bridge.poll("", [ref])
    home.send(f"@ada:{SERVER}", peer.lobby, "m.room.message", {"msgtype": "m.text", "body": "lunch?"}, "1")
    assert bridge.poll(cursor, [ref])[0] == []


def test_a_file_comes_byte_by_byte_and_from_the_homeserver_alone(
    peer: MatrixPeer, bridge: Matrix, ref: CaseRef
) -> None:
    content = bytes(range(256)) * 100
    peer.replies(ref.case_key, "here", "Omar", [SeenFile("label.pdf", content)])
    [event] = [each for each in bridge.poll("", [ref])[0] if each.type == "agent_message" and each.files]
    assert (event.text, event.files[0].name) == ("here", "label.pdf")
    assert bridge.fetch(ref, event.files[0]) == content


def test_erasing_says_what_the_administrator_calls(bridge: Matrix) -> None:
    bridge.erase("h-1", None)
    ref = bridge.open_case(new_case(team=None), "k1")
    with pytest.raises(PeerRefusedError, match=r"DELETE /_synapse/admin/v2/rooms/!room"):
        bridge.erase("h-1", ref)


def test_a_check_goes_as_far_as_it_can_and_says_what_to_mend(peer: MatrixPeer, bridge: Matrix) -> None:
    assert [step.ok for step in bridge.check()] == [True] * 4
    for other in opened(peer, user="somebody"):
        (*_, last) = other.check()
        assert not last.ok and "sender_localpart" in last.mend
    for other in opened(peer, lobby=f"#nowhere:{SERVER}"):
        (*_, last) = other.check()
        assert not last.ok and "make the room #nowhere" in last.mend


def test_a_wrong_token_names_its_setting_and_never_itself(peer: MatrixPeer) -> None:
    for bridge in opened(peer, as_token="not-the-right-one"):
        (*_, last) = bridge.check()
        assert not last.ok and "401" in last.says and "[bridges.matrix] as_token" in last.says
        assert "not-the-right-one" not in last.says
        assert not bridge.health().ok


def test_what_an_operator_mistypes_is_named(peer: MatrixPeer) -> None:
    with pytest.raises(SettingsError, match=r"\[bridges.matrix\] user"):
        Matrix.open(around("matrix", {**peer.settings, "user": "First Line"}))


@pytest.mark.parametrize("body", [b"", b"[]", b'{"events": '])
def test_a_transaction_that_can_not_be_read_holds_up_none_of_those_behind_it(
    bridge: Matrix, body: bytes
) -> None:
    request = RawRequest("PUT", {}, {}, body, "http://127.0.0.1/bridges/matrix/transactions/7")
    with pytest.raises(BadRequestError) as refused:
        bridge.parse(request)
    assert refused.value.blocks
