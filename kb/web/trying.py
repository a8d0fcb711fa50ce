"""What "Try it" shows: the bot's answer and its passage, or why there is none, and what came close."""

from __future__ import annotations

from kb.knowledge import Answer, Hit, NoAnswer
from kb.preview import to_html
from kb.web.wording import Say, instead, percent, studio_url, verdict, why_not

OTHERS = 4
"""Runners-up shown."""


def tried(
    found: Answer | NoAnswer, nearest: tuple[Hit, ...], language: str, tongue: str, _: Say
) -> dict[str, object]:
    """The panel's JSON.

    nearest: the best hits there are, best first.
    """
    answered = isinstance(found, Answer)
    best = found.hit if isinstance(found, Answer) else next(iter(nearest), None)
    others = (
        [hit for hit in nearest if not answered or hit.passage.article != best.passage.article]
        if best
        else []
    )
    shown: dict[str, object] = {
        "verdict": verdict(found, _),
        "probability": found.probability,
        "percent": percent(found.probability, tongue),
        "others_word": _("Runners-up, and why not") if answered else _("The nearest, and why not"),
        "others": [
            {
                "title": hit.title,
                "url": studio_url(hit.passage.article),
                "percent": percent(hit.probability, tongue),
                "why": why_not(hit, best, language, answered, _),
            }
            for hit in others[:OTHERS]
            if best is not None
        ],
    }
    if isinstance(found, NoAnswer):
        return shown | {"html": "", "instead": instead(found, _)}
    passage = found.hit.passage
    cited = {
        "title": found.hit.title,
        "url": studio_url(passage.article),
        "where": " › ".join(passage.heading),
    }
    return shown | {"html": to_html(found.text), "cited": cited}
