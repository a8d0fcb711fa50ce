"""What customers write of a step, and what it is taken for."""

from __future__ import annotations

import pytest

from actions.reactions import reaction
from actions.walks import wants_walk
from kb.answering.steps import Heard

SAID = {
    Heard.DONE: """
        done | Done! | ok next | next | next step please | okay | finished | i did it, what now
        | yes, done, thanks | I've done that | tried that | got it | continue | 👍 | ferdig
        | ok gjort | det er gjort | neste | gå videre | jeg har gjort det | ja | greit, neste
    """,
    Heard.FAILED: """
        that didn't work | didnt help | no luck | nope | still amber | it's still blinking | same thing
        | nothing happens | did that, still nothing | done, but still no light | no change | Didn't help
        | det hjalp ikke | fortsatt oransje | ingen endring | nei | jeg har gjort det, men det hjalp ikke
        | ingenting skjer | virker fremdeles ikke
    """,
    Heard.BACK: """
        back | go back | previous step | can we go back | wait, go back | one step back | tilbake | gå tilbake
        | forrige steg | kan vi gå tilbake
    """,
    Heard.SOLVED: """
        it works now | it works | solved | that did it | that fixed it | we're online again | nå virker det
        | det hjalp | løst | det fungerer igjen, takk
    """,
}
OTHER = """
    how long does delivery take? | where is the blue port | I can't find the blue port | hello | thanks |
    | talk to a person | stop | which one is the modem | is it ok to use another cable? | vent litt | done?
    | jeg finner ikke kabelen | hvor er den blå porten? | my order has not arrived
    | I did everything you wrote and then my neighbour came and we looked at the lights together
"""
WALK = """
    step by step please | take me through it | can you walk me through the steps | one at a time | go on
    | where were we? | steg for steg, takk | ta meg gjennom det | fortsett | hvor var vi?
"""
NO_WALK = """
    set up my hub step by step | can you guide me through a reset | I want to continue my subscription | next
    | what is the next step of my return | sett opp huben steg for steg |
"""


def each(texts: str) -> list[str]:
    return [text.strip() for text in texts.split("|")]


@pytest.mark.parametrize(("heard", "text"), [(heard, text) for heard in SAID for text in each(SAID[heard])])
def test_a_reaction_is_read_however_it_is_written(heard: Heard, text: str) -> None:
    assert reaction(text) is heard
    assert reaction(text.upper()) is heard


@pytest.mark.parametrize("text", each(OTHER))
def test_what_is_about_something_else_is_no_reaction(text: str) -> None:
    assert reaction(text) is None


@pytest.mark.parametrize(
    ("understood", "heard"),
    [("affirm", Heard.DONE), ("did_not_help", Heard.FAILED), ("helped", Heard.SOLVED), ("wifi_slow", None)],
)
def test_where_no_words_fit_the_reading_counts(understood: str, heard: Heard | None) -> None:
    assert reaction("so it goes", understood) is heard
    assert reaction("so it goes?", understood) is None


@pytest.mark.parametrize("text", each(WALK))
def test_a_walk_is_asked_for_in_these_words(text: str) -> None:
    assert wants_walk(text)


@pytest.mark.parametrize("text", each(NO_WALK))
def test_a_question_of_its_own_is_searched_for(text: str) -> None:
    assert not wants_walk(text)
