"""Failed questions gather into gaps that keep their number, are written for, and close when it is proved."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.settings import Settings
from kb.errors import FieldInvalidError, GapMoveError, NoGapError
from kb.learned.gap import GapState
from kb.opening import Kb
from tests.fakes import FakeClock
from tests.kb.bases import reopened
from tests.kb.learnt import ED, NOTHING, PAINT, fails, gaps, lesson

pytestmark = pytest.mark.engines

PAINTING = "Yes, you can paint the camera. Use water-based paint on the housing, never on the lens."


def publish(room: Kb, article: str, body: str = PAINTING) -> None:
    here = room.editorial.article(article)  # type: ignore[arg-type]
    room.editorial.revise(here.id, version=here.version, title=here.title, body=body, by=ED)
    room.editorial.publish(here.id, by=ED)
    room.indexer.work()
    while room.learning.work():
        pass


def test_the_same_question_in_other_words_is_one_gap(stocked: Kb) -> None:
    fails(stocked, *PAINT, "do you ship to Svalbard?")
    found = {gap.clearest: gap.times for gap in gaps(stocked)}
    assert sorted(found.values()) == [1, 3]
    assert found["do you ship to Svalbard?"] == 1


def test_a_gap_keeps_its_number_as_it_grows_and_over_a_restart(stocked: Kb, settings: Settings) -> None:
    fails(stocked, PAINT[0])
    [first] = gaps(stocked)
    again = reopened(stocked, settings)
    fails(again, *PAINT[1:])
    [grown] = gaps(again)
    again.close()
    assert (grown.id, grown.times) == (first.id, 3)


def test_gathering_again_changes_nothing(stocked: Kb) -> None:
    fails(stocked, *PAINT)
    before = gaps(stocked)
    assert not stocked.learning.work()
    assert gaps(stocked) == before


def test_an_answer_that_helped_is_no_gap_and_a_rejected_one_is(stocked: Kb) -> None:
    asked = "How do I send my parcel back?"
    found = stocked.knowledge.answer(asked, language="en")
    outcomes = stocked.learning.outcomes
    for name in ("a", "b"):
        outcomes.asked(asked, language="en", found=found, conversation=name, message=2)
        outcomes.reacted(name, "return", helped=name == "a")
    stocked.learning.work()
    [gap] = gaps(stocked)
    assert gap.times == 1 and gap.reasons == (("rejected", 1),)


def test_languages_are_kept_apart_by_an_encoder_that_can_not_tell(stocked: Kb) -> None:
    fails(stocked, "can I paint the camera?")
    fails(stocked, "kan jeg male kameraet?", language="nb")
    assert len(gaps(stocked)) == 2


def test_gaps_whose_customers_rejected_the_same_linked_article_are_one(stocked: Kb) -> None:
    nb = stocked.editorial.draft(
        "Returner noe du har kjøpt",
        "Du har 30 dager på deg. Åpne ordren og velg Returner.",
        language="nb",
        translation_of=stocked.editorial.article("return").id,  # type: ignore[arg-type]
        by=ED,
    )
    stocked.editorial.publish(nb.id, by=ED)
    stocked.indexer.work()
    asked = {"en": "How do I return something you bought?", "nb": "returner noe du har kjøpt"}
    for place, language in enumerate(("en", "en", "nb", "nb")):
        found = stocked.knowledge.answer(asked[language], language=language)
        name = f"r{place}"
        outcomes = stocked.learning.outcomes
        outcomes.asked(asked[language], language=language, found=found, conversation=name, message=2)
        outcomes.reacted(name, "return" if language == "en" else nb.id, helped=False)
        while stocked.learning.work():
            pass
    [gap] = gaps(stocked)
    assert gap.times == 4 and {each.language for each in gap.questions} == {"en", "nb"}


def test_the_dearest_gap_comes_first_with_what_its_cases_took(stocked: Kb) -> None:
    fails(stocked, "do you ship to Svalbard?", "is shipping to Svalbard possible")
    fails(stocked, PAINT[0], case=1001)
    stocked.learning.proposals.take(lesson(1001, "Yes, use water-based paint on it.", minutes=14.0))
    first, second = gaps(stocked)
    assert first.clearest == PAINT[0] and (first.week.measured, first.week.cases) == (14.0, 1)
    assert second.week.measured == 0 < second.week.estimated


def test_a_draft_begins_with_customers_phrasings_and_agents_words(stocked: Kb) -> None:
    fails(stocked, PAINT[0], case=1001)
    fails(stocked, *PAINT[1:])
    stocked.learning.proposals.take(lesson(1001, "One moment.", "Yes, use water-based paint on the housing."))
    [gap] = gaps(stocked)
    article = stocked.learning.gaps.write(gap.id, by=ED)
    text = stocked.editorial.revision(article.id, 1)
    assert article.title == gap.clearest[:1].upper() + gap.clearest[1:]
    assert set(article.questions) == set(PAINT)
    assert "> Yes, use water-based paint on the housing.\n>\n> — Ines, case #1001, message 9" in text.body
    assert "One moment" not in text.body
    [writing] = gaps(stocked)
    assert (writing.state, writing.article) == (GapState.WRITING, article.id)


def test_writing_twice_opens_the_same_draft(stocked: Kb) -> None:
    fails(stocked, *PAINT)
    [gap] = gaps(stocked)
    first = stocked.learning.gaps.write(gap.id, by=ED)
    assert stocked.learning.gaps.write(gap.id, by="ola@firstline.test").id == first.id


def test_a_gap_closes_when_its_questions_are_answered_from_the_article(stocked: Kb) -> None:
    fails(stocked, *PAINT)
    [gap] = gaps(stocked)
    article = stocked.learning.gaps.write(gap.id, by=ED)
    stocked.learning.work()
    assert gaps(stocked)[0].state is GapState.WRITING  # a draft proves nothing
    publish(stocked, article.id)
    assert gaps(stocked) == ()
    [closed] = gaps(stocked, GapState.CLOSED)
    assert closed.proof is not None and closed.proof.answered == len(closed.proof.replayed) == 3
    assert {each.article for each in closed.proof.replayed} == {article.id}
    assert {each.question for each in closed.proof.replayed} == set(PAINT)


def test_a_gap_stays_open_and_shows_which_questions_are_not_answered(stocked: Kb) -> None:
    fails(stocked, *PAINT)
    [gap] = gaps(stocked)
    article = stocked.learning.gaps.write(gap.id, by=ED)
    here = stocked.editorial.article(article.id)
    stocked.editorial.revise(
        here.id, version=here.version, title="Opening hours", body="We open at nine.", questions=(), by=ED
    )
    stocked.editorial.publish(here.id, by=ED)
    stocked.indexer.work()
    while stocked.learning.work():
        pass
    [still] = gaps(stocked)
    assert still.state is GapState.WRITING and still.proof is not None
    assert not any(each.answered for each in still.proof.replayed)


def test_a_gap_that_recurs_after_it_closed_is_open_again_under_its_number(
    stocked: Kb, clock: FakeClock
) -> None:
    fails(stocked, *PAINT)
    [gap] = gaps(stocked)
    publish(stocked, stocked.learning.gaps.write(gap.id, by=ED).id)
    clock.moves(timedelta(days=3))
    fails(stocked, "spray paint cameras black")
    [back] = gaps(stocked)
    assert (back.id, back.state) == (gap.id, GapState.OPEN)


def test_what_was_asked_before_a_gap_closed_does_not_open_it(stocked: Kb, clock: FakeClock) -> None:
    fails(stocked, *PAINT)
    [gap] = gaps(stocked)
    article = stocked.learning.gaps.write(gap.id, by=ED)
    asked = "camera spray paint?"
    stocked.learning.outcomes.asked(asked, language="en", found=NOTHING, conversation="late")
    clock.moves(timedelta(minutes=1))
    publish(stocked, article.id)
    assert gaps(stocked) == () and gaps(stocked, GapState.CLOSED)[0].times == 4


def test_a_gap_whose_draft_was_archived_is_open_again(stocked: Kb) -> None:
    fails(stocked, *PAINT)
    [gap] = gaps(stocked)
    article = stocked.learning.gaps.write(gap.id, by=ED)
    stocked.editorial.archive(article.id, by=ED)
    stocked.learning.work()
    [open_] = gaps(stocked)
    assert (open_.state, open_.article) == (GapState.OPEN, None)
    assert stocked.learning.gaps.write(gap.id, by=ED).id != article.id


def test_a_gap_that_another_article_has_closed_is_proved_on_request(stocked: Kb) -> None:
    fails(stocked, *PAINT)
    [gap] = gaps(stocked)
    assert stocked.learning.gaps.ask_again(gap.id, by=ED).answered == 0
    made = stocked.editorial.draft("Painting", PAINTING, language="en", questions=PAINT, by=ED)
    publish(stocked, made.id)
    assert gaps(stocked)[0].state is GapState.OPEN  # nobody has asked yet
    assert stocked.learning.gaps.ask_again(gap.id, by=ED).answered == 3
    assert gaps(stocked) == ()


def test_a_gap_set_aside_keeps_its_reason_and_takes_in_more_without_a_word(stocked: Kb) -> None:
    fails(stocked, PAINT[0])
    [gap] = gaps(stocked)
    stocked.learning.gaps.dismiss(gap.id, "We do not sell paint.", by=ED)
    fails(stocked, *PAINT[1:])
    assert gaps(stocked) == ()
    [aside] = gaps(stocked, GapState.DISMISSED)
    assert (aside.times, aside.note) == (3, "We do not sell paint.")
    with pytest.raises(GapMoveError):
        stocked.learning.gaps.write(gap.id, by=ED)
    assert stocked.learning.gaps.reopen(gap.id, by=ED).state is GapState.OPEN


@pytest.mark.parametrize("because", ["", "  \n", "x" * 501])
def test_a_gap_is_set_aside_for_a_reason(stocked: Kb, because: str) -> None:
    fails(stocked, PAINT[0])
    with pytest.raises(FieldInvalidError, match="because"):
        stocked.learning.gaps.dismiss(gaps(stocked)[0].id, because, by=ED)


def test_forgetting_its_only_customer_ends_a_gap(stocked: Kb) -> None:
    fails(stocked, PAINT[0])
    [gap] = gaps(stocked)
    assert stocked.learning.forget(f"who asked {PAINT[0]}") == 1
    while stocked.learning.work():
        pass
    assert gaps(stocked) == ()
    with pytest.raises(NoGapError):
        stocked.learning.gaps.gap(gap.id)


def test_forgetting_one_customer_leaves_the_others_words(stocked: Kb) -> None:
    fails(stocked, *PAINT)
    stocked.learning.forget(f"who asked {PAINT[1]}")
    while stocked.learning.work():
        pass
    [gap] = gaps(stocked)
    assert {each.question for each in gap.questions} == {PAINT[0], PAINT[2]}
    fails(stocked, "camera spray paint black")
    assert gaps(stocked)[0].times == 3


def test_an_unknown_gap_says_where_the_others_are(room: Kb) -> None:
    with pytest.raises(NoGapError, match="/kb/gaps"):
        room.learning.gaps.write(99, by=ED)
