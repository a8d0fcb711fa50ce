from __future__ import annotations

from pathlib import Path

import pytest

from config.plugins import PluginError, resolve


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A package of plugs: one good, one that needs what isn't installed, one that forgot its PLUG."""
    folder = tmp_path / "sockets_for_test"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "good.py").write_text("PLUG = 'the good one'\nOTHER = 'another'")
    (folder / "needy.py").write_text("import no_such_package_here\nPLUG = 1")
    (folder / "bare.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    return "sockets_for_test"


def test_a_dot_means_built_in(package: str) -> None:
    assert resolve(".good", package) == "the good one"


def test_a_colon_means_ones_own(package: str) -> None:
    assert resolve("sockets_for_test.good:OTHER", package) == "another"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (".god", "there is no module sockets_for_test.god; built in are .good, .needy"),
        (".needy", "it needs the package no_such_package_here, which is not installed"),
        (".bare", "the module sockets_for_test.bare has no PLUG"),
        ("good", "write .good, .needy or your own as module:name"),
        ("nowhere.at_all:thing", "there is no module nowhere"),
        ("sockets_for_test.good:thing", "has no thing"),
    ],
)
def test_a_plug_that_cannot_be_had_says_why(package: str, name: str, message: str) -> None:
    with pytest.raises(PluginError) as caught:
        resolve(name, package)
    assert message in str(caught.value)
