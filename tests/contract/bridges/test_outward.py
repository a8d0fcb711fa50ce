"""What a helpdesk outside is told, as it then has it: once, in order, the summary first and private."""

from __future__ import annotations

import html

import pytest

from tests.contract.bridges.house import INES, House
from tests.handoff.bridges.mirrored import new_case
from tests.peers import Peer, SeenPost

STRANGE = 'Sju 🛠️ & "sitat" <b>ikke fet</b> שלום مرحبا 👩‍👩‍👧 \\n %s {x} — slutt'


def told(posts: tuple[SeenPost, ...]) -> list[str]:
    """What was said after the case was opened, as its people read it."""
    return [html.unescape(post.text) for post in posts[1:]]


def which(posts: tuple[SeenPost, ...], *texts: str) -> list[str]:
    """Those of the texts that were posted, in the order in which they were."""
    return [text for said in told(posts) for text in texts if text in said]


def test_a_case_is_there_with_its_summary_first_and_private(house: House) -> None:
    case = house.escalates("b: Hello, I am a bot.", "c: My hub is dead, order 10427. A person please!")
    house.works()
    seen = house.seen(case)
    first, *others = seen.posts
    assert first.private and first.by == "us"
    assert f"#{case.number}" in first.text and "NT-10427" in html.unescape(first.text)
    so_far = [post for post in seen.posts if "Hello, I am a bot." in post.text or post.files]
    assert so_far and all(post.private for post in so_far)
    assert all(post.private for post in others if post.by == "us")
    assert seen.status == "open"


def test_it_is_opened_once_however_often_that_is_asked(house: House, peer: Peer) -> None:
    if house.mirror is None:
        pytest.xfail("our own desk opens by the handoff id, which tests/handoff/test_intake.py shows")
    case = new_case(handoff_id=house.escalates().handoff_id, team=None, labels=())
    opened = [house.mirror.bridge.open_case(case, f"{case.handoff_id}.open") for _ in range(10)]
    assert len({ref.case_key for ref in opened}) == 1
    assert [each.handoff_id for each in peer.cases()] == [case.handoff_id]
    assert len(which(peer.cases()[0].posts, case.note)) <= 1


def test_it_is_opened_once_where_the_answer_is_lost_after_it_was_made(house: House, peer: Peer) -> None:
    peer.door.lose_next_answer()
    case = house.escalates()
    house.works()
    assert [each.handoff_id for each in peer.cases()] == [case.handoff_id]
    assert sum(f"#{case.number}" in post.text and post.private for post in house.posts(case)) == 1


def test_a_message_is_posted_once_where_the_answer_is_lost_after_it_was(house: House, peer: Peer) -> None:
    case = house.escalates()
    house.works()
    peer.door.lose_next_answer()
    house.writes(case, "the first of two", "the second of two")
    house.works()
    texts = which(house.posts(case), "the first of two", "the second of two")
    assert texts == ["the first of two", "the second of two"]


def test_the_customer_goes_on_writing_and_it_is_there_in_order(house: House) -> None:
    case = house.escalates()
    texts = [f"line {number:02}." for number in range(12)]
    house.writes(case, *texts[:5])
    house.works()
    house.writes(case, *texts[5:])
    house.works()
    assert which(house.posts(case), *texts) == texts
    lines = [post for post in house.posts(case)[1:] if any(text in post.text for text in texts)]
    if house.can.customer_lines:
        assert {post.by for post in lines} == {"customer"}
    else:
        assert all(post.private for post in lines)


@pytest.mark.slow
def test_fifty_messages_come_in_their_order(house: House) -> None:
    case = house.escalates()
    texts = [f"line {number:02}." for number in range(50)]
    house.writes(case, *texts)
    house.works()
    assert which(house.posts(case), *texts) == texts


def test_any_script_and_any_markup_is_there_as_it_was_written(house: House) -> None:
    case = house.escalates(f"c: {STRANGE}")
    house.writes(case, f"again {STRANGE}")
    house.works()
    assert which(house.posts(case), f"again {STRANGE}") == [f"again {STRANGE}"]


@pytest.mark.slow
def test_a_megabyte_of_conversation_opens_a_case(house: House) -> None:
    case = house.escalates(*(f"b: {i} {'ord ' * 2500}" for i in range(100)), "c: a person please")
    house.writes(case, "are you there?")
    house.works()
    assert which(house.posts(case), "are you there?") == ["are you there?"]


def test_a_colleague_here_notes_and_their_people_alone_read_it(house: House) -> None:
    case = house.escalates()
    house.handoff.desk.note(case.number, INES, "looks like the batch of March")
    house.works()
    [note] = [post for post in house.posts(case) if "the batch of March" in post.text]
    assert note.private


def test_priority_labels_and_state_are_set(house: House) -> None:
    case = house.escalates()
    house.works()
    desk = house.handoff.desk
    desk.label(case.number, INES, ["refund", "b2b"])
    desk.set_priority(case.number, INES, "urgent", "she is a nurse")
    house.works()
    seen = house.seen(case)
    if house.can.labels:
        assert {"refund", "b2b"} <= set(seen.labels)
    if house.can.priority:
        assert seen.priority == "urgent"
    desk.label(case.number, INES, ["b2b"])
    house.works()
    assert "refund" not in house.seen(case).labels
    desk.claim(case.number, INES)
    desk.resolve(case.number, INES, "solved", "a new hub is on its way")
    house.works()
    assert house.seen(case).status == "resolved"


def test_a_file_of_ours_is_there_byte_by_byte(house: House, peer: Peer) -> None:
    if not house.can.attachments:
        pytest.xfail(f"{house.name} takes no files")
    case, content = house.escalates(), b"%PDF-1.4\n" + bytes(range(256)) * 20
    desk = house.handoff.desk
    desk.claim(case.number, INES)
    kept = house.handoff.aids.files.keep(house.now(case), INES, "retur etikett.pdf", content)
    desk.reply(case.number, INES, "here is the label", "r1", [kept.ref])
    house.works()
    if house.mirror is not None:
        assert content in [file.content for post in house.posts(case) for file in post.files]


def test_a_customer_who_is_forgotten_is_forgotten_there(house: House, peer: Peer) -> None:
    case = house.escalates()
    house.works()
    key = house.seen(case).key
    house.handoff.forget(case.conversation_id)
    house.works()
    if house.can.erase and house.mirror is not None:
        assert key not in [each.key for each in peer.cases()]
    elif house.mirror is not None:
        assert [each.handoff_id for each in house.handoff.erasures.owed()] == [case.handoff_id]
