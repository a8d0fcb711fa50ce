"""MemoizationPolicy: what came next in a story that began exactly like this.

The augmented one, where nothing is found, forgets the conversation's beginning bit by bit and looks again.
Source: Rasa Open Source 3.6, `memoization.py` and `Domain.states_for_tracker_history`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.dialogue.wiring import MemoizationSettings
from bot.folding import ACTION_LISTEN, Moment
from bot.policies.rule import Example
from bot.policies.states import Senses, State
from bot.tracker import Tracker

# How many actions back the augmented policy looks where its settings name no bound, or as many as the longest
# story has: a long conversation must not cost more with each turn.
FARTHEST = 24


@dataclass(frozen=True, slots=True)
class Remembered:
    """The action that a story took, and the story's name."""

    action: str
    story: str


@dataclass(frozen=True, slots=True)
class Stories:
    """All story beginnings by their states. What only rules speak of is not looked at.

    ends: what a conversation must end like for a story to be found, see `endings`.
    """

    settings: MemoizationSettings
    senses: Senses
    found: Mapping[tuple[State, ...], Remembered]
    rule_slots: frozenset[str]
    rule_loops: frozenset[str]
    longest: int
    ends: frozenset[int]

    @property
    def policy(self) -> str:
        return "AugmentedMemoizationPolicy" if self.settings.augmented else "MemoizationPolicy"

    def predict(self, tracker: Tracker) -> Remembered | None:
        """What comes next by the stories; None where none began like this."""
        found = self._look_up(tracker.moments, tracker.now)
        if found is None and self.settings.augmented:
            return self._without_beginning(tracker)
        return found

    def _look_up(self, moments: tuple[Moment, ...], now: Moment) -> Remembered | None:
        wanted = self.settings.max_history or self.longest
        count = now.kept + (not now.hidden)
        if not self.found or (count > self.longest and not self.settings.max_history):
            return None
        states: list[State] = []
        for moment in _backwards(moments, now):
            if not moment.hidden:
                states.append(self.senses.story_at(moment, self.rule_slots, self.rule_loops))
                if len(states) == wanted:
                    break
        return self.found.get(tuple(reversed(states)))

    def _without_beginning(self, tracker: Tracker) -> Remembered | None:
        for beginning in self._beginnings(tracker):
            shorter = Tracker(tracker.sender_id, tracker.initial, tracker.initial, lists=tracker.lists)
            shorter = shorter.after(tracker.applied[beginning:])
            now = shorter.now
            if now.kept + (not now.hidden) <= self.longest or self.settings.max_history:
                found = self._look_up(shorter.moments, now)
                if found is not None:
                    return found
        return None

    def _beginnings(self, tracker: Tracker) -> Iterable[int]:
        """Where the conversation may be cut, from its beginning on: before each action that counts."""
        most = self.settings.max_history
        kept = tracker.now.kept
        least = self._least(tracker)
        cuts: list[int] = []
        for moment in reversed(tracker.moments):
            if moment.at < least:
                break
            if most is None and (
                len(cuts) == max(FARTHEST, self.longest) or kept - moment.kept >= self.longest
            ):
                # No story is as long as what is left from here on.
                break
            cuts.append(moment.at)
            if most is not None and len(cuts) > most and moment.did == ACTION_LISTEN:
                break
        return reversed(cuts)

    def _least(self, tracker: Tracker) -> int:
        """The event before which a cut is of no use, for no story ends like what comes after it."""
        now = tracker.now
        if now.hidden:
            return 0
        end = seen = 0
        for moment in _backwards(tracker.moments, now):
            if moment.hidden:
                continue
            if seen == self.settings.max_history:
                break
            seen += 1
            message = self.senses.message(moment.story_heard)
            if moment.action == ACTION_LISTEN and hash((message, end)) not in self.ends:
                return moment.at
            end = hash((message, moment.story_action or moment.action, end))
        return 0


def _backwards(moments: tuple[Moment, ...], now: Moment) -> Iterable[Moment]:
    yield now
    yield from reversed(moments)


def endings(found: Iterable[tuple[State, ...]]) -> frozenset[int]:
    """How stories may end, from each of their states on: messages and actions, without slots and loops."""
    ends: set[int] = set()
    for states in found:
        end = 0
        for state in reversed(states):
            message = state.intent, state.entities
            ends.add(hash((message, end)))
            end = hash((message, state.action, end))
    return frozenset(ends)


def learnt_stories(
    examples: Iterable[Example], names: Iterable[str], settings: MemoizationSettings
) -> dict[tuple[State, ...], Remembered]:
    """Each story's states, as many as the settings look back, and what came next.

    Two stories that go on differently from the same states cancel out.
    """
    found: dict[tuple[State, ...], Remembered] = {}
    ambiguous: set[tuple[State, ...]] = set()
    for (states, action), name in zip(examples, names, strict=True):
        recent = tuple(states[-settings.max_history :] if settings.max_history else states)
        if recent in ambiguous:
            continue
        known = found.setdefault(recent, Remembered(action, name))
        if known.action != action:
            ambiguous.add(recent)
            del found[recent]
    return found
