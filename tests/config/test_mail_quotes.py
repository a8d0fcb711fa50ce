from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.mail_quotes import own_words

ABOVE = "=== Please answer above this line ==="
SECRET = "The customer sounds upset."
BLOCK = "From: Nettly <cases@nettly.example>\nSent: Monday, 23 November 2026\nTo: Support\nSubject: Hello\n\n"

QUOTED = {
    "gmail": f"On Mon, Nov 23, 2026 at 10:00 AM Nettly <n@nettly.example> wrote:\n\n> {ABOVE}\n> {SECRET}",
    "gmail, broken": f"On Mon, Nov 23, 2026 at 10:00 AM Nettly\n<n@nettly.example> wrote:\n> {SECRET}",
    "gmail, bokmål": f"man. 23. nov. 2026 kl. 10:00 skrev Nettly <cases@nettly.example>:\n\n> {SECRET}",
    "gmail, dansk": f"Den man. 23. nov. 2026 kl. 10.00 skrev Nettly <cases@nettly.example>:\n\n> {SECRET}",
    "gmail, svenska": f"Den mån 23 nov. 2026 kl 10:00 skrev Nettly <cases@nettly.example>:\n\n> {SECRET}",
    "thunderbird": f"On 23.11.2026 10:00, Nettly wrote:\n> {SECRET}",
    "deutsch": f"Am 23.11.2026 um 10:00 schrieb Nettly:\n> {SECRET}",
    "outlook": f"{BLOCK}{ABOVE}\n{SECRET}",
    "outlook, without our line": f"{BLOCK}{SECRET}",
    "outlook, with a rule": f"________________________________\n{BLOCK}{SECRET}",
    "outlook, bokmål": f"Fra: Nettly\nSendt: mandag 23. november 2026\nTil: Support\nEmne: Hei\n\n{SECRET}",
    "original": f"-----Opprinnelig melding-----\nFra: N\nSendt: i dag\nTil: Support\nEmne: Hei\n\n{SECRET}",
    "nothing but our line": f"{ABOVE}\n{SECRET}",
}


@pytest.mark.parametrize("program", QUOTED)
def test_what_a_program_quotes_is_cut(program: str) -> None:
    assert own_words(f"Yes, it has left.\n\n{QUOTED[program]}\n", above=ABOVE) == "Yes, it has left."


@pytest.mark.parametrize("program", QUOTED)
def test_an_answer_without_words_does_not_give_away_what_it_quotes(program: str) -> None:
    assert own_words(f"\n\n{QUOTED[program]}\n", above=ABOVE) == ""


@pytest.mark.parametrize("begins", ["On 23.11.2026 10:00, Nettly wrote:", "Am 23.11.2026 schrieb Nettly:"])
def test_who_answers_below_or_between_is_heard(begins: str) -> None:
    below = f"{begins}\n> {ABOVE}\n> Has it left?\n\nYes.\n> And when?\nOn Monday.\n"
    assert own_words(below, above=ABOVE) == "Yes.\nOn Monday."


def test_a_long_answer_is_heard_in_full_and_its_quotation_is_cut_all_the_same() -> None:
    answer = "\n".join(f"{i}. Turn it off and on." for i in range(500))
    assert own_words(f"{answer}\n\n{QUOTED['gmail']}", above=ABOVE) == answer


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Hello.\n-- \nInes\nNettly", "Hello."),
        ("Hello.\n\nKind regards,\nInes\nNettly support", "Hello."),
        ("Hei, den er sendt.\n\nMvh Ines", "Hei, den er sendt."),
        ("Yes.\n\nSent from my iPhone", "Yes."),
        ("Thank you", "Thank you"),
    ],
)
def test_the_signature_is_cut(text: str, own: str) -> None:
    assert own_words(text) == own


@pytest.mark.parametrize(
    "text",
    [
        "Please do this:\n- unplug it\n- wait\nThank you, it helps us.\nThanks for waiting.",
        "Your parcel\nFrom: Bergen\nTo: Oslo\n\nIt comes tomorrow.",
        "As you wrote: it is blue.\nOn Monday we ship it.",
        "Khaki trousers are back.",
        "    one = 1\n        two = 2",
    ],
)
def test_what_only_looks_like_a_quotation_stays(text: str) -> None:
    assert own_words(text) == text.strip()


def test_a_mail_that_is_all_quotation_is_read_where_it_is_nobodys_secret() -> None:
    assert own_words(QUOTED["outlook"]).endswith(SECRET)


@pytest.mark.parametrize("line", ["On ", "Am schrieb ", "Den 1 skrev ", "From: ", "> To: * ", "A", "\n"])
def test_hostile_lines_do_not_hold_up(line: str) -> None:
    assert own_words((line * 40 + "\n") * 2000) is not None


@given(st.text(alphabet="OonwrteDskiFam:>\n -_*@<=", max_size=400), st.booleans())
def test_whatever_comes_the_answer_is_part_of_it(text: str, ours: bool) -> None:
    own = own_words(text, above=ABOVE if ours else "")
    lines = {line.rstrip() for line in text.splitlines()}
    assert {line for line in own.splitlines() if line} <= lines | {line.strip() for line in lines}
