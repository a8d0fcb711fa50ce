"""Signed webhooks: the official library takes ours and we take its own, and nothing else is taken."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from handoff.bridges.errors import BadSignatureError
from handoff.bridges.signing import A_SECRET, A_SECRET_OR_NONE, TOLERANCE, Signatures, key_of

SECRET = "whsec_" + base64.b64encode(b"a key of thirty-two bytes in all").decode()
OLD = "whsec_" + base64.b64encode(b"the key of before, as long as it").decode()
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
BODY = '{"text": "smørbrød"}'.encode()


def test_the_official_library_takes_what_we_sign() -> None:
    headers = Signatures((SECRET,)).headers("m-1", datetime.now(UTC), BODY)
    assert Webhook(SECRET).verify(BODY, headers) == {"text": "smørbrød"}


def test_we_take_what_the_official_library_signs() -> None:
    signature = Webhook(SECRET).sign("m-1", NOW.replace(tzinfo=None), BODY.decode())
    carried = {
        "webhook-id": "m-1",
        "webhook-timestamp": str(int(NOW.timestamp())),
        "webhook-signature": signature,
    }
    Signatures((SECRET,)).verify(carried, BODY, NOW)


def test_keys_are_changed_on_one_side_at_a_time() -> None:
    ours, theirs, changed = Signatures((SECRET, OLD)), Signatures((OLD,)), Signatures((SECRET,))
    for sends, takes in ((ours, theirs), (theirs, ours), (ours, changed), (changed, ours)):
        takes.verify(sends.headers("m-1", NOW, BODY), BODY, NOW)
    with pytest.raises(BadSignatureError):
        changed.verify(theirs.headers("m-1", NOW, BODY), BODY, NOW)


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-id": "m-2"},
        {"webhook-id": ""},
        {"webhook-timestamp": "1793610001"},
        {"webhook-timestamp": "soon"},
        {"webhook-timestamp": "٣"},
        {"webhook-timestamp": "9" * 40},
        {"webhook-timestamp": "9" * 12},
        {"webhook-timestamp": "9" * 11},
        {"webhook-signature": ""},
        {"webhook-signature": "v1,é"},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v2,AAAA v1a,BBBB"},
    ],
)
def test_whatever_was_changed_on_the_way_is_refused(changed: dict[str, str]) -> None:
    signatures = Signatures((SECRET,))
    headers = {**signatures.headers("m-1", NOW, BODY), **changed}
    with pytest.raises(BadSignatureError):
        signatures.verify(headers, BODY, NOW)


def test_another_body_is_refused() -> None:
    signatures = Signatures((SECRET,))
    with pytest.raises(BadSignatureError):
        signatures.verify(signatures.headers("m-1", NOW, BODY), BODY + b" ", NOW)


@pytest.mark.parametrize("late", [TOLERANCE, -TOLERANCE])
def test_what_is_not_of_now_is_refused(late: timedelta) -> None:
    signatures = Signatures((SECRET,))
    headers = signatures.headers("m-1", NOW, BODY)
    signatures.verify(headers, BODY, NOW + late)
    with pytest.raises(BadSignatureError, match="five minutes"):
        signatures.verify(headers, BODY, NOW + late * 1.01)


def test_a_secret_is_long_enough_or_none() -> None:
    assert key_of(SECRET) == key_of(SECRET.removeprefix("whsec_"))
    for bad in ("", "whsec_", "hunter2", "whsec_" + base64.b64encode(b"short").decode(), "whsec_æøå" * 9):
        assert not A_SECRET.holds(bad)
    assert A_SECRET.holds(SECRET) and A_SECRET_OR_NONE.holds("")
