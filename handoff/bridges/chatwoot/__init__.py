"""Chatwoot as a helpdesk: a conversation of an API inbox a case. It is told of what is new, and asks."""

from handoff.bridges.chatwoot.bridge import Chatwoot

PLUG = Chatwoot
