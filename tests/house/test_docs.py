"""What is documented is there, and what is there is documented."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from bot.cli import app
from bot.dialogue import load_assistant
from bot.dialogue.assistant import ResponseCondition, ResponseVariant

SHIPPED = Path(__file__).parents[2] / "config" / "rasa"
ISSUED = {
    *("serve", "chat", "train", "replay", "check"),
    *("kb import", "kb publish", "kb search", "kb preview", "kb lint"),
    *("handoff queue", "handoff show", "handoff claim", "handoff reply", "handoff note"),
    *("handoff resolve", "handoff return", "staff add"),
}
"""The commands that scripts may rely on."""

READ_BY_PROGRAMS = (
    "train",
    "replay",
    "check",
    "kb search",
    "kb preview",
    "kb lint",
    "handoff queue",
    "handoff show",
    "staff list",
)
NORWEGIAN = (ResponseCondition("language", "nb"),)


def commands(command: object = None, path: str = "") -> Iterator[tuple[str, typer.core.TyperCommand]]:
    """Every command with its words, groups left out."""
    command = command or get_command(app)
    inner = getattr(command, "commands", None)
    if inner is None:
        assert isinstance(command, typer.core.TyperCommand)
        yield path, command
        return
    assert command.help, f"the group {path!r} does not say what it is for"  # type: ignore[attr-defined]
    for name, each in inner.items():
        yield from commands(each, f"{path} {name}".strip())


COMMANDS = dict(commands())
every_command = pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)


def test_the_commands_are_the_ones_that_were_promised() -> None:
    assert COMMANDS.keys() >= ISSUED


@every_command
def test_a_command_says_what_it_does_and_what_each_option_means(command: typer.core.TyperCommand) -> None:
    silent = [each.name for each in command.params if not getattr(each, "help", None)]
    assert command.help and silent == []


@every_command
def test_a_command_takes_the_data_folder_from_the_same_places(command: typer.core.TyperCommand) -> None:
    data = next(each for each in command.params if each.name == "data")
    assert (data.opts, data.envvar, data.default) == (["--data"], "FIRSTLINE_HOME", Path("data"))


@pytest.mark.parametrize("name", READ_BY_PROGRAMS)
def test_what_programs_read_can_be_had_as_json(name: str) -> None:
    assert "--json" in [option for each in COMMANDS[name].params for option in each.opts]


def responses() -> dict[str, tuple[ResponseVariant, ...]]:
    return dict(load_assistant(SHIPPED, examples=False).domain.responses)


def test_every_response_is_said_in_bokmal_too() -> None:
    silent = [
        name
        for name, variants in responses().items()
        if not any(variant.condition == NORWEGIAN for variant in variants)
        or all(variant.condition for variant in variants)
    ]
    assert silent == []


def test_a_response_offers_the_same_replies_in_both_languages() -> None:
    for name, variants in responses().items():
        offered = {
            norwegian: {
                tuple(button.payload for button in variant.buttons)
                for variant in variants
                if (variant.condition == NORWEGIAN) is norwegian
            }
            for norwegian in (True, False)
        }
        assert offered[True] == offered[False], name


def test_what_a_bokmal_response_says_is_not_its_english() -> None:
    for name, variants in responses().items():
        english = {variant.text for variant in variants if not variant.condition}
        assert not english & {variant.text for variant in variants if variant.condition}, name
