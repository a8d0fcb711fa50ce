"""Who writes by mail, as cases have them."""

from __future__ import annotations

from bot.conversation import ConversationId
from bot.store.mailboxes import MailboxStore
from handoff.escalation import Customer


def customer_of(store: MailboxStore, conversation: str, language: str = "") -> Customer | None:
    """The customer of a thread; None where the conversation is none.

    The same for all threads of an address. Not verified: anybody can write any address into a mail.
    """
    thread = store.thread(ConversationId(conversation))
    if thread is None:
        return None
    return Customer(f"mail:{thread.customer}", thread.name, thread.customer, False, language)
