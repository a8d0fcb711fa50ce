"""Zendesk Support as a helpdesk: a ticket a case, by its external id. It is told of what is new, and asks."""

from handoff.bridges.zendesk.bridge import Zendesk

PLUG = Zendesk
