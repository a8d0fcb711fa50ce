"""Does the customer ask for a person? By words, clause by clause, and by how the whole sounds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.understanding.asking import LEARNT, Asking, read_asking
from bot.understanding.spelling import Spellings
from bot.understanding.words import Words, any_of, plain, whole_words

# Where one thought ends and the next begins; a comma counts, so that "not a bot, a person" is two.
CLAUSE = re.compile(
    r"[.,;:!?\n]+|\s(?:but|however|men|just|bare|so|så|because|fordi)\s"
    r"|\s(?:please|pls)\s(?=(?:let|can|could|give|get|put|connect|transfer)\b)"
)
WORD = re.compile(r"[^\W\d_]{5,}")
ASKED, DENIED = 0.97, 0.02
# Below DOUBTED what sounds unlike a request is none, whatever the words; from HEARD on it is one.
DOUBTED, HEARD = 0.15, 0.5
# An outright denial is overruled only by what sounds very much like a request.
OVERRULED = 0.75
MOST_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True)
class Request:
    """How probable a request for a person is by its words, in [0, 1]; None where the words say nothing."""

    probability: float | None
    words: str = ""
    alone: bool = False
    """Nothing else is said, so there is nothing to doubt it by."""


class PersonDetector:
    """Rules say what they are sure of, the learnt head the rest; each may overrule the other's doubt."""

    def __init__(
        self,
        words: Iterable[Words],
        is_word: Callable[[str], bool] = lambda word: False,
        asking: Asking | None = None,
    ) -> None:
        """is_word: whether a word is an everyday one and no slip; asking: None for the shipped."""
        self._rules = PersonRules(words, is_word)
        self._asking = asking or read_asking()

    def look(self, text: str, language: str | None = None) -> Request:
        """How probable a request is; None where neither rules nor sound say anything for or against it.

        language: the text's, if known; the rules alone judge one that the sound was not learnt from.
        """
        said = self._rules.look(text)
        if language is not None and language not in LEARNT:
            return said
        if said.probability is None and not self._rules.is_near(text):
            return said
        sign = None if said.probability is None else said.probability > DENIED
        heard = self._asking.probability(text, sign)
        if sign:
            return said if said.alone or heard > DOUBTED else Request(heard, said.words)
        if sign is None:
            return Request(heard if heard >= HEARD else None, said.words)
        return Request(heard if heard >= OVERRULED else DENIED, said.words)


class PersonRules:
    """Reads the words for a person, for asking and for denial of every language at once."""

    def __init__(self, words: Iterable[Words], is_word: Callable[[str], bool] = lambda word: False) -> None:
        """is_word: whether a word is an everyday one, and no slip of the keys."""
        lists = tuple(words)
        self._languages = tuple(_Patterns(each) for each in lists)
        kept = frozenset(word for each in lists for word in each.person.get("kept", ()))
        spelt = [word for each in lists for word in each.person.get("spelt", ())]
        self._spellings = Spellings(spelt, lambda word: word in kept or is_word(word))

    def look(self, text: str) -> Request:
        """The strongest sign in `text`: asked, denied, a mere question about us, or none."""
        lowered = WORD.sub(self._mended, plain(text[:MOST_CHARACTERS].replace("\n", " . ")))
        clauses = [stripped for clause in CLAUSE.split(lowered) if (stripped := clause.strip())]
        phrases = (patterns.phrase(lowered) for patterns in self._languages)
        found = [each for each in (*phrases, *map(self._clause, clauses)) if each is not None]
        asked = [each for each in found if each.probability and each.probability > DENIED]
        whole = lowered.strip(" -.,;:!?")
        if any(each.is_alone(whole) or _all_alone(each, clauses) for each in self._languages):
            return Request(ASKED, lowered, alone=True)
        if asked:
            return max(asked, key=lambda each: each.probability or 0.0)
        return found[0] if found else Request(None)

    def sign(self, text: str) -> bool | None:
        """Whether a person is asked for by the words; None where they say nothing."""
        found = self.look(text).probability
        return None if found is None else found > DENIED

    def is_near(self, text: str) -> bool:
        """Whether the words name anybody, or a way to reach them."""
        lowered = plain(text[:MOST_CHARACTERS])
        return any(patterns.near.search(lowered) for patterns in self._languages)

    def _clause(self, clause: str) -> Request | None:
        """What one clause says; the language that hears a denial in it knows it better than the other."""
        found = [said for each in self._languages if (said := each.clause(clause)) is not None]
        return min(found, key=lambda each: each.probability or 0.0, default=None)

    def _mended(self, word: re.Match[str]) -> str:
        """The word that was meant where a key was missed."""
        meant = self._spellings.nearest([word[0]])
        return word[0] if meant is None else meant[0]


