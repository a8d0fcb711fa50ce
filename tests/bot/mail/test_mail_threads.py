"""Addresses with tokens, names of mails, and subjects."""

from __future__ import annotations

import pytest

from bot.conversation import ConversationId
from bot.mail.links import is_signed, signature
from bot.mail.threads import (
    Thread,
    address_with,
    bare_subject,
    conversation_address,
    is_ours,
    message_id_of,
    new_key,
    new_token,
    tokens_in,
)
from tests.fakes import MONDAY_MORNING

US = "support@nettly.example"


def thread(name: str = "a", key: str = "k") -> Thread:
    return Thread(ConversationId(name), new_token(), key, "j@x.example", None, "Hi", MONDAY_MORNING)


def test_a_threads_address_leads_back_to_it() -> None:
    token = new_token()
    given = [
        f"Someone+{token}@x.example",
        address_with(token, US).upper(),
        US,
        "support+short@nettly.example",
    ]
    assert tokens_in(given, US) == (token,)


def test_our_address_may_have_a_plus_of_its_own() -> None:
    ours, token = "help+eu@nettly.example", new_token()
    assert tokens_in([address_with(token, ours)], ours) == (token,)
    assert is_ours(address_with(token, ours), ours) and not is_ours("help@nettly.example", ours)


def test_tokens_are_never_the_same() -> None:
    assert len({new_token() for _ in range(500)}) == len({new_key() for _ in range(500)}) == 500


@pytest.mark.parametrize(
    ("given", "bare"),
    [
        ("Re: RE: My order", "My order"),
        ("SV: Vs: AW:Fwd: re[2]: My  order", "My order"),
        ("Reset it", "Reset it"),
        ("Re:", ""),
    ],
)
def test_a_subject_without_its_prefixes(given: str, bare: str) -> None:
    assert bare_subject(given) == bare


def test_a_letters_name_is_the_same_at_each_try_and_no_other_threads() -> None:
    one, other = thread(), thread("b")
    assert message_id_of(one, 2, 3, "x.example") == message_id_of(one, 2, 3, "x.example")
    assert len({message_id_of(each, 2, last, "x") for each in (one, other) for last in (3, 4)}) == 4


def test_the_same_mail_always_begins_the_same_conversation() -> None:
    assert conversation_address("j@x", "<1@x>") == conversation_address("j@x", " <1@x>")
    assert conversation_address("j@x", "<1@x>") != conversation_address("j@x", "<2@x>")
    assert len(conversation_address("j" * 400, "<1@x>")) <= 300


def test_a_signature_holds_for_one_reply_of_one_message_of_one_thread() -> None:
    one, given = thread(), signature(thread(), 2, 0)
    assert is_signed(one, 2, 0, given)
    assert not any(
        (is_signed(one, 2, 1, given), is_signed(one, 3, 0, given), is_signed(thread("b"), 2, 0, given))
    )
    assert not is_signed(thread(key="other"), 2, 0, given)
