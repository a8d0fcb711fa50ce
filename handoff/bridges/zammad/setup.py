"""Setting up Zammad: what to do there, and whether it was done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from handoff.bridges import Around, Step
from handoff.bridges.checking import tried
from handoff.bridges.errors import PeerAwayError, PeerRefusedError
from handoff.bridges.json_values import JsonValue, objects_at, text_at, true_at, value_at
from handoff.bridges.zammad.account import TAG, Account, ZammadSettings
from handoff.floor.rules import Priority

_TRIGGERS = ("Firstline article", "Firstline state", "Firstline owner")

_GUIDE = """\
# Zammad

Cases appear as tickets; agents answer with a public note, and customers read it in the chat. Internal notes
never reach a customer. It works with Zammad 6 and later, hosted or your own.

1. **A group** for these tickets, such as "Chat": Settings, Manage, Groups. Give it *no e-mail address*: then
   nobody can answer by mail by mistake, and the customer is not answered twice.
2. **An agent for Firstline** with full access to that group: Settings, Manage, Users. Sign in as it; Profile,
   Token Access, Create, with the permission *ticket.agent*.
3. **firstline.toml**

       [handoff]
       bridge = ".zammad"
       [bridges.zammad]
       url = "https://zammad.company.example"
       group = "Chat"
       token = "…"            # or FIRSTLINE_BRIDGES_ZAMMAD_TOKEN
       webhook_secret = "…"   # from step 4; without it, set [bridge] poll_seconds = 5

4. **A webhook and three triggers.** Settings, Manage, Webhook: endpoint `{url}`, and an
   HMAC SHA1 signature token that you make up. Then Settings, Manage, Trigger, each with the condition
   *Tags contain one: firstline* and the action *Webhook*. The last word of a name says what it is about:
   "Firstline article" (Article Action is created), "Firstline state" (State has changed),
   "Firstline owner" (Owner has changed).
5. **Switch off** what mails customers of these tickets: add *Tags contain none: firstline* to every trigger
   and scheduler that sends e-mail, such as "auto reply (on follow-up of tickets)".

Zammad has no priority beyond high: make one called "4 urgent" if you want to see it there. To delete tickets
of customers who are to be forgotten, the agent's role also needs the permission *admin*.

`firstline bridge check zammad` tries all of it.
"""


def guide(webhook_url: str) -> str:
    return _GUIDE.replace("{url}", webhook_url)


def checked(account: Account, settings: ZammadSettings, around: Around) -> Sequence[Step]:
    """Token, group, tickets, priorities, and the triggers, up to what fails."""
    return tried((name, partial(step, account, settings, around)) for name, step in _STEPS)


def _who(account: Account, settings: ZammadSettings, around: Around) -> Step:
    login = text_at(account.get("/users/me"), "login")
    return Step("Reach and token", True, f"{settings.url} lets us in as {login}")


def _group(account: Account, settings: ZammadSettings, around: Around) -> Step:
    if not account.has_group(settings.group):
        mend = f"make it, or name another in {around.given.where('group')}"
        return Step("Group", False, f"there is no group {settings.group!r}", mend)
    return Step("Group", True, f"tickets go to {settings.group}")


def _tickets(account: Account, settings: ZammadSettings, around: Around) -> Step:
    account.ticket_of("check")
    return Step("Tickets", True, "tickets can be looked for by their tag")


def _priorities(account: Account, settings: ZammadSettings, around: Around) -> Step:
    named = ", ".join(f"{each.value} is “{account.priority(each)}”" for each in Priority)
    return Step("Priorities", True, named)


def _triggers(account: Account, settings: ZammadSettings, around: Around) -> Step:
    if not settings.webhook_secret:
        return Step("Webhook", True, "none; Zammad is asked every [bridge] poll_seconds")
    try:
        found = objects_at(account.get("/triggers"))
    except PeerAwayError:
        raise
    except PeerRefusedError:  # who is no administrator may not read them
        return Step("Webhook", True, "not looked at, for that takes an administrator; see the guide")
    active = {text_at(each, "name") for each in found if true_at(each, "active")}
    if missing := [name for name in _TRIGGERS if name not in active]:
        says = f"there is no active trigger called {' or '.join(missing)}"
        return Step("Webhook", False, says, "make it as the guide says")
    if loud := [text_at(each, "name") for each in found if true_at(each, "active") and _mails(each)]:
        says = f"{', '.join(loud)} would mail customers what they read in the chat"
        return Step("Webhook", False, says, f"add to each the condition: Tags contain none: {TAG}")
    return Step("Webhook", True, "Zammad tells of articles, states and owners, and mails nobody")


def _mails(trigger: JsonValue) -> bool:
    """Whether a trigger mails customers, and does not leave out our tag."""
    to = value_at(trigger, "perform", "notification.email", "recipient")
    people = to if isinstance(to, list) else [to]
    tags = value_at(trigger, "condition", "ticket.tags")
    left_out = "not" in text_at(tags, "operator") and TAG in text_at(tags, "value")
    return not left_out and any(each in ("ticket_customer", "article_last_sender") for each in people)


_STEPS: tuple[tuple[str, Callable[[Account, ZammadSettings, Around], Step]], ...] = (
    ("Reach and token", _who),
    ("Group", _group),
    ("Tickets", _tickets),
    ("Priorities", _priorities),
    ("Webhook", _triggers),
)
