from __future__ import annotations

import pytest

from handoff.casefile.promising import promises
from tests.handoff.conversations import lines


@pytest.mark.parametrize(
    ("said", "by"),
    [
        ("We will refund you within 3 days.", "2026-11-26T09:40"),
        ("I'll call you back in 2 hours.", "2026-11-23T11:40"),
        ("Someone will contact you by Friday.", "2026-11-27T23:59"),
        ("Vi ringer deg i morgen.", "2026-11-24T23:59"),
        ("Du får svar innen en uke.", "2026-11-30T09:40"),
        ("Noen tar kontakt.", None),
    ],
)
def test_a_promise_is_kept_in_its_words_with_its_time(said: str, by: str | None) -> None:
    (promise,) = promises(lines(f"a: Hello! {said} Is that fine?"))
    assert (promise.text, promise.messages) == (said, (1,))
    assert (promise.by and promise.by.isoformat()[:16]) == by


@pytest.mark.parametrize(
    "said",
    [
        "a: I can't say when we will refund it.",
        "a: Would you like that we will call you?",
        "b: You find the refunds on our page.",
        "c: I will call you tomorrow!",
    ],
)
def test_what_nobody_of_us_promised_is_none(said: str) -> None:
    assert promises(lines(said)) == ()
