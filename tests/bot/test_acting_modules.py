"""Packages of rasa-sdk actions that are found by name, in a process of their own: the SDK looks at all."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOADS = """
import json, sys
from bot.acting.modules import load_actions
from bot.errors import ActionModuleError
import actions.answer
try:
    print(json.dumps([action.name() for action in load_actions(sys.argv[1])]))
except ActionModuleError as error:
    print(json.dumps(str(error)))
"""
SHOP = """
from abc import ABC, abstractmethod
from rasa_sdk import Action
from rasa_sdk.forms import FormValidationAction

class ActionCity(Action):
    def name(self): return "action_city"
    def run(self, dispatcher, tracker, domain): return []

class ActionAbstract(Action, ABC):
    @abstractmethod
    def more(self): ...

class ValidateCityForm(FormValidationAction):
    def name(self): return "validate_city_form"
"""
MORE = """
from shop.cities import ActionCity

class ActionTown(ActionCity):
    def name(self): return "action_town"
"""


def loaded(folder: Path, module: str) -> object:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOADS, module],
        cwd=folder,
        env={"PYTHONPATH": f"{ROOT}:{folder}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def write(folder: Path, **files: str) -> None:
    (folder / "shop" / "inner").mkdir(parents=True)
    for name, text in {"__init__": "", "inner/__init__": "", **files}.items():
        (folder / "shop" / f"{name}.py").write_text(text)


def test_the_actions_of_a_package_are_found_in_all_its_modules_and_no_others(tmp_path: Path) -> None:
    write(tmp_path, **{"cities": SHOP, "inner/towns": MORE, "__main__": "raise SystemExit(1)"})
    assert loaded(tmp_path, "shop") == ["action_city", "action_town", "validate_city_form"]


def test_a_module_that_can_not_be_imported_is_named_with_the_way_out(tmp_path: Path) -> None:
    write(tmp_path, cities="import sys\nsys.exit(4)", towns="")
    assert "'shop'" in str(loaded(tmp_path, "shop")) and "SystemExit" in str(loaded(tmp_path, "shop"))
    assert "No module named 'nothing'" in str(loaded(tmp_path, "nothing"))
    assert "name its `url`" in str(loaded(tmp_path, "nothing"))
