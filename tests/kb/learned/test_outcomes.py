"""What became of the questions: kept once, with every reaction, and erased on request."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from config.database import open_database
from kb import opening
from kb.article import ArticleId
from kb.knowledge import Answer, NoAnswer
from kb.learned.outcomes import Logged, Outcome, Tally
from kb.opening import Kb
from tests.fakes import MONDAY_MORNING, FakeClock

pytestmark = pytest.mark.engines

NOTHING = NoAnswer("nothing_close", (), 0.1)


def answered(room: Kb, question: str = "How do I send my parcel back?") -> Answer:
    found = room.knowledge.answer(question, language="en")
    assert isinstance(found, Answer)
    return found


def newest(room: Kb) -> Outcome:
    return room.learning.outcomes.latest(1)[0]


def test_an_unanswered_question_is_kept_in_the_customers_words(room: Kb) -> None:
    room.learning.outcomes.asked("Do you ship to Svalbard?", language="en", found=NOTHING, conversation="c1")
    room.learning.outcomes.asked("Sender dere til Svalbard?", language="nb", found=NOTHING)
    last, first = room.learning.outcomes.latest()
    assert (last.question, last.language, last.conversation) == ("Sender dere til Svalbard?", "nb", None)
    assert (first.reason, first.conversation, first.at) == ("nothing_close", "c1", MONDAY_MORNING)
    assert first.failed


def test_an_answer_is_kept_with_where_it_came_from(stocked: Kb) -> None:
    found = answered(stocked)
    stocked.learning.outcomes.asked("How do I send my parcel back?", language="en", found=found)
    kept = newest(stocked)
    assert (kept.article, kept.revision, kept.reason) == ("return", 1, None)
    assert kept.probability == pytest.approx(found.probability) and not kept.failed


def test_a_turn_that_is_taken_again_counts_once(stocked: Kb) -> None:
    for found in (NOTHING, answered(stocked)):
        stocked.learning.outcomes.asked(
            "send it back?", language="en", found=found, conversation="c1", message=2
        )
    [kept] = stocked.learning.outcomes.latest()
    assert kept.article == "return"  # what the customer got in the end


def test_two_wishes_in_one_message_are_two_questions(room: Kb) -> None:
    for question in ("Do you ship to Svalbard?", "Is there a shop in Oslo?"):
        room.learning.outcomes.asked(question, language="en", found=NOTHING, conversation="c1", message=2)
    assert len(room.learning.outcomes.latest()) == 2


def test_nothing_asked_is_nothing_kept(room: Kb) -> None:
    room.learning.outcomes.asked("  \n ", language="en", found=NOTHING, conversation="c1", message=2)
    assert room.learning.outcomes.latest() == ()


def test_a_reaction_belongs_to_the_last_time_the_article_was_given(stocked: Kb) -> None:
    found = answered(stocked)
    for message, question in ((2, "send it back?"), (4, "return the parcel?")):
        stocked.learning.outcomes.asked(
            question, language="en", found=found, conversation="c1", message=message
        )
    stocked.learning.outcomes.reacted("c1", "return", helped=False)
    stocked.learning.outcomes.reacted("c1", "return", helped=False)  # the turn was taken again
    stocked.learning.outcomes.reacted("c2", "return", helped=True)  # nobody there
    assert [each.reaction for each in stocked.learning.outcomes.latest()] == ["rejected", None]
    assert stocked.learning.outcomes.logged() == (
        Logged("return the parcel?", "en", ArticleId("return"), False),
    )


def test_a_hand_over_is_noted_on_what_is_still_open(stocked: Kb) -> None:
    asked, found = stocked.learning.outcomes.asked, answered(stocked)
    asked("do you have shops?", language="en", found=NOTHING, conversation="c1", message=2)
    asked("send it back?", language="en", found=found, conversation="c1", message=4)
    stocked.learning.outcomes.reacted("c1", "return", helped=True)
    asked("can i paint it?", language="en", found=NOTHING, conversation="c1", message=6)
    asked("what of the label?", language="en", found=found, conversation="c1", message=8)
    asked("which paint?", language="en", found=NOTHING, conversation="c1", message=10)
    for _ in range(2):
        stocked.learning.outcomes.handed_over("c1", "no_answer", case=1001)
    assert {each.question: each.handoff for each in stocked.learning.outcomes.latest()} == {
        "do you have shops?": None,
        "send it back?": None,
        "can i paint it?": "no_answer",
        "what of the label?": None,  # answered, and the customer moved on
        "which paint?": "no_answer",
    }
    assert newest(stocked).case == 1001


def test_an_answer_after_which_a_person_was_wanted_has_led_to_a_hand_over(stocked: Kb) -> None:
    stocked.learning.outcomes.asked(
        "send it back?", language="en", found=answered(stocked), conversation="c1"
    )
    stocked.learning.outcomes.handed_over("c1", "asked_for_person", case=1001)
    assert newest(stocked).handoff == "asked_for_person"


def test_an_articles_figures_are_counted_by_period(stocked: Kb, clock: FakeClock) -> None:
    found = answered(stocked)

    def conversation(name: str, *, helped: bool | None, person: bool = False) -> None:
        stocked.learning.outcomes.asked("send it back?", language="en", found=found, conversation=name)
        if helped is not None:
            stocked.learning.outcomes.reacted(name, "return", helped=helped)
        if person:
            stocked.learning.outcomes.handed_over(name, "answer_rejected")

    conversation("a", helped=True)
    clock.moves(timedelta(days=20))
    conversation("b", helped=False, person=True)
    clock.moves(timedelta(days=12))
    conversation("c", helped=None)
    figures = stocked.learning.outcomes.figures("return")
    assert figures.week == Tally(shown=1)
    assert figures.month == Tally(shown=2, rejected=1, handed_over=1)
    assert figures.ever == Tally(shown=3, helped=1, rejected=1, handed_over=1)
    assert stocked.learning.outcomes.tallies() == {"return": figures.ever}
    assert stocked.learning.outcomes.figures("refund").ever == Tally()


def test_an_answer_in_two_parts_counts_for_both_of_its_articles(stocked: Kb) -> None:
    asked = "Can I return an opened box? And how do I close my account for good?"
    found = stocked.knowledge.answer(asked, language="en")
    assert isinstance(found, Answer) and [hit.passage.article for hit in found.also] == ["delete"]
    outcomes = stocked.learning.outcomes
    for _ in range(2):  # the turn is taken again
        outcomes.asked(asked, language="en", found=found, conversation="c1", message=2)
    assert outcomes.tallies() == {"return": Tally(shown=1), "delete": Tally(shown=1)}
    outcomes.reacted("c1", "return", helped=True)
    outcomes.reacted("c1", "delete", helped=False)
    outcomes.handed_over("c1", "asked_for_person")
    assert outcomes.figures("return").ever == Tally(shown=1, helped=1)
    assert outcomes.figures("delete").week == Tally(shown=1, rejected=1)
    assert len(outcomes.latest()) == 1  # it was one question
    outcomes.forget("c1")
    assert outcomes.figures("delete").ever == Tally(shown=1, rejected=1)


def test_a_reaction_finds_the_article_wherever_the_last_answer_cited_it(stocked: Kb) -> None:
    both = stocked.knowledge.answer(
        "Can I return an opened box? And how do I close my account for good?", language="en"
    )
    outcomes = stocked.learning.outcomes
    outcomes.asked("both?", language="en", found=both, conversation="c1", message=2)
    outcomes.asked("send it back?", language="en", found=answered(stocked), conversation="c1", message=4)
    outcomes.reacted("c1", "return", helped=False)
    outcomes.reacted("c1", "delete", helped=True)
    assert [each.reaction for each in outcomes.latest()] == ["rejected", None]
    assert outcomes.figures("delete").ever == Tally(shown=1, helped=1)


def test_what_is_asked_again_for_another_answer_is_no_new_question(room: Kb) -> None:
    room.learning.outcomes.asked("where is it?", language="en", found=NOTHING, conversation="c1", again=True)
    assert room.learning.outcomes.latest() == ()


def test_a_forgotten_customer_leaves_figures_and_no_words(stocked: Kb) -> None:
    stocked.learning.outcomes.asked(
        "send it back?", language="en", found=answered(stocked), conversation="c1"
    )
    stocked.learning.outcomes.asked("i am Kari, help", language="en", found=NOTHING, conversation="c1")
    stocked.learning.outcomes.asked("somebody else", language="en", found=NOTHING, conversation="c2")
    assert stocked.learning.outcomes.forget("c1") == 2
    assert [each.question for each in stocked.learning.outcomes.latest()] == ["somebody else"]
    assert stocked.learning.outcomes.figures("return").ever == Tally(shown=1)
    with stocked.database.read() as connection:
        rows = connection.execute(sa.text("SELECT question, conversation, sha256 FROM outcomes")).all()
    assert ("", None, None) in rows and len(rows) == 2


def test_what_customers_said_of_answers_joins_the_next_calibration(stocked: Kb) -> None:
    before = stocked.indexer.snapshot.calibration
    found = answered(stocked)
    for number in range(40):
        name, question = f"c{number}", f"pack {number} boxes and send it back?"
        stocked.learning.outcomes.asked(question, language="en", found=found, conversation=name)
        stocked.learning.outcomes.reacted(name, "return", helped=True)
    stocked.indexer.rebuild()
    assert stocked.indexer.snapshot.calibration != before


def test_a_forgotten_customers_words_leave_no_vector_behind(stocked: Kb) -> None:
    asked = "pack my boxes and send it back?"
    stocked.learning.outcomes.asked(asked, language="en", found=answered(stocked), conversation="c1")
    stocked.learning.outcomes.reacted("c1", "return", helped=True)
    stocked.indexer.rebuild()
    of_it = hashlib.sha256(asked.encode()).hexdigest()
    model = stocked.indexer.snapshot.model_id
    assert of_it in stocked.store.vectors(model, [of_it])
    stocked.learning.forget("c1")
    assert stocked.store.vectors(model, [of_it]) == {}


def test_the_gaps_of_an_older_base_are_kept(tmp_path: Path) -> None:
    older = tmp_path / "older" / "versions"
    older.mkdir(parents=True)
    migrations = Path(opening.__file__).with_name("migrations")
    for name in ("0001_articles.py", "0002_lifecycle.py"):
        (older / name).write_text((migrations / "versions" / name).read_text())
    before = open_database(tmp_path / "kb.db", older.parent)
    row = "('can i paint it', 'en', 'nothing_close', 'c1', '2026-10-01T09:00:00.000000+00:00')"
    columns = "(question, language, reason, conversation, at)"
    before.write(lambda tx: tx.execute(sa.text(f"INSERT INTO gaps {columns} VALUES {row}")) and None)
    before.close()
    after = open_database(tmp_path / "kb.db", migrations)
    with after.read() as tx:
        kept = tx.execute(sa.text("SELECT question, language, reason, conversation, at FROM outcomes")).all()
    after.close()
    assert [tuple(map(str, each)) for each in kept] == [
        ("can i paint it", "en", "nothing_close", "c1", "2026-10-01T09:00:00.000000+00:00")
    ]
