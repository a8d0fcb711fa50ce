"""A team that works by mail, with its mailbox and ours on a real Dovecot; each test has users of its own."""

from __future__ import annotations

import itertools
from pathlib import Path

from tests.dovecot import running
from tests.peers.email import EmailPeer

_users = itertools.count(1)


def start(folder: Path) -> EmailPeer:
    server, number = running(), next(_users)
    return EmailPeer(server.imap_port, server.held, server.deliver, f"cases{number}", f"support{number}")
