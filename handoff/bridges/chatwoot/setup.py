"""Setting up Chatwoot: what to do there, and whether it was done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from handoff.bridges import Around, Step
from handoff.bridges.chatwoot.account import Account, ChatwootSettings
from handoff.bridges.checking import tried
from handoff.bridges.json_values import JsonValue, number_at, objects_at, text_at, texts_at, true_at

_EVENTS = (
    "message_created",
    "message_updated",
    "conversation_status_changed",
    "conversation_updated",
)

_GUIDE = """\
# Chatwoot

Cases appear as conversations of an inbox of their own; agents answer there, customers read it in the chat.
It works with Chatwoot 4 in the cloud and on a server of your own.

1. **An account for Firstline.** Settings, Agents, Add: name it "Firstline", role *Administrator*. (An agent
   who reopens a conversation gets it assigned, an administrator does not.) Sign in as it, open Profile
   settings, and copy the access token.
2. **An inbox.** Settings, Inboxes, Add, *API*. Leave its webhook URL empty. Add the agents who answer, and
   switch on "Lock to single conversation".
3. **firstline.toml** (account and inbox are the numbers in Chatwoot's own addresses,
   `/app/accounts/1/settings/inboxes/7`):

       [handoff]
       bridge = ".chatwoot"
       [bridges.chatwoot]
       url = "https://app.chatwoot.com"
       account = 1
       inbox = 7
       token = "…"            # or FIRSTLINE_BRIDGES_CHATWOOT_TOKEN
       webhook_secret = "…"   # from step 4; without it, set [bridge] poll_seconds = 5

4. **A webhook.** Settings, Integrations, Webhooks, Add: `{url}`
   with the events *message created*, *message updated*, *conversation status changed*, *conversation
   updated*, *typing on* and *typing off*. Copy its secret. Servers of before 2026 sign nothing: leave it out.
5. **Switch off**, so that customers are not answered twice: in the inbox the greeting, the satisfaction
   survey and the message outside business hours; in Settings, Automation, what writes to this inbox's
   customers; for the account the feature "email continuity on API channel", which would mail every answer.

Labels show there once somebody has added them under Settings, Labels ("Late again" as `late-again`).
`firstline bridge check chatwoot` tries all of it. Private notes never reach a customer.
"""


def guide(webhook_url: str) -> str:
    return _GUIDE.replace("{url}", webhook_url)


def checked(account: Account, settings: ChatwootSettings, around: Around) -> Sequence[Step]:
    """Token, account, rights, inbox, what customers would hear twice, and the webhook, up to what fails."""
    return tried((name, partial(step, account, settings, around)) for name, step in _STEPS)


def _profile(account: Account) -> JsonValue:
    return account.http.get("/api/v1/profile").json()


def _who(account: Account, settings: ChatwootSettings, around: Around) -> Step:
    profile = _profile(account)
    return Step("Reach and token", True, f"{settings.url} lets us in as {text_at(profile, 'name')}")


def _rights(account: Account, settings: ChatwootSettings, around: Around) -> Step:
    found = [
        each
        for each in objects_at(_profile(account), "accounts")
        if number_at(each, "id") == settings.account
    ]
    if not found:
        where = around.given.where("account")
        return Step(
            "Rights", False, f"the token's owner is not in account {settings.account}", f"mend {where}"
        )
    role = text_at(found[0], "role")
    if role != "administrator":
        return Step("Rights", False, f"the token is one of an {role}", "make its owner an administrator")
    return Step("Rights", True, f"administrator of {text_at(found[0], 'name')}")


def _inbox(account: Account, settings: ChatwootSettings, around: Around) -> Step:
    inbox = account.inbox()
    if text_at(inbox, "channel_type") != "Channel::Api" or not text_at(inbox, "inbox_identifier"):
        kind = text_at(inbox, "channel_type") or "of no kind"
        mend = f"make an inbox of the kind API, and write its number to {around.given.where('inbox')}"
        return Step("Inbox", False, f"inbox {settings.inbox} is {kind}, and not an API inbox", mend)
    return Step("Inbox", True, f"“{text_at(inbox, 'name')}” is an API inbox")


def _quiet(account: Account, settings: ChatwootSettings, around: Around) -> Step:
    inbox = account.inbox()
    loud = [
        name
        for key, name in (("greeting_enabled", "the greeting"), ("csat_survey_enabled", "the survey"))
        if true_at(inbox, key)
    ]
    if true_at(inbox, "working_hours_enabled") and text_at(inbox, "out_of_office_message"):
        loud.append("the message outside business hours")
    if loud:
        says = f"Chatwoot itself would write {' and '.join(loud)} into these conversations"
        return Step("Answered once", False, says, f"switch off {' and '.join(loud)} in the inbox's settings")
    return Step("Answered once", True, "the inbox says nothing by itself")


def _people(account: Account, settings: ChatwootSettings, around: Around) -> Step:
    members = objects_at(account.get(f"/inbox_members/{settings.inbox}"), "payload")
    if not members:
        return Step("Agents", False, "nobody answers in this inbox", "add agents to it, under Collaborators")
    return Step("Agents", True, f"{len(members)} answer there")


def _webhook(account: Account, settings: ChatwootSettings, around: Around) -> Step:
    if not settings.webhook_secret:
        return Step("Webhook", True, "none; Chatwoot is asked every [bridge] poll_seconds")
    if not around.our_url:
        mend = "set [server] public_url, or leave the webhook out"
        return Step("Webhook", False, "nobody has said where this house is reached", mend)
    ours = f"{around.our_url}/bridges/chatwoot"
    told = account.get("/webhooks")
    hooks = objects_at(told, "payload", "webhooks") or objects_at(told)
    for each in hooks:
        if text_at(each, "url").rstrip("/") == ours:
            missing = [name for name in _EVENTS if name not in texts_at(each, "subscriptions")]
            if missing:
                says = f"it is not told of {', '.join(missing)}"
                return Step("Webhook", False, says, "tick these events at the webhook in Chatwoot")
            return Step("Webhook", True, f"Chatwoot calls {ours}")
    return Step("Webhook", False, f"no webhook calls {ours}", "add it under Settings, Integrations, Webhooks")


_STEPS: tuple[tuple[str, Callable[[Account, ChatwootSettings, Around], Step]], ...] = (
    ("Reach and token", _who),
    ("Rights", _rights),
    ("Inbox", _inbox),
    ("Answered once", _quiet),
    ("Agents", _people),
    ("Webhook", _webhook),
)
