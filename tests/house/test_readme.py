"""The README's first screen and its commands are true."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

from bot.channels.opening import PACKAGE
from config.plugins import built_in, resolve
from handoff.bridges.abilities import markdown
from handoff.bridges.cli import abilities
from handoff.bridges.examples import receiver
from handoff.casefile.render import as_text
from tests.driver import Driver

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
WIDTH = 96


def screen(house: Driver, said: list[str]) -> str:
    """The conversation in which a customer says these things, and the head of the case that comes of it."""
    customer = house.customer()
    lines: list[str] = []
    for text in said:
        lines.append(spoken("customer", text))
        lines += [spoken(message.author, message.text) for message in customer.says(text)]
    ines = house.agent("Ines")
    [case] = ines.queue()
    summary = as_text(ines.reads(case)).split("\nREAD ")[0].rstrip()
    return "\n".join(lines) + "\n\n" + summary


def spoken(author: str, text: str) -> str:
    indent = " " * 10
    wrapped = [
        textwrap.fill(line, WIDTH, initial_indent=indent, subsequent_indent=indent)
        for line in text.split("\n")
        if line.strip()
    ]
    return f"{author:10}" + "\n".join(wrapped).removeprefix(indent)


def settled(text: str) -> str:
    """Without the one figure that depends on the processor's 8-bit arithmetic: how sure an intent was."""
    return re.sub(r"understood with \d+%", "understood", text)


def test_the_conversation_on_the_first_screen_is_what_happens(house: Driver) -> None:
    shown = re.search(r"```text\n(customer .*?)\n```", README, re.S)
    assert shown, "the README's first screen has no conversation"
    lines = shown[1].split("\n")
    said = [line.removeprefix("customer").strip() for line in lines if line.startswith("customer ")]
    assert settled(shown[1]) == settled(screen(house, said))


def test_the_two_commands_come_first() -> None:
    commands = re.findall(r"^(make \w+)", README, re.M)
    assert commands[:2] == ["make run", "make test"]


def test_every_firstline_command_it_names_exists() -> None:
    from typer.main import get_command

    from bot.cli import app

    known = get_command(app)
    for line in re.findall(r"firstline ((?:[a-z-]+ ?)+)", README):
        words, command = line.split(), known
        while words and getattr(command, "commands", None):
            name = words.pop(0)
            assert name in command.commands, f"`firstline {line.strip()}`: there is no {name!r}"  # type: ignore[attr-defined]
            command = command.commands[name]  # type: ignore[attr-defined]


def test_every_make_target_it_names_exists() -> None:
    makefile = (Path(__file__).parents[2] / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"`make ([a-z]+)", README)):
        assert re.search(rf"^{target}:", makefile, re.M), target


def test_the_table_of_helpdesks_is_what_they_can_do() -> None:
    table = markdown(abilities())
    assert table in README, f"put this into the README:\n{table}"


def test_the_other_side_of_a_webhook_is_printed_as_it_is() -> None:
    source = Path(receiver.__file__).read_text(encoding="utf-8")
    assert f"```python\n{source}```" in README


def test_the_table_of_channels_says_how_files_go_and_how_large_theirs_may_be() -> None:
    screen = README.partition("## Customers from where they are")[2].partition("\n## ")[0]
    rows = {name: row for row, name in re.findall(r"^(\|[^|]*\(`(\.\w+)`\) \|.*)$", screen, re.M)}
    plugs = {name: resolve(name, PACKAGE) for name in built_in(PACKAGE)}
    outside = {name: plug for name, plug in plugs.items() if hasattr(plug, "guide")}
    assert rows.keys() >= outside.keys()
    for name, plug in outside.items():
        if name not in (".email", ".api"):
            ours = "as files" if plug.shows_files else "as links"
            assert f"| {plug.most_file // 2**20} MB | {ours} |" in rows[name]
