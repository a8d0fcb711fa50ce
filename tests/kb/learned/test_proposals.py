"""What agents wrote becomes drafts with their words cited, grouped by where it belongs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kb.article import ArticleId, Revision
from kb.errors import FieldInvalidError, NoProposalError, NothingNearError, StaleError
from kb.knowledge import Answer
from kb.learned.gap import GapState
from kb.learned.lesson import Lesson, ProposalState, Relation, Reply, best_replies, tells
from kb.learned.proposals import Group
from kb.opening import Kb
from tests.fakes import MONDAY_MORNING
from tests.kb.learnt import ED, PAINT, STEPS, fails, gaps, lesson

pytestmark = pytest.mark.engines


def groups(room: Kb) -> tuple[Group, ...]:
    return room.learning.proposals.list()


def test_a_proposal_belongs_to_the_gap_that_its_case_asked(stocked: Kb) -> None:
    fails(stocked, PAINT[0], case=1001)
    stocked.learning.proposals.take(lesson(1001, STEPS, question="and the white one?"))
    [group] = groups(stocked)
    assert group.gap == gaps(stocked)[0].id and len(group.proposals) == 1


def test_a_case_that_never_asked_the_base_belongs_where_its_words_do(stocked: Kb) -> None:
    fails(stocked, *PAINT)
    stocked.learning.proposals.take(lesson(1001, STEPS, question="spray paint camera"))
    assert groups(stocked)[0].gap == gaps(stocked)[0].id


def test_a_proposal_corrects_the_article_that_its_customer_rejected(stocked: Kb) -> None:
    asked = "How do I send my parcel back?"
    found = stocked.knowledge.answer(asked, language="en")
    assert isinstance(found, Answer)
    outcomes = stocked.learning.outcomes
    outcomes.asked(asked, language="en", found=found, conversation="c1", message=2)
    outcomes.reacted("c1", "return", helped=False)
    outcomes.handed_over("c1", "answer_rejected", case=1001)
    stocked.learning.proposals.take(lesson(1001, STEPS, question=asked))
    [group] = groups(stocked)
    assert (group.relation, group.near) == (Relation.CORRECTS, "return")


def test_a_proposal_near_an_article_names_it(stocked: Kb) -> None:
    stocked.learning.proposals.take(lesson(1001, STEPS, question="connect a lamp to the hub"))
    [group] = groups(stocked)
    assert (group.relation, group.near_title) == (Relation.EXTENDS, "Pair a lamp with the hub")


def test_groups_come_by_the_agents_time_in_them(stocked: Kb) -> None:
    for case, minutes, question in ((1001, 3.0, "connect lamp to hub"), (1002, 30.0, "close my account")):
        stocked.learning.proposals.take(lesson(case, STEPS, minutes=minutes, question=question))
    assert [group.minutes for group in groups(stocked)] == [30.0, 3.0]


def test_an_accepted_proposal_is_a_draft_that_cites_the_agent(stocked: Kb) -> None:
    stocked.learning.proposals.take(lesson(1001, STEPS, question="is there an app for whales?"))
    article = stocked.learning.proposals.accept(1001, by=ED)
    text = stocked.editorial.revision(article.id, 1)
    assert f"> {STEPS}\n>\n> — Ines, case #1001, message 7" in text.body
    assert article.title == "Is there an app for whales?" and article.live is None
    assert article.questions == ("is there an app for whales?",)
    assert groups(stocked) == ()
    with pytest.raises(NoProposalError):
        stocked.learning.proposals.accept(1001, by=ED)


def test_a_proposal_goes_into_the_near_article_for_the_editor_to_work_in(stocked: Kb) -> None:
    stocked.learning.proposals.take(lesson(1001, STEPS, question="connect a lamp to the hub"))
    before = stocked.editorial.article(ArticleId("pair"))
    article = stocked.learning.proposals.extend(1001, by=ED)
    text = stocked.editorial.revision(article.id, article.latest)
    assert (article.id, article.latest, article.live) == ("pair", before.latest + 1, before.live)
    assert text.body.startswith("## Before you start")
    assert text.body.endswith(f"> {STEPS}\n>\n> — Ines, case #1001, message 7\n")
    assert "## From agents' replies" in text.body and text.questions == before.questions
    assert stocked.learning.proposals.counts()[ProposalState.ACCEPTED] == 1
    with pytest.raises(NoProposalError):
        stocked.learning.proposals.extend(1001, by=ED)
    assert stocked.editorial.article(article.id).latest == article.latest


def test_a_second_case_is_quoted_under_the_same_heading(stocked: Kb) -> None:
    for case in (1001, 1002):
        said = f"{STEPS} That is step {case}."
        stocked.learning.proposals.take(lesson(case, said, question="connect a lamp to the hub"))
        article = stocked.learning.proposals.extend(case, by=ED)
    body = stocked.editorial.revision(article.id, article.latest).body
    assert body.count("## From agents' replies") == 1
    assert body.index("case #1001") < body.index("case #1002")


def test_a_proposal_near_no_article_extends_none(stocked: Kb) -> None:
    stocked.learning.proposals.take(lesson(1001, STEPS, question="glorp fizzle wibbly"))
    stocked.learning.proposals.take(lesson(1002, STEPS, question="connect a lamp to the hub"))
    stocked.editorial.archive(ArticleId("pair"), by=ED)
    for case in (1001, 1002):
        with pytest.raises(NothingNearError, match=str(case)):
            stocked.learning.proposals.extend(case, by=ED)
    assert stocked.learning.proposals.counts()[ProposalState.NEW] == 2


def test_an_article_that_somebody_else_saves_at_that_moment_is_not_overwritten(
    stocked: Kb, monkeypatch: pytest.MonkeyPatch
) -> None:
    stocked.learning.proposals.take(lesson(1001, STEPS, question="connect a lamp to the hub"))
    revision = stocked.editorial.revision

    def meanwhile(article: ArticleId, number: int) -> Revision:
        here = stocked.editorial.article(article)
        stocked.editorial.revise(article, version=here.version, title="Theirs", body="Theirs.", by="Ida")
        return revision(article, number)

    monkeypatch.setattr(stocked.editorial, "revision", meanwhile)
    with pytest.raises(StaleError, match="Ida"):
        stocked.learning.proposals.extend(1001, by=ED)
    assert stocked.editorial.article(ArticleId("pair")).title == "Theirs"
    assert stocked.learning.proposals.counts()[ProposalState.NEW] == 1


def test_an_open_gap_is_written_for_in_the_article_that_is_extended(stocked: Kb) -> None:
    fails(stocked, "connect two lamps to a hub at once", case=1001)
    stocked.learning.proposals.take(lesson(1001, STEPS, question="connect lamp to hub"))
    [group] = groups(stocked)
    assert group.gap is not None and group.near == "pair"
    stocked.learning.proposals.extend(1001, by=ED)
    gap = stocked.learning.gaps.gap(group.gap)
    assert (gap.state, gap.article) == (GapState.WRITING, "pair")


def test_accepting_one_of_a_gap_writes_the_gap_with_all_its_cases(stocked: Kb) -> None:
    fails(stocked, PAINT[0], case=1001)
    fails(stocked, PAINT[1], case=1002)
    for case in (1001, 1002):
        stocked.learning.proposals.take(lesson(case, f"{STEPS} That is step {case}."))
    article = stocked.learning.proposals.accept(1002, by=ED)
    body = stocked.editorial.revision(article.id, 1).body
    assert "case #1001" in body and "case #1002" in body
    assert groups(stocked) == ()
    assert [(gap.state, gap.article) for gap in gaps(stocked)] == [(GapState.WRITING, article.id)]


def test_a_proposal_of_a_closed_gap_still_becomes_a_draft_of_its_own(stocked: Kb) -> None:
    fails(stocked, PAINT[0], case=1001)
    stocked.learning.proposals.take(lesson(1001, STEPS))
    stocked.learning.gaps.dismiss(gaps(stocked)[0].id, "not ours", by=ED)
    assert stocked.learning.proposals.accept(1001, by=ED).id == "case-1001"


def test_a_proposal_is_set_aside_for_a_reason_that_is_kept(stocked: Kb) -> None:
    stocked.learning.proposals.take(lesson(1001, STEPS))
    with pytest.raises(FieldInvalidError, match="because"):
        stocked.learning.proposals.dismiss(1001, " ", by=ED)
    stocked.learning.proposals.dismiss(1001, "only for one customer", by=ED)
    [group] = stocked.learning.proposals.list(ProposalState.DISMISSED)
    assert [each.because for each in group.proposals] == ["only for one customer"]


def test_forgetting_a_customer_erases_what_their_case_taught(stocked: Kb) -> None:
    stocked.learning.proposals.take(lesson(1001, STEPS))
    assert stocked.learning.forget("case-1001") == 1
    assert groups(stocked) == ()


@pytest.mark.parametrize(
    ("text", "worth"),
    [
        ("Hello!", False),
        ("One moment, I'll have a look.", False),
        ("Which lamp do you have, and what does the app say about it?", False),
        ("Hold the button for ten seconds until it blinks twice.", True),
    ],
)
def test_only_a_reply_that_tells_something_is_quoted(text: str, worth: bool) -> None:
    assert tells(text) is worth


def test_the_best_replies_come_from_different_cases_first() -> None:
    def taught(case: int, *texts: str) -> Lesson:
        said = tuple(
            Reply(place, "Ines", text, MONDAY_MORNING + timedelta(minutes=place))
            for place, text in enumerate(texts)
        )
        return Lesson(case, "c", "en", "how?", (1,), said, 5.0, "solved", "no_answer", MONDAY_MORNING)

    long, longer = "Open the app and choose the lamp you mean.", f"{STEPS} {STEPS}"
    chosen = best_replies([taught(1001, long, longer), taught(1002, STEPS)], 2)
    assert [(each.case, reply.text) for each, reply in chosen] == [(1001, longer), (1002, STEPS)]
