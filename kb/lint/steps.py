"""Steps that aren't numbered, so that neither the bot nor a person on the phone can say "step three"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kb.lint.finding import Finding, Kind, Place, Severity
from kb.lint.library import Library
from kb.lint.written import Block, Written

LEAST_STEPS = 3

_DOING = re.compile(
    r"(?:add|allow|choose|click|confirm|connect|copy|create|download|drag|enter|fill|find|follow|give|go|hand|hold|"
    r"install|log|look|move|name|navigate|open|pack|paste|pick|plug|press|print|pull|put|remove|repeat|restart|save|scan|"
    r"scroll|select|set|sign|start|switch|tap|tick|turn|type|unplug|upload|visit|wait|"
    r"bekreft|dra|fjern|fyll|gå|gi|hold|klikk|koble|kopier|kryss|lagre|last|legg|lim|logg|lukk|sett|skann|skriv|"
    r"skru|slå|start|ta|trykk|vent|velg|åpne)\b",
    re.IGNORECASE,
)
_PLACES = re.compile(
    r"(?:click|go|log in|navigate|open|select|sign in|visit|choose|gå|klikk|logg inn|velg|åpne)\b",
    re.IGNORECASE,
)
_THEN = re.compile(
    r"(?:then|next|now|after that|finally|once|first|lastly|så|deretter|nå|etterpå|til slutt|når|først)\b",
    re.IGNORECASE,
)
_TYPED = re.compile(r"(?:step|trinn|steg)\s*\d+\b", re.IGNORECASE)


def loose_steps(library: Library) -> Iterator[Finding]:
    """Bullets that are a sequence of instructions, and steps typed as "Step 1" in paragraphs.

    A list of advice ("Check the cable", "Try another socket") is no sequence: most items must tell what to
    do, two of them where to go, or one that it comes after another.
    """
    for written in library.written:
        for run in _bullets(written):
            if _sequence(run):
                place = Place(written.article.id, run[0].line, run[0].text.split("\n")[0])
                values = (str(len(run)),)
                yield Finding(Kind.LOOSE_STEPS, "bullets", Severity.NOTICE, (place,), values)
        typed = [one for one in written.blocks if one.kind == "paragraph" and _TYPED.match(one.text)]
        if len(typed) > 1:
            place = Place(written.article.id, typed[0].line, typed[0].text.split("\n")[0])
            yield Finding(Kind.LOOSE_STEPS, "typed", Severity.NOTICE, (place,), (str(len(typed)),))


def _bullets(written: Written) -> Iterator[list[Block]]:
    """Outermost bullets that follow each other under one heading."""
    run: list[Block] = []
    for block in written.blocks:
        together = block.kind == "item" and (not run or block.section == run[-1].section)
        if together and block.level == 1:
            run.append(block)
        elif not (together and run):
            if run:
                yield run
            run = [block] if block.kind == "item" and block.level == 1 else []
    if run:
        yield run


def _sequence(run: Sequence[Block]) -> bool:
    doing = [block for block in run if _DOING.match(block.text) or _THEN.match(block.text)]
    going = sum(_PLACES.match(block.text) is not None for block in run)
    after = any(_THEN.match(block.text) for block in run[1:])
    return (
        len(run) >= LEAST_STEPS
        and len(doing) >= LEAST_STEPS
        and len(doing) >= 0.6 * len(run)
        and (going >= 2 or (after and going >= 1))
    )
