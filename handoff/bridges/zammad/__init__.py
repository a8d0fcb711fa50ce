"""Zammad as a helpdesk: a ticket a case, found again by a tag. It is told of what is new, and asks."""

from handoff.bridges.zammad.bridge import Zammad

PLUG = Zammad
