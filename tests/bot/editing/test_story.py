"""An editor's quarter of an hour: a misread message, corrected, looked at, published, and taken back."""

from __future__ import annotations

from bot.opening import House
from kb.coaching.examples import Examples
from kb.coaching.training import State
from tests.driver import Customer


def customer(house: House) -> Customer:
    begun = house.chat.begin(language="en")
    return Customer(house, begun.conversation, begun.token)


def test_what_was_misread_is_read_right_once_an_editor_has_published(
    house: House, examples: Examples
) -> None:
    maya = customer(house)
    maya.says("wibble glorp")
    (misread,) = examples.misread(10)
    assert misread.text == "wibble glorp" and "unsure" in misread.reasons
    assert misread.guesses[0].intent != "parcel"

    corrected = examples.correct(
        misread.conversation, misread.message, text=misread.text, language="en", intent="parcel", by="ines"
    )
    assert examples.misread(10) == () and examples.waiting() == ((corrected,), 0)

    number = examples.train(by="ines").number
    house.editing.trainer.wait()
    candidate = examples.candidate(number)
    assert candidate.state is State.READY and candidate.report is not None
    (taught,) = candidate.report.taught
    assert (taught.meant, taught.after.intent) == ("parcel", "parcel")
    assert maya.says("wibble glorp")[-1].text != "Parcel None is on its way."

    examples.publish(number, accept=bool(candidate.report.objections), by="ines")
    house.workers.drain()
    heard = [message.text for message in customer(house).says("wibble glorp")]
    assert "Parcel None is on its way." in heard
    assert examples.waiting() == ((), 0)

    first = next(each.number for each in examples.candidates(5) if each.number != number)
    examples.roll_back(first, by="ada")
    house.workers.drain()
    heard = [message.text for message in customer(house).says("wibble glorp")]
    assert "Parcel None is on its way." not in heard
    assert examples.waiting() == ((corrected,), 0)
