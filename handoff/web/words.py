"""The words that the desk's scripts need, and those an agent puts to a customer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from handoff.case import Outcome
from handoff.desk import View

STATIC = Path(__file__).parent / "static"

_TEXT = r'"((?:[^"\\]|\\.)*)"'
_SAID = re.compile(rf"\bt\(\s*{_TEXT}|\bcounted\(\s*[\w.]+,\s*{_TEXT},\s*{_TEXT}")

QUESTIONS: Mapping[str, str] = {
    "order": "Could you tell me your order number? It looks like NT-10427.",
    "invoice": "Could you tell me the invoice number? It is at the top of the invoice.",
    "tracking": "Could you tell me the tracking number from the shipping e-mail?",
    "account": "Could you tell me your customer number?",
    "name": "May I have your full name?",
    "email": "Which e-mail address is your account registered with?",
    "phone": "Which phone number can we reach you on?",
    "address": "Which delivery address did you use?",
    "product": "Which product is it about?",
    "device": "Which device are you using?",
    "version": "Which software version does it show?",
    "amount": "What amount is it about?",
    "date": "On which date did this happen?",
    "error": "What does the error message say, word for word?",
    "": "Could you tell me a little more about it?",
}
"""Fact → the question that asks a customer for it; the empty name stands for every other fact."""


ENDINGS: Mapping[Outcome, tuple[str, str]] = {
    Outcome.SOLVED: ("Solved", "The customer has what they needed."),
    Outcome.NOT_SOLVED: ("Not solved", "There is nothing more that we can do here."),
    Outcome.CUSTOMER_LEFT: ("The customer left", "You asked, and nothing came back."),
    Outcome.DUPLICATE: ("Duplicate", "Another case is about the same thing."),
    Outcome.SPAM: ("Spam", "Not a customer, or not in earnest."),
    Outcome.RETURNED: ("Returned to the bot", "The bot has gone on with the customer."),
}
"""How a case can end: its title, and what it means."""

VIEWS: Mapping[View, str] = {
    "mine": "Mine",
    "unassigned": "Unassigned",
    "all": "All",
    "breaching": "Late",
    "snoozed": "Snoozed",
    "follow_ups": "Follow-ups",
    "mentions": "Mentions",
    "resolved": "Resolved",
}
"""The views of the queue in the order they are shown, and what each is called."""

STANDINGS: Mapping[str, tuple[str, str]] = {
    "online": ("Online", "New cases are given to you, up to your capacity."),
    "busy": ("Busy", "Nothing new is given to you. Your open chats stay yours."),
    "away": ("Away", "Nothing new is given to you. Customers who wait for you go to somebody else."),
}
"""An agent's status: its title, and what it means for who comes to them."""

SHORTCUTS = (
    (("Alt", "J"), "Next case"),
    (("Alt", "K"), "Previous case"),
    (("Alt", "L"), "Reply"),
    (("Alt", "P"), "Private note"),
    (("Ctrl", "Enter"), "Send"),
    (("Alt", "C"), "Claim"),
    (("Alt", "H"), "Hand over"),
    (("Alt", "M"), "Snooze"),
    (("Alt", "E"), "Resolve"),
    (("Ctrl", "Alt", "E"), "Resolve and open the next"),
    (("Alt", "T"), "Labels"),
    (("Alt", "U"), "Call back or follow up"),
    (("Alt", "A"), "Search the articles"),
    (("Alt", "R"), "Run a macro"),
    (("/",), "Canned responses while you write, else the filter"),
    (("@",), "Mention a colleague in a note"),
    (("{{",), "Put in what the case knows"),
    (("Ctrl", "K"), "Go to, or do…"),
    (("?",), "Keyboard shortcuts"),
)
"""Keys, and what they do."""


def script_words(folder: Path = STATIC) -> tuple[str, ...]:
    """Every text that a script says through `t("…")` or `counted(n, "…", "…")`, in the order of the files."""
    said: dict[str, None] = {}
    for script in sorted(folder.glob("*.js")):
        for match in _SAID.finditer(script.read_text(encoding="utf-8")):
            said.update((text.replace('\\"', '"'), None) for text in match.groups() if text)
    return tuple(said)
