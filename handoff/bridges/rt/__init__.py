"""Request Tracker 5 as a helpdesk: a ticket a case, found again by a custom field, and asked what is new."""

from handoff.bridges.rt.bridge import Rt

PLUG = Rt
