from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from config.cli import staff
from config.clock import SystemClock
from config.identity import open_identity
from config.mail_cli import mail
from tests.mail_server import free_port, mail_server


def configured(folder: Path, port: int) -> Path:
    lines = (
        "[mail]",
        'host = "127.0.0.1"',
        f"port = {port}",
        'security = "none"',
        'sender = "Nettly <support@nettly.example>"',
        "[server]",
        'public_url = "https://support.nettly.example"',
    )
    (folder / "firstline.toml").write_text("\n".join(lines), encoding="utf-8")
    return folder


def tried(data: Path, address: str = "me@example.com") -> Result:
    return CliRunner().invoke(mail, ["test", address, "--data", str(data)])


def test_a_test_mail_proves_each_step(tmp_path: Path) -> None:
    with mail_server() as box:
        done = tried(configured(tmp_path, box.port))
    assert done.exit_code == 0 and len(box.received) == 1
    assert [line.split("  ")[0] for line in done.stdout.splitlines()][:4] == ["ok", "ok", "ok", "ok"]
    assert "links in mails begin with https://support.nettly.example" in done.stdout


def test_it_says_what_to_mend_where_it_stops(tmp_path: Path) -> None:
    stopped = tried(configured(tmp_path, free_port()))
    assert stopped.exit_code == 1 and "check [mail] host and port" in stopped.stderr


@pytest.mark.parametrize("address", ["nobody", "a@b.example\nBcc: c@d.example"])
def test_an_address_that_is_none_is_told(tmp_path: Path, address: str) -> None:
    stopped = tried(configured(tmp_path, free_port()), address)
    assert stopped.exit_code == 1 and "is not an e-mail address" in stopped.stderr


def test_a_house_without_mail_says_how_to_switch_it_on(tmp_path: Path) -> None:
    stopped = tried(tmp_path)
    assert stopped.exit_code == 1 and "set [mail] host" in stopped.stderr


def test_an_operator_without_mail_is_shown_the_link(tmp_path: Path) -> None:
    (tmp_path / "server.url").write_text("http://127.0.0.1:5005\n")
    command = ["invite", "leo@nettly.example", "--role", "agent", "--data", str(tmp_path)]
    shown = CliRunner().invoke(staff, command)
    assert shown.exit_code == 0 and shown.stdout.startswith("http://127.0.0.1:5005/desk/join/")
    identity = open_identity(tmp_path, SystemClock())
    identity.links.accept(shown.stdout.strip().rpartition("/")[2], "Leo", "a long enough password")
    identity.sign_in("leo@nettly.example", "a long enough password", "127.0.0.1")
    identity.close()


def test_roles_are_changed_and_the_last_admin_is_kept(tmp_path: Path) -> None:
    identity = open_identity(tmp_path, SystemClock())
    identity.add("ada@nettly.example", "Ada", ["admin"], "a long enough password")
    identity.close()
    command = ["roles", "ada@nettly.example", "--role", "agent", "--data", str(tmp_path)]
    refused = CliRunner().invoke(staff, command)
    assert refused.exit_code == 1 and "is the last admin" in refused.stderr
