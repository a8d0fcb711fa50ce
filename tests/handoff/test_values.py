from __future__ import annotations

import json

import pytest

from handoff.errors import ShapeError
from handoff.escalation import Escalation, Reason
from tests.handoff.conversations import TOLD, Told, escalation


@pytest.mark.parametrize("told", TOLD, ids=lambda told: told.title)
def test_an_escalation_survives_json(told: Told) -> None:
    written = json.dumps(told.escalation.to_json())
    assert Escalation.from_json(json.loads(written)) == told.escalation


def test_a_wrong_value_is_named_by_its_key() -> None:
    data = escalation().to_json()
    data["lines"][0]["at"] = "yesterday"  # type: ignore[index,call-overload]
    with pytest.raises(ShapeError, match=r"^escalation\.lines\[0\]\.at: "):
        Escalation.from_json(data)


def test_a_missing_key_is_named() -> None:
    data = escalation().to_json()
    del data["channel"]
    with pytest.raises(ShapeError, match=r"^escalation\.channel: Field required$"):
        Escalation.from_json(data)


def test_an_unknown_key_is_refused() -> None:
    data = {**escalation().to_json(), "mood": "sour"}
    with pytest.raises(ShapeError, match=r"^escalation\.mood: "):
        Escalation.from_json(data)


def test_an_unknown_reason_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"^escalation\.reason: "):
        Escalation.from_json({**escalation().to_json(), "reason": "bored"})


def test_keys_with_a_default_may_be_left_out() -> None:
    data = escalation().to_json()
    for key in ("since", "intents", "tried", "misses", "promises", "suggested"):
        del data[key]
    assert Escalation.from_json(data).reason is Reason.ASKED_FOR_PERSON
