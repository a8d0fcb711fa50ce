"""Who holds a conversation, by the whole table."""

from __future__ import annotations

from itertools import product

import pytest

from bot.conversation import TRANSITIONS, Event, Holder, held_after
from bot.errors import ConversationEndedError

PAIRS = list(product(Holder, Event))


@pytest.mark.parametrize(("holder", "event"), PAIRS)
def test_every_pair_is_either_in_the_table_or_refused(holder: Holder, event: Event) -> None:
    if event in TRANSITIONS[holder]:
        assert held_after(holder, event) is TRANSITIONS[holder][event]
    else:
        with pytest.raises(ConversationEndedError, match=holder.value):
            held_after(holder, event)


def test_from_every_holder_the_customer_can_get_back_to_the_bot_or_a_person() -> None:
    for start in Holder:
        seen, ahead = {start}, [start]
        while ahead:
            for after in TRANSITIONS[ahead.pop()].values():
                if after not in seen:
                    seen.add(after)
                    ahead.append(after)
        assert {Holder.BOT, Holder.QUEUE, Holder.AGENT} <= seen


def test_writing_never_takes_a_conversation_from_a_person() -> None:
    for holder in (Holder.QUEUE, Holder.AGENT):
        assert held_after(holder, Event.CUSTOMER_WROTE) is holder


def test_only_the_bot_can_escalate() -> None:
    assert [holder for holder in Holder if Event.ESCALATED in TRANSITIONS[holder]] == [Holder.BOT]
