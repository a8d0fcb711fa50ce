"""Finds the plug that a setting names."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import re
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from config.errors import ConfigError

ATTRIBUTE = "PLUG"
"""What a built-in plug's module calls the thing that is plugged in."""

_PLUG = re.compile(rf"^(?:{ATTRIBUTE}\b|from .* import .*\b{ATTRIBUTE}\b)", re.M)


class PluginError(ConfigError):
    """A setting names a plug that can't be had."""

    def __init__(self, name: str, why: str) -> None:
        self.name = name
        super().__init__(f"plug {name!r}: {why}")


def resolve(name: str, package: str) -> object:
    """The plug of that name.

    name: ".onnx" is `PLUG` of the module `onnx` in `package` (dotted); "module:name" is anything importable.
    Raises PluginError, which lists the built-in ones or names the package that is not installed.
    """
    if name.startswith("."):
        return _attribute(name, _module(name, f"{package}{name}", package), ATTRIBUTE)
    module, colon, attribute = name.partition(":")
    if not (module and colon and attribute):
        raise PluginError(name, f"write {_listed(package)} or your own as module:name")
    return _attribute(name, _module(name, module, package), attribute)


def _module(name: str, module: str, package: str) -> ModuleType:
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        missing = error.name or module
        if module == missing or module.startswith(f"{missing}."):
            raise PluginError(
                name, f"there is no module {missing}; built in are {_listed(package)}"
            ) from error
        raise PluginError(name, f"it needs the package {missing}, which is not installed") from error


def _attribute(name: str, module: ModuleType, attribute: str) -> object:
    try:
        plug: object = getattr(module, attribute)
    except AttributeError as error:
        raise PluginError(name, f"the module {module.__name__} has no {attribute}") from error
    return plug


def built_in(package: str) -> tuple[str, ...]:
    """The names of the plugs in a package, by its files alone: what one of them needs may be missing."""
    return tuple(
        f".{each.name}" for each in pkgutil.iter_modules(_folder(package)) if _is_plug(package, each.name)
    )


def _folder(package: str) -> Sequence[str]:
    return importlib.import_module(package).__path__


def _is_plug(package: str, name: str) -> bool:
    """Whether a module has a plug, without running it."""
    spec = importlib.util.find_spec(f"{package}.{name}")
    source = Path(spec.origin) if spec is not None and spec.origin is not None else None
    return source is not None and bool(_PLUG.search(source.read_text(encoding="utf-8")))


def _listed(package: str) -> str:
    return ", ".join(built_in(package)) or "none"
