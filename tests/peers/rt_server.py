"""A real Request Tracker 5, from Debian's packages: an SQLite of its own, loopback, the system untouched.

One for a test run, as it takes ten seconds to start; each test has a queue, an account and a token.
"""

from __future__ import annotations

import atexit
import itertools
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import cast

import requests

from tests.browser import do_without
from tests.mail_server import free_port

HOME = Path("/usr/share/request-tracker5")
PLACES = 60  # queues and accounts that are made beforehand
READY_WITHIN = 60.0  # seconds
PASSWORD = "password"
"""Everybody's, as it is the administrator's of a fresh RT."""

_CONFIG = """
Set($rtname, 'rt.test');
Set($Organization, 'rt.test');
Set($WebDomain, '127.0.0.1');
Set($WebPort, {port});
Set($WebPath, '');
Set($DatabaseType, 'SQLite');
Set($DatabaseName, '{folder}/rtdb');
Set($DatabaseHost, '');
Set($DatabasePort, '');
Set($DatabaseUser, '');
Set($DatabasePassword, '');
Set($LogToSTDERR, 'warning');
Set($LogToSyslog, undef);
Set($MailCommand, 'sendmailpipe');
Set($SendmailPath, '{folder}/sendmail');
$RT::VarPath = '{folder}/var';
$RT::MasonDataDir = '{folder}/mason';
$RT::MasonSessionDir = '{folder}/sessions';
1;
"""

_MAILS = """#!/bin/sh
cat >> '{folder}/mails'
"""

# As the guide has an administrator do it by hand, for many queues at once.
_FURNISH = """
use strict; use warnings;
use lib '/usr/share/request-tracker5/lib';
use RT; RT::LoadConfig(); RT::Init();
use JSON;
my $us = RT->SystemUser;
sub made { my ($id, $why) = @_; die $why unless $id; return $id }
for my $each (['handoff_id', 'FreeformSingle'], ['labels', 'FreeformMultiple']) {
    my $field = RT::CustomField->new($us);
    made($field->Create(Name => $each->[0], Type => $each->[1], LookupType => 'RT::Queue-RT::Ticket'));
    made($field->AddToObject(RT::Queue->new($us)));
}
my %groups;
my @ours = qw(SeeQueue ShowTicket ShowTicketComments CreateTicket ReplyToTicket CommentOnTicket ModifyTicket
    SeeCustomField ModifyCustomField ReassignTicket);
for my $each (['Bridges', @ours], ['Agents', @ours, qw(OwnTicket TakeTicket StealTicket)]) {
    my ($name, @rights) = @$each;
    my $group = $groups{$name} = RT::Group->new($us);
    made($group->CreateUserDefinedGroup(Name => $name));
    made($group->PrincipalObj->GrantRight(Right => $_, Object => RT->System)) for @rights;
}
made(RT::Queue->new($us)->Create(Name => 'Billing'));
my @tokens;
for my $n (0 .. PLACES - 1) {
    made(RT::Queue->new($us)->Create(Name => "Support $n"));
    my $user = RT::User->new($us);
    made($user->Create(Name => "firstline$n", Privileged => 1));
    made($groups{Bridges}->AddMember($user->PrincipalId));
    my ($id, $why, $token) = RT::AuthToken->new($us)->Create(Owner => $user->id, Description => 'bridge');
    made($id, $why);
    push @tokens, $token;
}
print encode_json({ agents => $groups{Agents}->id + 0, tokens => \\@tokens });
"""


