"""Finds the rasa-sdk actions of a Python package that is to run in this process."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

from rasa_sdk import Action

from bot.errors import ActionModuleError


def load_actions(module: str) -> list[Action]:
    """One of each action class that the package or module defines, in the order of their names.

    The SDK's own `register_package` would end the process where an import fails, and take every action class
    of the process, ours included. Raises ActionModuleError.
    """
    try:
        root = importlib.import_module(module)
        for found in pkgutil.walk_packages(getattr(root, "__path__", ()), f"{module}."):
            if not found.name.endswith("__main__"):
                importlib.import_module(found.name)
        classes = {each for each in _below(Action) if _defined_in(each, module)}
        actions = [each() for each in classes if not inspect.isabstract(each)]
        return sorted(actions, key=lambda action: str(action.name()))
    except (Exception, SystemExit) as error:  # importing runs other people's code
        raise ActionModuleError(module, f"{type(error).__name__}: {error}") from error


def _below(kind: type[Action]) -> Iterator[type[Action]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


def _defined_in(kind: type[Action], module: str) -> bool:
    return f"{kind.__module__}.".startswith(f"{module}.")
