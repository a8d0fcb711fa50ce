"""Every built-in helpdesk says how it is set up, and what it can do."""

from __future__ import annotations

from typing import cast

import pytest

from config.plugins import built_in, resolve
from handoff.bridges import Plug
from handoff.bridges.opening import PACKAGE
from tests.contract.bridges.conftest import BRIDGES

NAMES = built_in(PACKAGE)
every = pytest.mark.parametrize("name", NAMES)


def plug(name: str) -> Plug:
    return cast(Plug, resolve(name, PACKAGE))


def test_every_one_of_them_is_in_the_suite() -> None:
    assert {f".{cast(tuple[str, str], each.values[0])[0]}" for each in BRIDGES} == set(NAMES)


@every
def test_it_is_called_as_its_module(name: str) -> None:
    assert f".{plug(name).name}" == name


@every
def test_its_guide_is_one_screen(name: str) -> None:
    lines = plug(name).guide("https://support.company.example/bridges/x").splitlines()
    assert lines[0].startswith("# ")
    assert len(lines) <= 60 and max(map(len, lines)) <= 130


@every
def test_its_guide_says_what_to_switch_off(name: str) -> None:
    if name == ".none":
        pytest.xfail("our own desk tells a customer once by itself")
    assert "switch off" in plug(name).guide("https://support.company.example/bridges/x").lower()


@every
def test_its_guide_names_our_address_where_it_pushes_to_it(name: str) -> None:
    address = "https://support.company.example/bridges/x"
    assert (address in plug(name).guide(address)) is plug(name).capabilities.receive.startswith("push")


@every
def test_what_it_can_do_agrees_with_itself(name: str) -> None:
    can = plug(name).capabilities
    assert can.most_text >= 1000
    assert (can.most_file > 0) is can.attachments
    assert can.receive != "poll" or not can.acknowledge_within
