"""Headings, pictures, steps and sentences: the checks that read one text at a time."""

from __future__ import annotations

from kb.lint.headings import empty_sections, skipped_headings
from kb.lint.pictures import missing_alts
from kb.lint.readability import hard_to_read, lix
from kb.lint.steps import loose_steps
from kb.lint.written import read
from tests.kb.lint.bases import base, cases, found, text


def test_a_heading_with_nothing_under_it_is_empty() -> None:
    body = "## Before\n\nCharge it.\n\n## Pairing\n\n## After\n\nDone.\n\n## Last"
    findings = found(empty_sections, text("Pair", body))
    assert [(one.values, one.places[0].line) for one in findings] == [(("Pairing",), 5), (("Last",), 11)]


def test_deeper_headings_code_pictures_and_tables_fill_a_section() -> None:
    body = (
        "## Parts\n\n### One\n\nText.\n\n## Code\n\n```\nx\n```\n\n## Picture\n\n![a light](a.png)\n\n"
        "## Table\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n## List\n\n- item"
    )
    assert not found(empty_sections, text("Parts", body))


def test_a_skipped_level_is_found_and_the_way_up_is_free() -> None:
    body = "## One\n\nText.\n\n#### Four\n\nText.\n\n## Two\n\nText."
    (finding,) = found(skipped_headings, text("Levels", body))
    assert finding.values == ("Four", "####", "###")


def test_a_text_may_begin_at_any_level() -> None:
    assert not found(skipped_headings, text("Levels", "### Three\n\nText."))


def test_pictures_need_words() -> None:
    body = (
        'One: ![](red.png)\n\nTwo: ![a light](red.png)\n\n<img src="x.png">\n\n<img src="y.png" alt="a hub">'
    )
    findings = found(missing_alts, text("Lights", body))
    assert [one.places[0].line for one in findings] == [1, 5]


def test_bullets_that_are_steps_should_be_numbered() -> None:
    body = "- Open your order.\n- Choose **Return**.\n- Print the label.\n- Hand in the parcel."
    (finding,) = found(loose_steps, text("Return", body))
    assert (finding.case, finding.values, finding.places[0].line) == ("bullets", ("4",), 1)


def test_bokmal_steps_should_be_numbered_too() -> None:
    body = "- Åpne bestillingen.\n- Velg **Returner**.\n- Skriv ut lappen."
    assert cases(found(loose_steps, text("Retur", body, language="nb"))) == ["bullets"]


def test_facts_and_advice_may_have_bullets() -> None:
    facts = "- **Card**: 2–5 banking days\n- **PayPal**: at once\n- **Invoice**: 3 banking days"
    advice = "- Check that 2.4 GHz is on.\n- Type the password again.\n- Hold the button for 15 seconds."
    assert not found(loose_steps, text("Facts", facts), text("Advice", advice))


def test_numbered_steps_are_fine() -> None:
    assert not found(loose_steps, text("Return", "1. Open your order.\n2. Choose it.\n3. Select Return."))


def test_steps_numbered_by_hand_are_found() -> None:
    body = "Step 1: Open the app.\n\nStep 2: Choose the hub."
    assert cases(found(loose_steps, text("Hub", body))) == ["typed"]


def test_a_sentence_nobody_holds_in_mind_is_found() -> None:
    long = "If you " + "and you ".join(["want to send back the thing "] * 8) + "then do."
    (finding,) = found(hard_to_read, text("Long", f"Short one.\n\n{long}"))
    assert (finding.case, finding.places[0].line) == ("long", 3)


def test_long_words_and_sentences_make_a_text_hard() -> None:
    hard = (
        "Notwithstanding aforementioned considerations, organisational representatives responsible for "
        "comprehensive administrative procedures should continuously demonstrate appropriate documentation. "
    )
    easy = "You can send it back. It is free. Open your order and pick a label. Then hand it in at the shop. "
    assert cases(found(hard_to_read, text("Hard", hard * 6), text("Easy", easy * 6))) == ["hard"]


def test_bokmal_is_measured_by_its_own_line() -> None:
    tung = "Forbrukerkjøpslovgivningens reklamasjonsbestemmelser forutsetter dokumenterbare produksjonsfeil "
    tung += (
        "innenfor reklamasjonsperioden, og virksomhetsrepresentanter gjennomgår henvendelsene fortløpende. "
    )
    assert cases(found(hard_to_read, text("Tung", tung * 8, language="nb"))) == ["hard"]


def test_lix_is_words_a_sentence_and_long_words_of_a_hundred() -> None:
    body = "One two three four. " * 20 + "Something. " * 4  # 84 words, 24 sentences, 4 long words
    value = lix(read(*text("Measured", body)))
    assert value is not None and round(value, 2) == round(84 / 24 + 100 * 4 / 84, 2)


def test_a_short_text_is_not_measured() -> None:
    assert lix(base(text("Short", "Just this.")).written[0]) is None
