from __future__ import annotations

from kb.lint.contradictions import contradictions
from tests.kb.lint.bases import Kept, cases, found, hashed, text

RETURNS = text("Return something", "You have 60 days from delivery to return anything you bought from us.")
FILLER = tuple(
    text(f"About {thing}", f"Everything about {thing} is described on the page of the {thing}.")
    for thing in ("bulbs", "cameras", "sensors", "plugs", "hubs", "invoices", "parcels", "colours")
)
"""Other articles, so that words can be rare."""


def said(*kept: Kept) -> list[str]:
    return cases(found(contradictions, *FILLER, *kept, embed=hashed))


def test_two_articles_that_give_another_number_contradict_each_other() -> None:
    other = text("Gifts", "You have 30 days from delivery to return anything you bought from us as a gift.")
    (finding,) = found(contradictions, *FILLER, RETURNS, other, embed=hashed)
    assert (finding.case, [place.marks for place in finding.places]) == (
        "number",
        [("30 days",), ("60 days",)],
    )
    assert [place.article for place in finding.places] == ["gifts", "return-something"]


def test_the_same_number_is_no_contradiction() -> None:
    assert not said(RETURNS, text("Gifts", "You have 60 days from delivery to return any gift you bought."))


def test_another_subject_may_have_another_number() -> None:
    business = text("Companies", "Business customers have 30 days, schools with an agreement 45 days.")
    assert not said(RETURNS, business)


def test_prices_and_times_are_told_apart() -> None:
    one = text("Delivery", "Express delivery of a parcel to your door costs EUR 12.90.")
    other = text("Express", "Express delivery of a parcel to your own door costs EUR 9.90.")
    assert said(one, other) == ["price"]
    one = text("Orders", "Orders placed before 14:00 on a working day leave us the same day.")
    other = text("Tracking", "Orders placed before 13:00 on a working day are sent the same day.")
    assert said(one, other) == ["date"]


def test_yes_and_no_contradict_each_other() -> None:
    one = text("Gift cards", "Gift cards from the shop can be returned for cash money.")
    other = text("Cash", "Gift cards from the shop can't be returned for cash money.")
    (finding,) = found(contradictions, *FILLER, one, other, embed=hashed)
    assert (finding.case, finding.places[0].marks) == ("negation", ("can't",))


def test_what_holds_only_on_a_condition_contradicts_nothing() -> None:
    one = text("Gift cards", "Gift cards from the shop can be returned for cash money.")
    other = text("Cash", "If they are used, gift cards from the shop can't be returned for cash money.")
    assert not said(one, other)


def test_how_long_a_step_waits_is_its_own_affair() -> None:
    one = text("Restart", "1. Pull the plug of the hub.\n2. Wait 30 seconds and plug in the hub.")
    other = text("Reset", "1. Pull the plug of the modem.\n2. Wait 2 minutes and plug in the hub.")
    assert not said(one, other)


def test_an_article_is_not_held_against_itself() -> None:
    body = (
        "## Private\n\nA camera has 3 years of warranty.\n\n## Business\n\nA camera has 2 years of warranty."
    )
    assert not said(text("Warranty", body))


def test_bokmal_is_read_as_well() -> None:
    one = text("Retur", "Du har 60 dager fra levering på å returnere varer du har kjøpt.", language="nb")
    other = text("Gave", "Du har 30 dager fra levering på å returnere varer kjøpt som gave.", language="nb")
    assert said(one, other) == ["number"]


def test_languages_are_not_held_against_each_other_by_likeness() -> None:
    assert not said(
        RETURNS, text("Retur", "You have 30 days from delivery to return anything.", language="nb")
    )
