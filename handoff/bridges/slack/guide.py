"""How Slack is set up as a helpdesk."""

from __future__ import annotations

GUIDE = """\
# Your team in Slack

1. At https://api.slack.com/apps make an app for your workspace ("From scratch").
2. **OAuth & Permissions**, bot token scopes: `chat:write`, `channels:history`, `channels:read`,
   `groups:history`, `groups:read` (private channels), `files:write`, `files:read`, `users:read`.
   Install the app; the token begins with `xoxb-`.
3. Make a channel that only your support team can see, and write `/invite @YourApp` in it. Its id is at the
   end of the channel's details.
4. Choose how Slack tells Firstline what is written:
   - **Socket Mode** (nothing has to be reachable from outside): switch it on; make an app-level token with
     `connections:write`; it begins with `xapp-`.
   - **HTTP**: `{webhook_url}` as the Request URL under *Event Subscriptions* and under
     *Interactivity & Shortcuts*; the signing secret is under *Basic Information*.
5. *Event Subscriptions*, bot events: `message.channels` and `message.groups`. *Interactivity*: on.
6. Tell Firstline, in DATA/firstline.toml:

   ```toml
   [handoff]
   bridge = ".slack"
   [bridges.slack]
   channel = "C0123456789"
   ```

   and the secrets in the environment: `FIRSTLINE_BRIDGES_SLACK_TOKEN`, and
   `FIRSTLINE_BRIDGES_SLACK_APP_TOKEN` or `FIRSTLINE_BRIDGES_SLACK_SIGNING_SECRET`.
7. `pip install 'firstline[slack]'`, then `firstline bridge check slack`.

Each case is a thread. **What people write in it goes to the customer**, except what begins with `note:` or
`private:`. Claim and Resolve are buttons. A message that is edited later stays as the customer read it.

**Switch off:** other apps and workflows that answer in this channel, such as an auto-responder; Firstline
leaves out what apps write, but your people would read two answers. Nothing in Slack writes to the customer.
"""
