"""Gathers questions that failed into gaps: each into the one that asks the same, which keeps its number."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator

from config.clock import Clock
from config.failpoints import failpoint
from kb.embedders import Floats1d
from kb.learned.clusters import Centre, Vectors, alike, clearest, line_across, line_of, nearest
from kb.learned.gap import GapEvent, GapState
from kb.learned.outcomes import Outcome
from kb.store.gaps import GapStore, Twin

BY = "firstline"
"""Who did what nobody at the studio did."""

_AT_ONCE = 64  # questions placed a round
_MEASURED = 150  # articles that a line is drawn from, at most
_SPEAKING = 60  # of a gap's newest questions, the clearest is chosen
_AGREE = 2 / 3  # of a gap's questions must have been given the same article, for it to be about that one


class Gathering:
    """A worker: `work` does what is due and may be called from anywhere, again and again."""

    def __init__(self, store: GapStore, vectors: Vectors, clock: Clock) -> None:
        self._store = store
        self._vectors = vectors
        self._clock = clock
        self._working = threading.Lock()
        self._lines: dict[tuple[str, ...], float] = {}  # by the questions that they were drawn from
        self._across: dict[tuple[Twin, ...], float | None] = {}

    def work(self) -> bool:
        """Place what failed, join what has grown together, reopen what came back; whether there was any."""
        with self._working:
            measured = self._measure()
            placed = self._place()
            reopened = self._reopen()
            return measured or placed or reopened

    def home_of(self, question: str, language: str) -> int | None:
        """The gap that a question would be gathered into, if there is one."""
        [vector] = self._vectors.of([question])
        return self._nearest(vector, language, self._line(language))

    def _place(self) -> bool:
        waiting = self._store.unplaced(_AT_ONCE)
        if not waiting:
            return False
        vectors = self._vectors.of([each.question for each in waiting])
        lines = {language: self._line(language) for language in {each.language for each in waiting}}
        touched = set[int]()
        for outcome, vector in zip(waiting, vectors, strict=True):
            home = self._nearest(vector, outcome.language, lines[outcome.language])
            placed = self._store.place(outcome, home, vector, self._vectors.model_id, self._clock.now())
            failpoint("kb.gap.placed")
            if placed is not None:
                touched.add(placed)
        # What is closed or set aside keeps its story: only what is work to do grows together.
        for elder, younger in list(self._join(lines, touched)):
            touched = (touched | {elder}) - {younger}
        for gap in sorted(touched):
            self._speak(gap)
        return True

    def _nearest(self, vector: Floats1d, language: str, line: float) -> int | None:
        centres = self._store.centres(self._vectors.model_id)
        own = [centre for centre in centres if centre.language == language]
        found = nearest(vector, own, line)
        if found is None and (across := self._line_across()) is not None:
            found = nearest(vector, [each for each in centres if each.language != language], across)
        return found.gap if found is not None else None

    def _join(self, lines: dict[str, float], touched: set[int]) -> Iterator[tuple[int, int]]:
        """Join gaps of one language that have become alike, and of two where both are about one article.

        Gives each elder with the younger that it took in.
        """
        open_ = self._store.numbers(GapState.OPEN, GapState.WRITING)
        for language, line in lines.items():
            while pair := alike(self._centres(language, open_), line):
                self._store.join(*pair, self._clock.now())
                open_.discard(pair[1])
                yield pair
        for elder, younger in self._about_one_article(open_, touched):
            if {elder, younger} <= open_:
                self._store.join(elder, younger, self._clock.now())
                open_.discard(younger)
                yield elder, younger

    def _centres(self, language: str, among: set[int]) -> list[Centre]:
        centres = self._store.centres(self._vectors.model_id)
        return [each for each in centres if each.language == language and each.gap in among]

    def _about_one_article(self, open_: set[int], touched: set[int]) -> list[tuple[int, int]]:
        """Pairs in different languages whose customers nearly all were given the same linked article."""
        roots = self._store.roots()
        about: dict[str, list[tuple[int, str]]] = {}
        for gap, questions in self._store.questions(open_).items():
            given = Counter(roots.get(each.article, each.article) for each in questions if each.article)
            for root, count in given.most_common(1):
                if count >= 2 and count >= _AGREE * len(questions):
                    about.setdefault(root, []).append((gap, questions[0].language))
        pairs = []
        for found in about.values():
            first, language = min(found)
            pairs += [(first, gap) for gap, other in found if other != language and {first, gap} & touched]
        return pairs

    def _measure(self) -> bool:
        """Work out the middles that are not known: another encoder's, joined gaps', after an erasure."""
        due = self._store.uncentred(self._vectors.model_id, _AT_ONCE)
        if not due:
            return False
        questions = self._store.questions({gap for gap, _ in due})
        for gap, language in due:
            own = [each for each in questions.get(gap, ()) if each.language == language]
            total = self._vectors.of([each.question for each in own]).sum(axis=0)
            self._store.centre(Centre(gap, language, total, len(own)), self._vectors.model_id)
            self._speak(gap)
        return True

    def _speak(self, gap: int) -> None:
        """Let the clearest of its questions stand for the gap, in the language that most of them are in."""
        questions = self._store.questions([gap]).get(gap, [])
        if not questions:
            return
        [(language, _)] = Counter(each.language for each in questions).most_common(1)
        own: list[Outcome] = [each for each in questions if each.language == language][-_SPEAKING:]
        texts = [each.question for each in own]
        rows = self._vectors.of(texts)
        middle = Centre(gap, language, rows.sum(axis=0), len(own)).direction
        self._store.speak(gap, own[clearest(rows, texts, middle)].id)

    def _reopen(self) -> bool:
        came_back = self._store.recurred()
        for gap in came_back:
            self._store.move(gap, GapEvent.RECURRED, by=BY, now=self._clock.now())
        return bool(came_back)

    def _line(self, language: str) -> float:
        unlike = self._store.first_questions(language, _MEASURED)
        if unlike not in self._lines:
            self._lines = {unlike: line_of(self._vectors.of(unlike))} | dict(list(self._lines.items())[-8:])
        return self._lines[unlike]

    def _line_across(self) -> float | None:
        twins = self._store.twins(_MEASURED)
        if twins not in self._across:
            one = self._vectors.of([twin.question for twin in twins])
            other = self._vectors.of([twin.other for twin in twins])
            self._across = {twins: line_across(one, other)}
        return self._across[twins]
