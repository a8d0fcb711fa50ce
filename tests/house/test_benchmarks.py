"""One way in to every benchmark: by its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.__main__ import BENCHMARKS, main

FOLDER = Path(__file__).parents[1] / "benchmarks"


@pytest.mark.parametrize("name", BENCHMARKS)
def test_each_that_is_named_is_there_to_be_run(name: str) -> None:
    assert "\ndef main(" in (FOLDER / f"{name}.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("arguments", [["nope"], ["desk", "races", "--cases", "3"]])
def test_what_can_not_be_run_is_refused_and_nothing_runs(
    arguments: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        main(arguments)
    said = capfd.readouterr()
    assert refused.value.code == 2
    assert "==" not in said.out
    assert "there are policy_turns" in said.err or "name that one alone" in said.err
