"""`firstline forget` and `firstline customer`, beside a server and without one."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from bot.dialogue.assistant import Assistant
from bot.opening import House, open_house
from config.database import lock_data_folder
from config.settings import load_settings
from tests.bot.test_cli import run
from tests.driver import Driver
from tests.fakes import FakeClock, FirstChoice

EMAIL = "maya@zwitscherling.example"


@pytest.fixture
def lived(data: Path, shipped: Assistant) -> Path:
    """A data folder in which Maya and Omar have each got a case."""
    house = open_house(load_settings(data, {}), clock=FakeClock(), rng=FirstChoice(), base=shipped)
    try:
        talk(house)
    finally:
        house.close()
    return data


def talk(house: House) -> None:
    rooms = Driver(house)
    for email in (EMAIL, "omar@nettly.example"):
        customer = rooms.customer()
        customer.says("I want to talk to a person, please")
        file = house.files.keep(customer.conversation, "bill.txt", b"42 kr")
        house.chat.receive(customer.conversation, "f", "my zwitscherling has come with it", files=(file,))
        customer.says(f"my e-mail is {email}")
        (case,) = rooms.agent("Ines").queue()
        rooms.agent("Ines").claims(case)
        rooms.agent("Ines").notes(case, "somebody's friend")


def test_somebody_is_shown_exported_and_forgotten(lived: Path, tmp_path: Path) -> None:
    shown = run("customer", "show", EMAIL, "--data", lived, "--json")
    (conversation,) = json.loads(shown.stdout)["conversations"]
    assert conversation["cases"][0]["case"] == 1001 and "friend" not in shown.stdout

    packed = tmp_path / "maya.zip"
    run("customer", "export", EMAIL, "--out", packed, "--notes", "--data", lived)
    with zipfile.ZipFile(packed) as archive:
        assert json.loads(archive.read("data.json"))["conversations"][0]["cases"][0]["notes"]
        (file,) = (name for name in archive.namelist() if name.startswith("files/"))
        assert file.endswith("/bill.txt") and archive.read(file) == b"42 kr"

    done = run("forget", EMAIL, "--yes", "--as", "ada@nettly.example", "--data", lived, "--json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["forgotten"], told["requests"]) == (0, 1, [])
    assert told["proofs"][0]["proof"]["found"] == {}
    assert all(EMAIL.encode() not in path.read_bytes() for path in lived.rglob("*") if path.is_file())

    gone = run("customer", "show", EMAIL, "--data", lived)
    assert gone.exit_code == 1 and "nobody is known as" in str(gone.exception)
    assert run("customer", "show", "omar@nettly.example", "--data", lived).exit_code == 0


def test_it_asks_first_and_says_what_it_found(lived: Path) -> None:
    refused = run("forget", "#1001", "--data", lived)
    assert refused.exit_code == 1 and "Forget 1 conversation for ever?" in refused.stderr
    assert "#1001" in refused.stderr and EMAIL in refused.stderr
    assert run("customer", "show", "#1001", "--data", lived).exit_code == 0


def test_a_server_that_has_the_folder_is_waited_for(lived: Path) -> None:
    with lock_data_folder(lived):
        done = run("forget", EMAIL, "--yes", "--wait", "0", "--data", lived)
    assert "The server that runs takes it from here" in done.stderr
    assert done.exit_code == 1 and "gone from the chat" in str(done.exception)
    assert run("customer", "show", EMAIL, "--data", lived).exit_code == 1
