"""A real Dovecot, from Debian's packages: any user has a mailbox, on loopback, the system untouched.

One for a test run, as it takes a second to start; each test has users of its own.
"""

from __future__ import annotations

import atexit
import getpass
import grp
import imaplib
import os
import pwd
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from functools import cache
from pathlib import Path

from tests.browser import do_without
from tests.imap_server import PASSWORD
from tests.mail_server import free_port

READY_WITHIN = 20.0  # seconds

_CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
listen = 127.0.0.1
protocols = imap lmtp
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 0
auth_username_format = %Ln
recipient_delimiter = +
lmtp_hdr_delivery_address = original
mail_location = sdbox:{folder}/mail/%n
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={owner} gid={group} home={folder}/mail/%n allow_all_users=yes
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
"""


class Dovecot:
    """A running server; whoever signs in has a mailbox, with the one password."""

    def __init__(self, folder: Path) -> None:
        self.imap_port, self.lmtp_port = free_port(), free_port()
        user, owner = getpass.getuser(), "nobody" if os.geteuid() == 0 else getpass.getuser()
        group = grp.getgrgid(pwd.getpwnam(owner).pw_gid).gr_name
        (folder / "mail").mkdir(parents=True)
        for each in (folder, folder / "mail"):
            each.chmod(0o777)
        config = folder / "dovecot.conf"
        config.write_text(
            _CONFIG.format(
                folder=folder,
                user="dovenull" if user == "root" else user,
                owner=owner,
                group=group,
                password=PASSWORD,
                imap=self.imap_port,
                lmtp=self.lmtp_port,
            )
        )
        program = shutil.which("dovecot") or "/usr/sbin/dovecot"
        self._process = subprocess.Popen([program, "-F", "-c", str(config)], stderr=subprocess.PIPE)
        self._ready(folder / "log")

    def deliver(self, user: str, raw: bytes) -> None:
        """Put a mail into somebody's mailbox."""
        with smtplib.LMTP("127.0.0.1", self.lmtp_port) as lmtp:
            lmtp.sendmail("somebody@nettly.example", [f"{user}@nettly.example"], raw)

    def held(self, user: str) -> list[bytes]:
        """The mails in somebody's mailbox, oldest first."""
        return [each[1] for each in self._fetched(user, "(BODY.PEEK[])") if isinstance(each, tuple)]

    def flags(self, user: str) -> list[bytes]:
        """What is marked at the mails of somebody's mailbox."""
        return [each for each in self._fetched(user, "(FLAGS)") if isinstance(each, bytes)]

    def _fetched(self, user: str, what: str) -> list[object]:
        with imaplib.IMAP4("127.0.0.1", self.imap_port) as imap:
            imap.login(user, PASSWORD)
            _, count = imap.select("INBOX", readonly=True)
            return list(imap.fetch("1:*", what)[1]) if count != [b"0"] else []

    def close(self) -> None:
        self._process.terminate()
        self._process.communicate(timeout=10)

    def _ready(self, log: Path) -> None:
        until = time.monotonic() + READY_WITHIN
        while time.monotonic() < until and self._process.poll() is None:
            try:
                with socket.create_connection(("127.0.0.1", self.imap_port), 1) as line:
                    if line.recv(4) == b"* OK":
                        return
            except OSError:
                time.sleep(0.05)
        self._process.kill()
        said = self._process.communicate()[1].decode() + (log.read_text() if log.exists() else "")
        raise AssertionError(f"dovecot does not answer: {said[-2000:]}")


@cache
def running() -> Dovecot:
    """The one of this test run; without the program the test is skipped, and fails where CI=true."""
    if shutil.which("dovecot") is None and not Path("/usr/sbin/dovecot").exists():
        do_without("no dovecot on this machine; on Debian: apt-get install dovecot-imapd dovecot-lmtpd")
    folder = Path(tempfile.mkdtemp(prefix="dovecot"))
    server = Dovecot(folder)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(server.close)
    return server
