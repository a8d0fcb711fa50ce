"""What the base learns from real conversations: outcomes, the gaps they form, what agents' cases teach."""

from __future__ import annotations

from dataclasses import dataclass

from config.clock import Clock
from config.database import Database
from kb.editorial import Editorial
from kb.embedders import Embedder
from kb.knowledge import Knowledge
from kb.learned.clusters import Vectors
from kb.learned.gaps import Gaps
from kb.learned.gathering import Gathering
from kb.learned.outcomes import Outcomes
from kb.learned.proposals import Proposals
from kb.learned.proving import Proving
from kb.retrieval.vectors import CachedVectors
from kb.store import Store
from kb.store.gaps import GapStore
from kb.store.lessons import LessonStore


@dataclass(frozen=True, slots=True)
class Learning:
    """The handles of it; `work` is to be called whenever `outcomes` or `changes` rings."""

    outcomes: Outcomes
    gaps: Gaps
    proposals: Proposals
    gathering: Gathering
    proving: Proving

    def work(self) -> bool:
        """Gather what failed, and ask the questions of finished articles again; whether there was any."""
        gathered = self.gathering.work()
        return self.proving.work() or gathered

    def forget(self, conversation: str) -> int:
        """Erase a customer's words and what was learnt of them; how many questions and cases that were."""
        return self.outcomes.forget(conversation) + self.proposals.forget(conversation)


def open_learning(
    database: Database,
    store: Store,
    outcomes: Outcomes,
    editorial: Editorial,
    knowledge: Knowledge,
    embedder: Embedder | None,
    clock: Clock,
) -> Learning:
    """Over the room's open handles."""
    kept, taught = GapStore(database), LessonStore(database)
    # Its gap is looked at again whenever a question joins it: each is encoded once.
    encode = CachedVectors(store, embedder).of if embedder else None
    vectors = Vectors(embedder.model_id if embedder else "", encode)
    gathering = Gathering(kept, vectors, clock)
    proving = Proving(kept, store, knowledge, clock)
    gaps = Gaps(kept, taught, editorial, proving, clock)
    return Learning(
        outcomes=outcomes,
        gaps=gaps,
        proposals=Proposals(taught, gaps, gathering, editorial, knowledge, clock),
        gathering=gathering,
        proving=proving,
    )
