"""The helpdesk that settings name."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.outbound import Outbound
from config.plugins import PluginError
from config.settings import Settings, SettingsError, load_settings
from handoff.bridges import Around, Bridge
from handoff.bridges.opening import open_bridge, open_mirror
from handoff.opening import Handoff
from handoff.store.bridges import BridgeStore
from tests.blank import furnish
from tests.fakes import FakeClock
from tests.handoff.bridges.scripted import PUSHED_AND_POLLED, Scripted
from tests.handoff.conversations import escalation

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
WEBHOOK = f"""
[handoff]
bridge = ".webhook"
[bridges.webhook]
url = "https://desk.nettly.example/firstline"
secret = "{SECRET}"
"""


class ScriptedPlug:
    """A plug of the company's own."""

    name = "scripted"
    capabilities = PUSHED_AND_POLLED

    @classmethod
    def open(cls, around: Around) -> Bridge:
        return Scripted(around.clock)


def settings_of(folder: Path, written: str) -> Settings:
    furnish(folder, ["handoff"])
    (folder / "firstline.toml").write_text(written, encoding="utf-8")
    return load_settings(folder, {})


def test_without_one_cases_are_worked_here_alone(
    tmp_path: Path, outbound: Outbound, clock: FakeClock
) -> None:
    assert open_bridge(settings_of(tmp_path, ""), outbound, clock) is None


def test_a_built_in_one_is_named_with_a_dot(tmp_path: Path, outbound: Outbound, clock: FakeClock) -> None:
    bridge = open_bridge(settings_of(tmp_path, WEBHOOK), outbound, clock)
    assert bridge is not None and bridge.name == "webhook"
    bridge.close()


def test_another_one_may_be_opened_to_be_tried(tmp_path: Path, outbound: Outbound, clock: FakeClock) -> None:
    settings = settings_of(tmp_path, WEBHOOK.replace('bridge = ".webhook"', ""))
    bridge = open_bridge(settings, outbound, clock, ".webhook")
    assert bridge is not None
    bridge.close()


def test_one_of_our_own_is_named_by_its_module(tmp_path: Path, outbound: Outbound, clock: FakeClock) -> None:
    named = f'[handoff]\nbridge = "{__name__}:ScriptedPlug"\n'
    bridge = open_bridge(settings_of(tmp_path, named), outbound, clock)
    assert bridge is not None and bridge.name == "scripted"


def test_one_that_there_is_not_is_an_error_with_those_there_are(
    tmp_path: Path, outbound: Outbound, clock: FakeClock
) -> None:
    with pytest.raises(PluginError, match=r"built in are .*\.webhook"):
        open_bridge(settings_of(tmp_path, '[handoff]\nbridge = ".zendsk"\n'), outbound, clock)


def test_what_is_missing_is_named_and_no_secret_is_told(
    tmp_path: Path, outbound: Outbound, clock: FakeClock
) -> None:
    wrong = WEBHOOK.replace('url = "https', 'url = "ftp')
    with pytest.raises(SettingsError, match=r"bridges\.webhook.*url") as told:
        open_bridge(settings_of(tmp_path, wrong), outbound, clock)
    assert SECRET not in str(told.value)


def test_new_cases_are_mirrored_once_it_is_open_and_no_longer_without_it(
    room: Handoff, settings: Settings, outbound: Outbound, clock: FakeClock, tmp_path: Path
) -> None:
    known = BridgeStore(room.database)
    mirror = open_mirror(room, settings_of(tmp_path, WEBHOOK), outbound, clock)
    assert mirror is not None
    first = room.intake.open(escalation())
    mirror.close()
    (tmp_path / "firstline.toml").unlink()
    assert open_mirror(room, load_settings(tmp_path, {}), outbound, clock) is None
    second = room.intake.open(escalation(conversation="c-2"))
    assert known.of_case(first.number) is not None and known.of_case(second.number) is None
