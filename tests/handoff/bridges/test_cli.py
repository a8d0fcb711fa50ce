"""`firstline bridge`: what there is, how it is set up, and whether it works."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner, Result

from config.clock import SystemClock
from config.plugins import built_in
from config.settings import load_settings
from handoff.bridges.abilities import COLUMNS
from handoff.bridges.cli import bridge
from handoff.bridges.opening import PACKAGE
from handoff.opening import open_handoff
from handoff.store.inbox import InboxStore
from tests.peers.webhook import OTHER, SECRET, WebhookPeer


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(bridge, [*words, "--data", str(folder)])


def setting(folder: Path, url: str, secret: str) -> Path:
    (folder / "firstline.toml").write_text(
        '[server]\npublic_url = "https://support.nordlys.example"\n[handoff]\nbridge = ".webhook"\n'
        '[bridge]\nprivate_networks = ["127.0.0.1"]\n'
        f'[bridges.webhook]\nurl = "{url}"\nsecret = "{secret}"\n',
        encoding="utf-8",
    )
    return folder


def test_every_helpdesk_is_listed_with_what_it_can_do(tmp_path: Path) -> None:
    rows = json.loads(run(tmp_path, "list", "--json").output)
    assert len(rows) == len(built_in(PACKAGE)) and set(rows[0]) == set(COLUMNS)
    assert "→ Our own desk (.none)" in run(tmp_path, "list").output


def test_what_webhooks_have_missed_is_told_by_the_list_and_by_the_check(tmp_path: Path) -> None:
    peer = WebhookPeer()
    data = setting(tmp_path, str(peer.settings["url"]), SECRET)
    try:
        assert "missed" not in run(data, "list").output
        room = open_handoff(load_settings(data, {}), SystemClock())
        room.helpdesk.switch("webhook")
        InboxStore(room.database, "webhook").missed(3, SystemClock().now())
        room.close()
        for verb in ("list", "check"):
            said = run(data, verb).output
            assert "push has missed 3 events since" in said and "firstline bridge guide webhook" in said
    finally:
        peer.close()


def test_a_guide_names_our_address_where_it_is_known(tmp_path: Path) -> None:
    setting(tmp_path, "https://desk.example", SECRET)
    for said in (
        run(tmp_path, "guide", "webhook"),
        run(tmp_path, "guide", ".webhook"),
        run(tmp_path, "guide"),
    ):
        assert "https://support.nordlys.example/bridges/webhook" in said.output
    assert run(tmp_path / "new", "guide", "webhook").output.startswith("# ")


def test_a_helpdesk_that_there_is_not_is_said_to_be_none(tmp_path: Path) -> None:
    for verb in ("guide", "check"):
        done = run(tmp_path, verb, "osticket")
        assert done.exit_code == 1 and ".webhook" in done.stderr and ".none" in done.stderr
        assert ".http" not in done.stderr


def test_a_check_goes_step_by_step(tmp_path: Path) -> None:
    peer = WebhookPeer()
    try:
        done = run(setting(tmp_path, str(peer.settings["url"]), SECRET), "check")
        assert done.exit_code == 0
        assert [line[0] for line in done.output.splitlines()] == ["✓", "✓", "✓"]
        done = run(setting(tmp_path, str(peer.settings["url"]), OTHER), "check", "webhook")
    finally:
        peer.close()
    assert done.exit_code == 1
    assert done.output.startswith("✗ takes what we sign: ")
    assert "[bridges.webhook] secret (firstline.toml, line 9)" in done.output
    assert OTHER not in done.output


def test_what_is_missing_in_its_table_is_named(tmp_path: Path) -> None:
    done = run(tmp_path, "check", "webhook")
    assert done.exit_code == 1 and "[bridges.webhook] url: is missing" in done.stderr


def test_our_own_desk_is_always_reached(tmp_path: Path) -> None:
    assert run(tmp_path, "check").output.startswith("✓ our own desk")
    assert "firstline staff add" in run(tmp_path, "guide").output


def test_settings_that_can_not_be_read_are_an_error_of_one_line(tmp_path: Path) -> None:
    (tmp_path / "firstline.toml").write_text("[handof]\n", encoding="utf-8")
    for verb in ("list", "guide", "check"):
        assert run(tmp_path, verb).stderr.count("\n") == 1
