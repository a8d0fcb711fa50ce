"""What of a passage is shown, for a question in a customer's words."""

from __future__ import annotations

import pytest

from kb.article import ArticleId
from kb.generators.extractive import ExtractiveGenerator
from kb.passages import Passage

RECYCLING = (
    "We take back every battery that we have sold. Put it in a box of its own, and tape over both poles. "
    "Never send a battery that is swollen; call us first.\n\n"
    "Cardboard belongs with your paper waste. Remove the plastic window before you fold the carton, and take "
    "the staples out, so that the paper mill can use it again.\n\n"
    "Old lamps contain a little mercury. Hand them in at a shop that sells lamps; the shop must take them, "
    "however old they are and wherever you bought them."
)
FEES = (
    "There are three ways to send a parcel:\n\n"
    "- **Letter box**: 4 days, EUR 3\n- **Pickup point**: 2 days, EUR 5\n- **Courier**: one day, EUR 19\n\n"
    "Customs are charged by the country that the parcel goes to. Ask the receiver to pay them within a week, "
    "else the parcel comes back and the postage is lost. We can tell neither the sum nor the day in advance."
)
STEPS = (
    "1. Open the lid.\n2. Take out the filter.\n3. Rinse it in cold water.\n4. Let it dry for a day.\n\n"
    "A new filter costs EUR 12 and can be ordered with the number that is printed on the old one; it is sent "
    "the same day if you order before noon."
)
BOKMAL = (
    "Batterier tar vi imot gratis. Tape over polene først. Send aldri et batteri som har svulmet opp.\n\n"
    "Papp leveres sammen med papiret. Ta ut plastvinduet før du bretter esken, og fjern stiftene, slik at "
    "fabrikken kan bruke pappen på nytt.\n\n"
    "Lyspærer leveres i butikken. Butikken må ta dem imot, uansett hvor gamle de er og hvor du kjøpte dem."
)


def word(question: str, text: str) -> str:
    return ExtractiveGenerator().word(question, Passage(ArticleId("a"), 1, 0, (), text, "en"))


@pytest.mark.parametrize(
    ("question", "passage", "shown", "hidden"),
    [
        ("how do I get rid of old lamps", RECYCLING, "Hand them in at a shop", "Cardboard"),
        ("where does cardboard go", RECYCLING, "staples out", "mercury"),
        ("what does a courier cost", FEES, "EUR 19", "Customs"),
        ("who has to pay customs", FEES, "Ask the receiver", "Courier"),
        ("hvor leverer jeg papp?", BOKMAL, "plastvinduet", "Lyspærer"),
    ],
)
def test_only_what_was_asked_for_is_shown(question: str, passage: str, shown: str, hidden: str) -> None:
    answer = word(question, passage)
    assert shown in answer and hidden not in answer


def test_a_warning_stays_with_what_it_warns_of() -> None:
    assert "Never send a battery that is swollen" in word("can I send you a used battery", RECYCLING)
    assert "Send aldri" in word("tar dere imot batterier", BOKMAL)


def test_a_list_is_shown_whole_with_the_line_that_announces_it() -> None:
    answer = word("how much is the pickup point", FEES)
    assert answer.startswith("There are three ways") and answer.count("\n- ") == 3


def test_steps_are_never_left_out() -> None:
    answer = word("what does a new filter cost", STEPS)
    assert "4. Let it dry" in answer and "EUR 12" in answer
    assert "EUR 12" not in word("how do I rinse and dry the filter, step by step, in water", STEPS)


@pytest.mark.parametrize("question", ["", "?", "and what about penguins", "why is that so"])
def test_nothing_is_left_out_where_the_words_do_not_tell(question: str) -> None:
    assert word(question, RECYCLING) == RECYCLING


def test_a_short_passage_is_left_as_it_is() -> None:
    text = "Lamps go to a shop.\n\nPaper goes to the bin.\n\nBatteries come back to us."
    assert word("what about lamps", text) == text


def test_a_sentence_comes_with_the_one_it_refers_to() -> None:
    padding = " ".join(f"Word{number} stands alone in the garden of words." for number in range(9))
    text = f"{padding} The valve is under the sink. It must be turned to the left, gently. {padding}"
    answer = word("which way is it turned, left?", text)
    assert "The valve is under the sink. It must be turned to the left, gently." in answer
    assert len(answer) < len(text) / 2


def test_what_is_shown_is_in_the_passages_own_order_and_words() -> None:
    for question in ("old lamps", "cardboard and staples", "battery poles"):
        answer = word(question, RECYCLING)
        places = [RECYCLING.index(paragraph) for paragraph in answer.split("\n\n")]
        assert places == sorted(places)
