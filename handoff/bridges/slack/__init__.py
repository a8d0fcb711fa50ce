"""Slack as a helpdesk: one channel, a thread a case, buttons to claim and to resolve it."""

from handoff.bridges.slack.bridge import SlackBridge

PLUG = SlackBridge
