"""What happens at a helpdesk outside, as the customer and our desk then have it: once, in order, and nothing
of it that was not meant for them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.case import Case, CaseStatus
from tests.contract.bridges.house import INES, House
from tests.contract.bridges.test_outward import STRANGE
from tests.peers import Peer, SeenFile


def opened(house: House, *said: str, customer: str = "") -> tuple[Case, str]:
    """A case that is there already, and what the peer calls it."""
    case = house.escalates(*said, customer=customer)
    house.works()
    return case, house.seen(case).key


def pushing(house: House) -> None:
    """Go on only where the peer tells us by itself."""
    if not house.can.receive.startswith("push"):
        pytest.xfail(f"{house.name} sends no webhooks: it has {house.can.receive}")


def polled(house: House) -> bool:
    return house.can.receive in ("push+poll", "poll", "stream")


def test_an_agent_there_answers_and_the_customer_hears_it_by_name(house: House, peer: Peer) -> None:
    case, key = opened(house)
    peer.replies(key, "Your hub is on its way.", "Omar")
    house.works()
    assert house.heard(case) == ["Your hub is on its way."]
    assert [each.author_name for each in house.told("reply")] == ["Omar"]
    assert house.now(case).agent_name == "Omar"


def test_answers_come_once_and_in_order_though_they_are_pushed_and_polled(house: House, peer: Peer) -> None:
    case, key = opened(house)
    texts = [f"answer {number}" for number in range(6)]
    for text in texts[:3]:
        peer.replies(key, text, "Omar")
    house.works()
    for text in texts[3:]:
        peer.replies(key, text, "Omar")
    house.works()
    assert house.heard(case) == texts


def test_answers_come_once_and_in_order_though_webhooks_are_doubled_and_turned_round(
    house: House, peer: Peer
) -> None:
    pushing(house)
    case, key = opened(house)
    texts = [f"answer {number}" for number in range(5)]
    for text in texts:
        peer.replies(key, text, "Omar")
    sent = list(peer.webhooks(house.clock.now()))
    house.brings([*reversed(sent), *sent])
    house.works()
    house.brings(sent[:2])
    house.works()
    assert house.heard(case) == texts


def test_an_answer_whose_webhook_was_lost_is_found_all_the_same(house: House, peer: Peer) -> None:
    if not polled(house) and house.mirror is not None:
        pytest.xfail(f"{house.name} can't be asked: whoever sends there has to repeat it")
    case, key = opened(house)
    peer.replies(key, "Did you get my last one?", "Omar")
    peer.webhooks(house.clock.now())
    house.works(push=False)
    assert house.heard(case) == ["Did you get my last one?"]


def test_an_answer_that_comes_before_we_know_of_the_case_waits_for_it(house: House, peer: Peer) -> None:
    pushing(house)
    peer.door.lose_next_answer()
    case = house.escalates()
    house.turns(push=False)
    peer.replies(house.seen(case).key, "I have it already.", "Omar")
    house.brings(peer.webhooks(house.clock.now()))
    house.works()
    assert house.heard(case) == ["I have it already."]


def test_a_private_note_there_reaches_our_desk_and_no_customer(house: House, peer: Peer) -> None:
    case, key = opened(house)
    peer.notes(key, "he sounds angry, be kind", "Omar")
    house.works()
    assert house.heard(case) == []
    notes = [entry for entry in house.thread(case) if entry.kind == "note"]
    assert ["he sounds angry, be kind" in entry.text for entry in notes] == [True]


def test_nothing_of_ours_comes_back(house: House) -> None:
    case, _ = opened(house)
    house.writes(case, "are you there?")
    house.handoff.desk.note(case.number, INES, "a note of ours")
    house.works()
    house.handoff.desk.claim(case.number, INES)
    house.handoff.desk.reply(case.number, INES, "an answer of ours", "r1")
    house.works()
    house.works()
    assert house.heard(case) == ["an answer of ours"]
    said = [entry.text for entry in house.thread(case) if entry.kind != "event"]
    assert said[-3:] == ["are you there?", "a note of ours", "an answer of ours"]


def test_a_forged_webhook_is_refused_and_nothing_of_it_is_kept(house: House, peer: Peer) -> None:
    pushing(house)
    case, key = opened(house)
    peer.replies(key, "pay here: http://evil.example", "Mallory")
    forged = [peer.forge(each) for each in peer.webhooks(house.clock.now())]
    assert forged and [house.takes(each).status_code for each in forged] == [401] * len(forged)
    assert house.mirror is not None
    assert not house.mirror.applying.work()
    assert house.heard(case) == []


def test_an_old_webhook_is_refused_where_it_is_stamped(house: House, peer: Peer) -> None:
    pushing(house)
    _, key = opened(house)
    peer.replies(key, "hello", "Omar")
    sent = list(peer.webhooks(house.clock.now() - timedelta(minutes=30)))
    if any("timestamp" in name.lower() for each in sent for name in each.headers):
        assert [house.takes(each).status_code for each in sent] == [401] * len(sent)


def test_resolved_there_is_resolved_here_and_again(house: House, peer: Peer) -> None:
    if not house.can.close_event:
        pytest.xfail(f"{house.name} does not tell when a case is closed")
    case, key = opened(house)
    peer.replies(key, "Done.", "Omar")
    peer.resolves(key)
    house.works()
    assert house.now(case).status is CaseStatus.RESOLVED
    assert house.heard(case) == ["Done."]
    if house.can.reopen == "same_case":
        peer.reopens(key)
        house.clock.moves(timedelta(minutes=6))  # where nothing is open, it is looked at rarely
        house.works()
        assert house.now(case).status is CaseStatus.OPEN
        peer.resolves(key)
        house.works()
        assert house.now(case).status is CaseStatus.RESOLVED


def test_given_to_somebody_there_it_is_theirs_here(house: House, peer: Peer) -> None:
    if not house.can.assignee:
        pytest.xfail(f"{house.name} gives cases to nobody")
    case, key = opened(house)
    peer.assigns(key, "Omar")
    house.works()
    assert house.now(case).agent_name == "Omar"


def test_merged_there_both_go_on_in_one(house: House, peer: Peer) -> None:
    if not house.can.merge_event:
        pytest.xfail(f"{house.name} does not tell of merges")
    first, key = opened(house, customer="maya")
    second, into = opened(house, customer="maya")
    peer.merges(key, into)
    house.works()
    peer.replies(into, "I answer both here.", "Omar")
    house.works()
    assert "I answer both here." in house.heard()
    assert house.now(first).merged_into == second.number


def test_any_script_and_any_markup_is_heard_as_it_was_written(house: House, peer: Peer) -> None:
    case, key = opened(house)
    peer.replies(key, STRANGE, "Åse Øyen")
    house.works()
    assert house.heard(case) == [STRANGE]
    assert house.told("reply")[0].author_name == "Åse Øyen"


def test_a_file_of_theirs_reaches_the_customer_byte_by_byte(house: House, peer: Peer) -> None:
    if not house.can.attachments:
        pytest.xfail(f"{house.name} has no files")
    case, key = opened(house)
    content = b"%PDF-1.4\n" + bytes(range(256)) * 20
    peer.replies(key, "the label", "Omar", [SeenFile("label.pdf", content)])
    house.works()
    [reply] = house.told("reply", case)
    files = house.handoff.aids.files
    assert [files.content(files.find(each.id)) for each in reply.files] == [content]
    assert [each.name for each in reply.files] == ["label.pdf"]


def test_once_our_desk_has_taken_it_nothing_said_there_reaches_the_customer(house: House, peer: Peer) -> None:
    if house.mirror is None:
        pytest.xfail("our own desk is the only one that could take it")
    case, key = opened(house)
    house.handoff.desk.claim(case.number, INES)
    house.works()
    peer.replies(key, "too late", "Omar")
    house.works()
    assert house.heard(case) == []
    assert any("too late" in entry.text for entry in house.thread(case) if entry.kind == "note")
    assert sum("not" in post.text and post.private for post in house.posts(case)[1:]) >= 1
