"""The named shapes of what is learnt, checked, foreseen and imported."""

from __future__ import annotations

from collections.abc import Mapping

from kb.blast import Effect
from kb.importers.plan import Outcome
from kb.learned.gap import WEEKS, GapEvent, GapState
from kb.learned.lesson import ProposalState, Relation
from kb.lint.finding import Kind, Severity
from kb.web.openapi.schemas import (
    Schema,
    by_name,
    flag,
    many,
    maybe,
    moment,
    one_of,
    real,
    ref,
    share,
    text,
    thing,
    whole,
)
from kb.web.openapi.shapes import ID, LANGUAGE, NO_ANSWER, URL

MINUTES = real("Minutes of agents' time.", least=0)
NO_ANSWER_OR_NULL = maybe(one_of(*NO_ANSWER), "Why there is no answer; null: there is one.")

TALLY = thing(
    shown=whole("Answers given from it."),
    helped=whole("Customers who said that it helped."),
    rejected=whole("Customers who said that it didn't."),
    handed_over=whole("Answers after which a person took over."),
)
VOTES = thing(
    "Readers of the page in the help centre.", helped=whole("Said yes."), rejected=whole("Said no.")
)
FIGURES = thing(
    "Of the last 7 days, the last 30, and ever.",
    week=ref("Tally"),
    month=ref("Tally"),
    ever=ref("Tally"),
    readers=thing(week=ref("Votes"), month=ref("Votes"), ever=ref("Votes")),
)

COST = thing(
    measured=real("Minutes in resolved cases.", least=0),
    estimated=real("Minutes estimated for the other askings.", least=0),
    cases=whole("Resolved cases that `measured` sums."),
)
GAP = thing(
    id=whole(least=1),
    state=one_of(*(state.value for state in GapState)),
    may=many(one_of(*(event.value for event in GapEvent)), "What may happen to it now."),
    question=text("The clearest of its questions."),
    language=LANGUAGE,
    questions=many(thing(question=text(), language=LANGUAGE, at=moment()), "Without whose they are."),
    times=whole("How often it was asked, one conversation counted once."),
    weeks=many(whole(), f"Askings a week in the last {WEEKS} weeks, oldest first."),
    reasons=by_name(whole(), "Why the customers were left without an answer, and how often."),
    minutes=thing(week=ref("Cost"), month=ref("Cost"), ever=ref("Cost")),
    article=maybe(ID, "The article that is written for it, or that closed it."),
    note=text("Why it was set aside."),
    proof=maybe(ref("Proof"), "The last time that its questions were asked again."),
    opened_at=moment(),
    changed_at=moment(),
)
PROOF = thing(
    generation=whole("The index's generation that was asked."),
    at=moment(),
    answered=whole("Questions that are answered now."),
    asked=whole("Questions that were asked again."),
    questions=many(
        thing(
            question=text(),
            answered=flag(),
            article=maybe(ID),
            probability=share("Calibrated."),
            reason=maybe(text()),
        )
    ),
)

REPLY = thing(
    agent=text("A name."), text=text("Word for word."), number=maybe(whole("The message's number."))
)
PROPOSAL = thing(
    case=whole("The agents' case.", least=1),
    state=one_of(*(state.value for state in ProposalState)),
    question=text("What the customer asked."),
    asked_in=many(whole(), "The numbers of the messages that ask it."),
    language=LANGUAGE,
    minutes=MINUTES,
    outcome=text("How the case ended."),
    replies=many(ref("AgentReply")),
    draft=maybe(ID, "The article that it became."),
    because=text("Why it was set aside."),
)
GROUP = thing(
    "Proposals that teach the same, the dearest first.",
    gap=maybe(whole("The gap that they would fill.", least=1)),
    near=maybe(ID, "The published article nearest to them."),
    relation=one_of(*(relation.value for relation in Relation), says="What they are to that article."),
    minutes=MINUTES,
    proposals=many(ref("Proposal")),
)

