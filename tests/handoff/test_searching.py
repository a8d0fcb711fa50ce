"""Search over every conversation that ever reached the desk, on both engines."""

from __future__ import annotations

import itertools
import random
from datetime import timedelta

import pytest
import sqlalchemy as sa

from handoff.aids.search_words import query_of
from handoff.aids.searching import PAGE, Page, SearchFilters, snippet
from handoff.case import Case
from handoff.opening import Handoff
from handoff.store.aids_tables import SEARCH_PAGES
from handoff.store.search import PAGE_WORDS, index, unindex
from handoff.store.search_queries import PAGES, Looking, pages_with
from handoff.store.tables import CASES
from tests.fakes import FakeClock
from tests.handoff.conftest import INES
from tests.handoff.conversations import escalation

pytestmark = pytest.mark.engines

ODD = (
    "",
    "   ",
    '"',
    '""',
    '"unclosed',
    "a AND OR NOT NEAR(",
    "headline: x* -y ^z {col}: (",
    "'; DROP TABLE cases; --",
    "& | ! <-> :*",
    "\\ % _ *",
    "\0\x1b",
    "\ud800 half",
    "z\u0336\u0489" * 4_000,
    "refund " * 1_143,
    "x" * 8_000,
    "\u202eدعم\u202c مرحبا",
    "<script>alert(1)</script>",
    "🙂🙂",
    "#99999999999999999999",
    "912 " * 300,
)


def opened(room: Handoff, name: str, *said: str, language: str = "en", customer: str = "Maya Lind") -> Case:
    return room.intake.open(
        escalation(*said, conversation=name, language=language, name=customer, customer=f"of-{name}")
    )


def numbers(page: Page) -> list[int]:
    return [each.case.number for each in page.found]


def test_a_case_is_found_by_what_its_customer_said(room: Handoff) -> None:
    case = opened(room, "one", "c: my parcel was left in the rain at Storgata 12", "c: get me a human")
    opened(room, "two", "c: the Hub 3 blinks red")
    page = room.aids.search.find("rain parcel")
    assert numbers(page) == [case.number]
    assert [part.text for part in page.found[0].snippet if part.hit] == ["parcel", "rain"]
    assert page.found[0].seq == 1


def test_what_agents_wrote_later_is_found_at_once(room: Handoff) -> None:
    case = opened(room, "one", "c: the Hub 3 blinks red")
    room.desk.claim(case.number, INES)
    room.desk.reply(case.number, INES, "A replacement is on its way.", "r1")
    room.desk.note(case.number, INES, "Warehouse says the batch is faulty.")
    assert numbers(room.aids.search.find("replacement")) == [case.number]
    assert numbers(room.aids.search.find("faulty batch")) == [case.number]


def test_a_case_is_found_by_customer_fact_and_number(room: Handoff) -> None:
    case = opened(room, "one", "c: where is NT-10427? mail maya.l@example.com, ring 912 34 567", "c: human")
    for typed in ("maya lind", "nt10427", "10427", "maya.l@example.com", "91234567", str(case.number)):
        assert case.number in numbers(room.aids.search.find(typed)), typed


def test_a_word_may_go_on(room: Handoff) -> None:
    case = opened(room, "one", "c: jeg fant ikke fakturanummeret", language="nb")
    assert numbers(room.aids.search.find("faktura")) == [case.number]
    assert numbers(room.aids.search.find('"faktura"')) == []


def test_accents_make_no_difference(room: Handoff) -> None:
    case = opened(room, "one", "c: pakken står på bunnen av sjøen", language="nb")
    assert numbers(room.aids.search.find("sjoen STAR pa")) == [case.number]


def test_secrets_are_neither_found_nor_shown(room: Handoff) -> None:
    case = opened(room, "one", "c: my card is 4111 1111 1111 1111 and my password is Sommer2026!")
    room.desk.note(case.number, INES, "Customer gave card 4111 1111 1111 1111.")
    assert numbers(room.aids.search.find("Sommer2026")) == []
    assert numbers(room.aids.search.find('"4111"')) == []
    for each in room.aids.search.find("card").found:
        assert "4111" not in "".join(part.text for part in each.snippet)


def test_newest_first_and_what_names_it_in_the_headline_before_that(room: Handoff, clock: FakeClock) -> None:
    old = opened(room, "old", "c: warranty of my Range Plug?")
    clock.moves(timedelta(days=1))
    aside = opened(room, "aside", "c: the Hub 3 blinks red")
    room.desk.note(aside.number, INES, "The warranty is over.")
    clock.moves(timedelta(days=1))
    new = opened(room, "new", "c: warranty of my Bulb?")
    assert numbers(room.aids.search.find("warranty")) == [new.number, old.number, aside.number]


def test_where_no_case_has_all_the_words_those_with_most_come(room: Handoff) -> None:
    both = opened(room, "both", "c: refund for the porch camera")
    opened(room, "one", "c: refund for a bulb")
    page = room.aids.search.find("refund porch zeppelin")
    assert not page.all_words
    assert numbers(page)[0] == both.number


def test_a_phrase_comes_before_its_scattered_words(room: Handoff) -> None:
    phrase = opened(room, "a", "c: it does not work at all")
    opened(room, "b", "c: at work all is well, it does what it should not")
    assert numbers(room.aids.search.find('"does not work"'))[0] == phrase.number


