"""Setting up Zendesk: what to do there, and whether it was done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from handoff.bridges import Around, Step
from handoff.bridges.checking import tried
from handoff.bridges.errors import PeerAwayError, PeerRefusedError
from handoff.bridges.json_values import JsonValue, objects_at, text_at, value_at
from handoff.bridges.zendesk.account import TAG, Account, ZendeskSettings

_GUIDE = """\
# Zendesk Support

Cases appear as tickets; agents answer them in public, and customers read it in the chat. Internal notes never
reach a customer. It works with every plan that has the API.

1. **A seat for Firstline.** Admin Center, People, Team members: add "Firstline" as an agent with access to
   all tickets, who may manage users. Nobody else works as it: what it writes is taken for our own.
2. **A token.** Admin Center, Apps and integrations, APIs, Zendesk API: switch on token access, add a token.
3. **firstline.toml**

       [handoff]
       bridge = ".zendesk"
       [bridges.zendesk]
       url = "https://yourname.zendesk.com"
       email = "firstline@company.example"
       token = "…"            # or FIRSTLINE_BRIDGES_ZENDESK_TOKEN
       webhook_secret = "…"   # from step 4; without it, set [bridge] poll_seconds = 5

4. **A webhook.** Admin Center, Apps and integrations, Webhooks, Create, *Zendesk events*: comment added,
   status changed, agent assignment changed, ticket merged. Endpoint `{url}`, POST, JSON.
   Copy its signing secret.
5. **Switch off**, so that customers are not answered twice: in Objects and rules, Business rules, *Triggers*
   and *Automations*, add to each that mails the requester the condition "Tags, contains none of the
   following, firstline". All our tickets have that tag.

Closed tickets can't be opened again: a customer who comes back gets a follow-up ticket. When somebody is to
be forgotten, their tickets are deleted for good; that needs an agent who may delete tickets.

`firstline bridge check zendesk` tries all of it.
"""


def guide(webhook_url: str) -> str:
    return _GUIDE.replace("{url}", webhook_url)


def checked(account: Account, settings: ZendeskSettings, around: Around) -> Sequence[Step]:
    """Token, rights, tickets, what would mail customers, and the webhook, up to what fails."""
    return tried((name, partial(step, account, settings, around)) for name, step in _STEPS)


def _who(account: Account, settings: ZendeskSettings, around: Around) -> Step:
    account.me()
    name = text_at(account.get("/users/me"), "user", "name")
    return Step("Reach and token", True, f"{settings.url} lets us in as {name}")


def _rights(account: Account, settings: ZendeskSettings, around: Around) -> Step:
    user = value_at(account.get("/users/me"), "user")
    role, restricted = text_at(user, "role"), text_at(user, "ticket_restriction")
    if role not in ("agent", "admin"):
        return Step("Rights", False, f"{settings.email} is an {role}", "make them an agent")
    if restricted:
        says = f"{settings.email} sees only some tickets ({restricted})"
        return Step("Rights", False, says, "give them access to all tickets")
    return Step("Rights", True, f"{role}, with access to all tickets")


def _tickets(account: Account, settings: ZendeskSettings, around: Around) -> Step:
    account.ticket_of(f"{TAG}-check")
    return Step("Tickets", True, "tickets can be looked for by their external id")


def _quiet(account: Account, settings: ZendeskSettings, around: Around) -> Step:
    try:
        rules = objects_at(account.get("/triggers/active"), "triggers")
        rules += objects_at(account.get("/automations/active"), "automations")
    except PeerAwayError:
        raise
    except PeerRefusedError:  # who is no administrator may not read them
        return Step("Answered once", True, "not looked at, for that takes an administrator; see the guide")
    loud = [text_at(each, "title") for each in rules if _mails_requesters(each)]
    if loud:
        says = f"{', '.join(loud)} would mail customers what they read in the chat"
        mend = f"add to each the condition: Tags, contains none of the following, {TAG}"
        return Step("Answered once", False, says, mend)
    return Step("Answered once", True, "no trigger mails our customers")


def _webhook(account: Account, settings: ZendeskSettings, around: Around) -> Step:
    if not settings.webhook_secret:
        return Step("Webhook", True, "none; Zendesk is asked every [bridge] poll_seconds")
    if not around.our_url:
        mend = "set [server] public_url, or leave the webhook out"
        return Step("Webhook", False, "nobody has said where this house is reached", mend)
    ours = f"{around.our_url}/bridges/zendesk"
    try:
        hooks = objects_at(account.get("/webhooks"), "webhooks")
    except PeerAwayError:
        raise
    except PeerRefusedError:
        return Step("Webhook", True, "not looked at, for that takes an administrator; see the guide")
    if not any(text_at(each, "endpoint") == ours and text_at(each, "status") == "active" for each in hooks):
        return Step("Webhook", False, f"no active webhook calls {ours}", "add it as the guide says")
    return Step("Webhook", True, f"Zendesk calls {ours}")


def _mails_requesters(rule: JsonValue) -> bool:
    """Whether a trigger or an automation mails who asked, and does not leave out our tag."""
    mails = any(
        text_at(each, "field") in ("notification_user", "deflection")
        and _to_requester(value_at(each, "value"))
        for each in objects_at(rule, "actions")
    )
    left_out = any(
        text_at(each, "field") == "current_tags"
        and text_at(each, "operator") == "not_includes"
        and TAG in text_at(each, "value").split()
        for each in objects_at(rule, "conditions", "all")
    )
    return mails and not left_out


def _to_requester(value: JsonValue) -> bool:
    first = value[0] if isinstance(value, list) and value else value
    return isinstance(first, str) and first.startswith("requester")


_STEPS: tuple[tuple[str, Callable[[Account, ZendeskSettings, Around], Step]], ...] = (
    ("Reach and token", _who),
    ("Rights", _rights),
    ("Tickets", _tickets),
    ("Answered once", _quiet),
    ("Webhook", _webhook),
)