class RtServer:
    """A running RT, seen as its administrator sees it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        (folder / "confd").mkdir()
        for each in ("var", "mason", "sessions"):
            (folder / each).mkdir()
        (folder / "RT_SiteConfig.pm").write_text(_CONFIG.format(port=self.port, folder=folder))
        (folder / "sendmail").write_text(_MAILS.format(folder=folder))
        (folder / "sendmail").chmod(0o700)
        self._environment = {
            **os.environ,
            "RT_SITE_CONFIG": str(folder / "RT_SiteConfig.pm"),
            "RT_SITE_CONFIG_DIR": str(folder / "confd"),
        }
        self._run("rt-setup-database-5", "--action", "init", "--skip-create")
        furnished = json.loads(self._run("perl", "-e", _FURNISH.replace("PLACES", str(PLACES))))
        self.tokens: list[str] = furnished["tokens"]
        self._agents: int = furnished["agents"]
        self.free = itertools.count()
        self._known: set[str] = set()
        self._sessions: dict[str, requests.Session] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self.begin()

    def begin(self) -> None:
        """Start it, and wait until it answers."""
        with (self.folder / "log").open("ab") as log:
            program = ("perl", str(HOME / "libexec" / "rt-server"), "--server", "Starlet")
            self._process = subprocess.Popen(
                (*program, "--host", "127.0.0.1", "--port", str(self.port), "--max-workers", "2"),
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until = time.monotonic() + READY_WITHIN
        while not self._answers():
            if time.monotonic() > until or self._process.poll() is not None:
                raise AssertionError((self.folder / "log").read_text()[-2000:])
            time.sleep(0.1)

    def end(self) -> None:
        """Stop it and its workers."""
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def ask(self, path: str, **query: str) -> dict[str, object]:
        """What REST2 answers the administrator."""
        answer = self._session("root").get(f"{self.url}/REST/2.0{path}", params=query, timeout=60)
        answer.raise_for_status()
        return cast(dict[str, object], answer.json())

    def items(self, path: str, **query: str) -> list[dict[str, object]]:
        """All of a list, however long."""
        found: list[dict[str, object]] = []
        for page in itertools.count(1):
            said = self.ask(path, **query, per_page="100", page=str(page))
            items = cast(list[dict[str, object]], said["items"])
            found += items
            if len(items) < 100:
                return found
        return found

    def tell(self, method: str, path: str, said: object, by: str = "root") -> object:
        """Have somebody change something; "root" is the administrator."""
        session = self._session("root" if by == "root" else self.account(by))
        answer = session.request(method, f"{self.url}/REST/2.0{path}", json=said, timeout=60)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text[:300]}"
        return answer.json()

    def account(self, name: str) -> str:
        """The account of an agent of that name, made when it is first needed."""
        account = name.lower()
        if account not in self._known:
            self._known.add(account)
            user = {"Name": account, "RealName": name, "Privileged": 1, "Password": PASSWORD}
            made = cast(dict[str, str], self.tell("POST", "/user", user))
            number = made["id"] if str(made["id"]).isdigit() else self.ask(f"/user/{account}")["id"]
            self.tell("PUT", f"/group/{self._agents}/members", [number])
        return account

    def _session(self, account: str) -> requests.Session:
        """Somebody signed in: RT takes a quarter of a second over each password."""
        if account not in self._sessions:
            session = self._sessions[account] = requests.Session()
            session.post(f"{self.url}/REST/1.0/", data={"user": account, "pass": PASSWORD}, timeout=60)
        return self._sessions[account]

    def mails(self) -> str:
        """All that it has mailed."""
        path = self.folder / "mails"
        return path.read_text(errors="replace") if path.exists() else ""

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/REST/1.0/", timeout=10).ok
        except requests.ConnectionError:
            return False

    def _run(self, *command: str) -> str:
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True)
        assert done.returncode == 0, f"{command[0]}: {done.stdout[-1000:]} {done.stderr[-2000:]}"
        return done.stdout


@cache
def running() -> RtServer:
    """The server of this test run; without RT the test is skipped, and fails where CI=true."""
    if not HOME.exists() or shutil.which("rt-setup-database-5") is None:
        packages = "request-tracker5 rt5-standalone rt5-db-sqlite"
        do_without(f"no Request Tracker; on Debian: apt-get install --no-install-recommends {packages}")
    server = RtServer(Path(tempfile.mkdtemp(prefix="firstline-rt-")))
    atexit.register(server.end)
    atexit.register(shutil.rmtree, server.folder, ignore_errors=True)
    return server