def test_filters_narrow(room: Handoff, clock: FakeClock) -> None:
    first = opened(room, "a", "c: where is my parcel")
    moment = clock.now() + timedelta(hours=1)
    clock.moves(timedelta(hours=2))
    second = opened(room, "b", "c: hvor er parcel", language="nb")
    room.desk.claim(second.number, INES)
    room.desk.label(second.number, INES, ("vip",))
    room.desk.resolve(second.number, INES, "solved")

    def found(**narrowed: object) -> list[int]:
        return numbers(room.aids.search.find("parcel", SearchFilters(**narrowed)))  # type: ignore[arg-type]

    assert found(language="nb") == found(label="vip") == found(status="resolved") == [second.number]
    assert found(since=moment) == [second.number]
    assert found(until=moment) == found(status="open") == [first.number]
    assert found(priority=second.priority) == [second.number, first.number]
    assert found(priority="low") == []
    assert found(team="no such team") == found(channel="carrier pigeon") == []


def test_without_words_the_newest_that_pass_the_filters_come(room: Handoff) -> None:
    opened(room, "a", "c: one")
    second = opened(room, "b", "c: two")
    assert numbers(room.aids.search.find(""))[0] == second.number


def test_pages_follow_each_other_without_gap_or_repetition(room: Handoff) -> None:
    for i in range(PAGE + 5):
        opened(room, f"c{i}", f"c: my parcel number {i} is late")
    first = room.aids.search.find("parcel")
    opened(room, "later", "c: my parcel came just now")
    assert first.next is not None
    second = room.aids.search.find("parcel", after=first.next)
    assert (len(first.found), len(second.found), second.next) == (PAGE, 5, None)
    assert len({*numbers(first), *numbers(second)}) == PAGE + 5


@pytest.mark.parametrize("typed", ODD, ids=range(len(ODD)))
def test_whatever_is_typed_is_a_query(room: Handoff, typed: str) -> None:
    opened(room, "a", "c: refund for x y z, <script>alert(1)</script>")
    room.aids.search.find(typed)
    room.aids.search.find(
        typed, SearchFilters(team=typed.replace("\0", "").replace("\ud800", "")), after=typed
    )


def test_a_thread_longer_than_a_page_is_found_by_its_first_and_last_words(room: Handoff) -> None:
    case = opened(room, "long", "c: firstword of a very long story about my Hub 3")
    room.desk.claim(case.number, INES)
    for part in range(6):
        words = " ".join(f"w{part}x{i}" for i in range(PAGE_WORDS // 3))
        room.desk.note(case.number, INES, words)
    room.desk.note(case.number, INES, "lastword")
    for typed in ("firstword", "w0x1 maya", "w3x77 maya", "lastword maya"):
        assert numbers(room.aids.search.find(typed)) == [case.number], typed


def test_cases_from_before_there_was_an_index_are_caught_up_with(room: Handoff) -> None:
    case = opened(room, "a", "c: where is NT-10427, I sit in the rain")
    room.database.write(lambda tx: unindex(tx, case.number))
    assert numbers(room.aids.search.find("rain")) == []
    assert room.aids.catch_up()
    assert not room.aids.catch_up()
    assert (
        numbers(room.aids.search.find("rain")) == numbers(room.aids.search.find("nt10427")) == [case.number]
    )


@pytest.mark.parametrize(("walk", "few"), [(1, 1), (3, 4)])
def test_the_same_pages_are_found_however_they_are_gone_through(room: Handoff, walk: int, few: int) -> None:
    chance = random.Random(7)
    for name in range(14):
        said = " ".join(
            chance.choices(
                ("parcel", "hub", "refund", "lamp", "garden", "silvorhal"), (9, 6, 4, 2, 1, 1), k=4
            )
        )
        opened(room, f"c{name}", f"c: {said}", language=chance.choice(("en", "nb")))
    with room.database.read() as tx:
        pages = {row.id: row.words.split(" ") for row in tx.execute(sa.select(SEARCH_PAGES))}
        languages = {case.number: case.language for case in tx.execute(sa.select(CASES))}
    for text, some, language, top, limit in itertools.product(
        ("parcel", "silvorhal", "par lamp", "parcel hub refund", "qqxxzz hub", ""),
        (False, True),
        (None, "nb"),
        (None, max(languages) - 5),
        (3, 50),
    ):
        terms = query_of(text).terms
        matched = any if some else all
        expected = [
            page
            for page in sorted(pages, reverse=True)
            if matched(
                any(word.startswith(term.alternatives[0][0]) for word in pages[page]) for term in terms
            )
            or not terms
            if language in (None, languages[page // PAGES])
            if page // PAGES <= (top or max(languages))
        ]
        wanted = Looking(terms, SearchFilters(language=language), top, limit, some, walk, few)
        with room.database.read() as tx:
            found = [row.id for row in pages_with(tx, wanted)]
        assert found == expected[:limit], (text, some, language, top, limit)


def test_a_refused_event_leaves_no_words(room: Handoff) -> None:
    case = opened(room, "a", "c: hello there")

    def work(tx: object) -> None:
        index(tx, case, room.store.thread(case.number), {"facts": [{"words": "ghost", "value": "ghost"}]})  # type: ignore[arg-type]
        raise ValueError

    with pytest.raises(ValueError):
        room.database.write(work)
    assert numbers(room.aids.search.find("ghost")) == []


def test_a_snippet_is_the_stretch_around_the_first_hit() -> None:
    text = "word " * 60 + "and then the refund never came " + "tail " * 60
    parts = snippet(text, query_of("refund"))
    shown = "".join(part.text for part in parts)
    assert shown.startswith("…") and shown.endswith("…") and len(shown) < 200
    assert [part.text for part in parts if part.hit] == ["refund"]


def test_a_text_without_a_hit_has_no_snippet() -> None:
    assert snippet("nothing here", query_of("refund")) == ()
