"""What a person's words are known by among all others: what the bytes are searched for once they are gone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.conversation import Message

LEAST, MOST_CHARACTERS = 24, 48
"""Of a message's words: shorter ones others may have said too, and longer ones a database may have split."""

MOST = 8
"""Messages whose words are looked for, the longest ones."""

_LEAST_ADDRESS = 8
_RUN = re.compile(r"[^\W_][\w ,.'-]+")


def telling(
    said: Sequence[Message], addresses: Iterable[str | None], common: Iterable[str] = ()
) -> tuple[str, ...]:
    """Each once: the addresses that are long enough to be one person's, and the longest things said.

    addresses: ids and how the customer is reached, as far as anybody knows. common: sentences that the house
    has of its own, such as what its bot was trained on; whoever says those says nothing of themselves.
    """
    named = (each for each in addresses if each and len(each) >= _LEAST_ADDRESS)
    return tuple(dict.fromkeys((*named, *_words(said, "\n".join(common).casefold()))))


def _words(said: Sequence[Message], common: str) -> Iterator[str]:
    """Of what the customer wrote; what a button says, everybody says."""
    written = (each.text for each in said if each.author == "customer" and each.payload is None)
    runs = (max(_RUN.findall(text), key=len, default="").strip() for text in written)
    own = (run for run in runs if len(run) >= LEAST and run.casefold() not in common)
    for run in sorted(own, key=len, reverse=True)[:MOST]:
        yield run[:MOST_CHARACTERS].strip()