FINDING = thing(
    key=text("Names it as long as the text stays as it is."),
    kind=one_of(*(kind.value for kind in Kind)),
    case=text("Which of the kind's sentences describes it."),
    severity=one_of(*(severity.value for severity in Severity)),
    what=text("What is wrong, in English."),
    mend=text("How to mend it."),
    places=many(
        thing(
            article=ID,
            line=whole("Of the body, from 1; 0: the article as a whole."),
            text=text("What stands there, without markup."),
            marks=many(text(), "The parts of it that matter."),
        ),
        "The first is where to mend it.",
        least=1,
    ),
    accepted=flag("An editor has said that it is fine."),
)
CHECKING = thing(
    running=flag(),
    done=whole("Steps done of the check that runs or ran last."),
    of=whole("Steps it has."),
    failed=flag("The last one that was asked for broke; the log says why."),
    at=maybe(moment(), "When the last check ended; null: never checked."),
)

_SIDE = thing(
    article=maybe(ID, "Where the answer is from."),
    title=maybe(text()),
    text=maybe(text()),
    probability=share("Calibrated."),
    reason=NO_ANSWER_OR_NULL,
)
BLAST = thing(
    source=one_of(
        "real", "own", says="Customers' questions; `own`: the articles', as there are no real ones."
    ),
    asked=whole("Questions that were asked on both indexes."),
    changed=whole("How many of them change."),
    counts=thing(**{effect.value: whole() for effect in Effect}),
    changes=many(
        thing(
            question=text(),
            language=LANGUAGE,
            times=whole("How often it was asked.", least=1),
            effect=one_of(*(effect.value for effect in Effect)),
            judged=flag("By what customers said rather than by probability."),
            helped=many(ID, "Articles that customers said helped."),
            rejected=many(ID, "Articles that they said didn't."),
            old=_SIDE,
            new=_SIDE,
        ),
        "The most pressing first.",
    ),
)
PREVIEW = thing(
    job=text("Ask for it by this name; the last 8 are remembered."),
    done=whole("Questions asked."),
    of=whole("Questions to ask."),
    html=text("The result as the studio shows it; empty until it is worked out."),
    result=maybe(ref("Blast"), "null until it is worked out."),
)

REPORT = thing(
    imported=flag("Whether anything was changed."),
    published=whole("Articles that were published."),
    files=whole("Files that were read."),
    counts=thing(**{outcome.value: whole() for outcome in Outcome}),
    lines=many(
        thing(
            outcome=one_of(*(outcome.value for outcome in Outcome)),
            path=text("The file."),
            line=whole("Its line."),
            message=text(),
            article=text("The article's id; empty: the line is about a file alone."),
            title=text(),
            url=maybe(URL),
        ),
        most=2000,
    ),
)

_IMAGE: Mapping[str, Schema] = {
    "name": text(),
    "url": text("For the article's Markdown.", example="/help/images/0f3a-40x20.png"),
    "width": whole("Pixels."),
    "height": whole("Pixels."),
    "bytes": whole(),
    "called": text("The file's name where it came from."),
}
IMAGE = thing(**_IMAGE)
KEPT_IMAGE = thing(**_IMAGE, author=text("A name."), at=moment(), shown=flag("Whether an article shows it."))

LEARNT: Mapping[str, Schema] = {
    "Tally": TALLY,
    "Votes": VOTES,
    "Figures": FIGURES,
    "Cost": COST,
    "Gap": GAP,
    "Proof": PROOF,
    "AgentReply": REPLY,
    "Proposal": PROPOSAL,
    "Group": GROUP,
    "Finding": FINDING,
    "Checking": CHECKING,
    "Blast": BLAST,
    "Preview": PREVIEW,
    "Report": REPORT,
    "Image": IMAGE,
    "KeptImage": KEPT_IMAGE,
}