def _all_alone(patterns: _Patterns, clauses: Sequence[str]) -> bool:
    return bool(clauses) and all(map(patterns.is_alone, clauses))


class _Patterns:
    """One language's patterns, put together."""

    def __init__(self, words: Words) -> None:
        lists = words.person
        # Up to six words may stand between asking and who is asked for, but no machine.
        gap = rf"(?:\W+(?!{any_of(lists['machine'])}\b)[\w'-]+){{0,6}}?\W+"
        who, weak = any_of(lists["who"]), any_of(lists["weak_who"])
        talk, want = any_of(lists["talk"]), any_of(lists["want"])
        # What is wanted stands nearer, and not behind a preposition: "I have a complaint about your staff".
        near = rf"(?:\W+(?!{any_of([*lists['machine'], *lists['apart']])}\b)[\w'-]+){{0,3}}?\W+"
        filler = any_of(lists["courtesy"])
        short = r"(?:\W+[\w'-]+){0,2}?\W+"
        self.request = re.compile(
            rf"(?<!\w)(?:{talk}{gap}{who}|{want}{near}{who}|{talk}{short}{weak}"
            rf"|{want}\W+(?:(?:an?|the|some|en|et)\W+)?{any_of(lists['object'])}(?=(?:\W+{filler})*\W*$|\W+{any_of(lists['who_does'])})"
            rf"|(?:{who}|{weak})(?:\W+[\w']+){{0,2}}\W+(?:{talk})(?:\W+(?:to|with|med|til))?)(?!\w)"
        )
        self.mention = whole_words(lists["who"])
        self.alone = re.compile(
            rf"(?:{filler}\W+)*{any_of(lists['alone'])}(?:\W+(?:{filler}|{any_of(lists['alone'])}))*"
        )
        self.whole = whole_words(lists["whole"])
        self.denial = re.compile(rf"(?<!\w){any_of(lists['denial'])}")
        self.question = whole_words(lists["question"])
        self.other = whole_words(lists["other"])
        self.near = whole_words(lists["near"])
        self.past, self.again = whole_words(lists["past"]), whole_words(lists["back"])

    def phrase(self, message: str) -> Request | None:
        """What a set phrase says, wherever it stands in the message."""
        said = self.whole.search(message)
        if said is None:
            return None
        denial = self.denial.search(message, 0, said.end())
        return Request(DENIED if denial is not None and denial.start() < said.start() else ASKED, said[0])

    def is_alone(self, clause: str) -> bool:
        """Whether somebody of ours is named and nothing else is said."""
        return self.alone.fullmatch(clause.strip(" -")) is not None

    def clause(self, clause: str) -> Request | None:
        """What one clause says: asked, denied or merely wondered."""
        if self.is_alone(clause):
            return Request(ASKED, clause)
        if self.question.search(clause):
            return Request(DENIED, clause)
        request = self.request.search(clause)
        if request is not None and self._is_told(clause, request):
            return Request(DENIED, clause)
        if request is None or self.other.search(clause):
            denied = self.denial.search(clause) and self.mention.search(clause)
            return Request(DENIED, clause) if denied or self._is_told(clause) else None
        denial = self.denial.search(clause)
        if denial is not None and denial.start() <= request.start():
            return Request(DENIED, clause)
        return Request(ASKED, request[0])

    def _is_told(self, clause: str, request: re.Match[str] | None = None) -> bool:
        """Whether the clause tells of earlier, before it comes to the person if it does."""
        told = self.past.search(clause)
        if told is None or (request is not None and told.start() >= request.end()):
            return False
        return not self.again.search(f"{clause[: told.start()]} . {clause[told.end() :]}")
