from __future__ import annotations

from kb.lint.versions import differing_translations
from tests.kb.lint.bases import Kept, cases, found, text

ENGLISH = text(
    "Return something",
    "You have 60 days to return it.\n\n## How\n\n1. Sign in within 24 hours.\n2. Pay EUR 4.90 (NOK 49).",
)


def norwegian(days: str = "60 dager", hours: str = "24 timer", price: str = "49 kr") -> Kept:
    body = f"Du har {days} på å returnere.\n\n## Slik\n\n1. Logg inn innen {hours}.\n2. Betal {price}."
    return text("Returnere noe", body, language="nb", of="return-something")


def test_a_translation_that_says_the_same_is_fine() -> None:
    assert not found(differing_translations, ENGLISH, norwegian())


def test_another_number_is_found_with_both_its_lines() -> None:
    (finding,) = found(differing_translations, ENGLISH, norwegian(hours="48 timer"))
    assert finding.case == "translation_number"
    assert [(place.article, place.line, place.marks) for place in finding.places] == [
        ("returnere-noe", 5, ("48 timer",)),
        ("return-something", 5, ("24 hours",)),
    ]


def test_another_price_is_found_in_the_currency_that_both_name() -> None:
    assert cases(found(differing_translations, ENGLISH, norwegian(price="59 kr"))) == ["translation_price"]


def test_a_number_in_words_is_the_same_number() -> None:
    english = text("Wait", "It takes two hours.")
    assert not found(
        differing_translations, english, text("Vent", "Det tar 2 timer.", language="nb", of="wait")
    )


def test_texts_that_are_built_otherwise_are_not_compared() -> None:
    free = text("Fri", "Du har 14 dager.\n\nOg noe helt annet.", language="nb", of="return-something")
    assert not found(differing_translations, ENGLISH, free)


def test_versions_of_phones_are_compared_too() -> None:
    english = text("App", "You need Android 10 or newer.")
    norse = text("Appen", "Du trenger Android 11 eller nyere.", language="nb", of="app")
    assert cases(found(differing_translations, english, norse)) == ["translation_number"]


def test_a_link_to_another_article_than_the_originals_is_found() -> None:
    hub, garanti = text("Hub lights", "White is good."), text("Garanti", "3 år.", language="nb")
    lys = text("Lys", "Hvitt er bra.", language="nb", of="hub-lights")
    english = text("No internet", "See [the lights](/help/en/hub-lights).")
    wrong = text("Ikke nett", "Se [garantien](/help/nb/garanti).", language="nb", of="no-internet")
    right = text("Ikke nett", "Se [lyset](/help/nb/lys).", language="nb", of="no-internet")
    others = (hub, garanti, lys, english)
    assert cases(found(differing_translations, *others, wrong)) == ["translation_link"]
    assert not found(differing_translations, *others, right)


def test_a_link_to_the_original_is_fine_where_there_is_no_translation() -> None:
    english = text("No internet", "See [mesh](/help/en/mesh).")
    norse = text("Ikke nett", "Se [mesh](/help/en/mesh).", language="nb", of="no-internet")
    assert not found(differing_translations, text("Mesh", "Two units."), english, norse)
