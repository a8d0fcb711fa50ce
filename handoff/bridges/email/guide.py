"""How a team that works by mail is set up, on one screen."""

from __future__ import annotations

GUIDE = """\
# Your team by e-mail

1. Make a mailbox for answers, such as cases@company.example, which IMAP can read and which takes mail to
   cases+anything@company.example too. People may look into it; Firstline moves and marks nothing there.
2. Tell Firstline, in DATA/firstline.toml:

   ```toml
   [handoff]
   bridge = ".email"
   [bridges.email]
   address = "cases@company.example"     # as whom we write; answers come back to it
   team = "support@company.example"      # whom we write to: a person, a list, a shared mailbox
   agents = ["@company.example"]         # whose answers reach customers
   smtp_host = "mail.company.example"
   smtp_user = "cases@company.example"
   imap_host = "mail.company.example"
   imap_user = "cases@company.example"
   ```

   and in the environment `FIRSTLINE_BRIDGES_EMAIL_SECRET` (`openssl rand -hex 20`; to change it cuts the
   threads of open cases), `…_IMAP_PASSWORD` and `…_SMTP_PASSWORD`. Google and Microsoft
   365 take no passwords: register an app there, and say `oauth_token_url` (oauth2.googleapis.com/token, or
   login.microsoftonline.com/TENANT/oauth2/v2.0/token), `oauth_client_id`, `…_OAUTH_CLIENT_SECRET` and
   `…_OAUTH_REFRESH_TOKEN`, or for an app of Microsoft's that signs in for itself
   `oauth_scope = "https://outlook.office365.com/.default"`.
3. `firstline bridge check email` sends a mail to such an address and waits for it in the mailbox.
4. Say `check_server = "mx.company.example"`, the first word in your server's Authentication-Results, so that
   nobody can answer under an agent's name.

Each case is one thread: the summary first, then what the customer says. An answer goes to the customer
without its quotation and signature, files too. `#note` at its beginning keeps it among colleagues;
`#resolved`, `#reopen` and `#mine` are orders, each on a line of its own. A team with an address
in `[bridge] teams` has its cases there. Rules can sort by X-Priority and X-Handoff-Labels.

**Request Tracker or osTicket by mail:** `team` is the queue's address, `agents` the address that it writes
from, and `subject_tag` the tag in its subjects, which has to stand in ours too: `'\\[rt\\.example #\\d+\\]'`
for RT, `'\\[#\\d{6}\\]'` for osTicket.

**Switch off at your side:** away notices and receipts of the team's mailbox to cases@…; in a helpdesk the
automatic answer to new tickets, and its mails to the customer, whom Firstline tells in the chat.
"""
