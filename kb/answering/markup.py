"""Markdown as the chat shows it: lists, bold, code and links; the rest as plain words. Pure."""

from __future__ import annotations

import re

LIST = re.compile(r"(?:[-*+]|\d+[.)])\s")
ORDERED = re.compile(r"\d+[.)]\s")

_ITEM = re.compile(r"^(?P<indent>\s*)(?:(?P<bullet>[-*+])|(?P<number>\d+)[.)])\s+")
_TABLE_RULE = re.compile(r"^\s*\|?[\s:|-]+\|?\s*$")
_ITALIC = re.compile(r"(?<![*\w])\*(?!\*)([^*\n]+)\*(?![*\w])|(?<![_\w])_(?!_)([^_\n]+)_(?![_\w])")
_ESCAPED = re.compile(r"\\([^\w\s])")
_BREAK = re.compile(r"(?: {2,}|\\)$")


def in_chat(markdown: str) -> str:
    """A whole text in the chat's markup, its blocks apart."""
    return "\n\n".join(text for block in blocks(markdown) if (text := chat_markup(block)))


def blocks(markdown: str) -> list[str]:
    """What blank lines part, but for those within code."""
    blocks: list[list[str]] = [[]]
    fence = ""
    for line in markdown.splitlines():
        mark = line.lstrip()[:3]
        if mark in ("```", "~~~") and fence in ("", mark):
            fence = "" if fence else mark
        if line.strip() or fence:
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return ["\n".join(block) for block in blocks if block]


def chat_markup(block: str) -> str:
    """One block in the chat's markup; empty where it shows nothing."""
    if block.lstrip().startswith(("```", "~~~")):
        lines = [
            line for line in block.strip().splitlines()[1:] if not line.lstrip().startswith(("```", "~~~"))
        ]
        return "\n".join(f"`{line.strip()}`" for line in lines if line.strip())
    lines = []
    breaks = True
    for written in block.splitlines():
        if _TABLE_RULE.match(written) and "-" in written:
            continue
        line, row = written, False
        item = _ITEM.match(line)
        if item:
            mark = "- " if item["bullet"] else f"{item['number']}. "
            line = mark + line[item.end() :].strip()
        else:
            line = re.sub(r"^\s*(?:>\s?|#+\s+)", "", line).strip()
            row = line.startswith("|")
            if row:
                line = " - ".join(cell.strip() for cell in line.strip("|").split("|") if cell.strip())
        line = _ESCAPED.sub(r"\1", _ITALIC.sub(lambda match: match[1] or match[2], _BREAK.sub("", line)))
        if lines and not item and not row and not breaks:
            lines[-1] += f" {line}"  # where a writer's line ends says nothing
        elif line.strip():
            lines.append(line)
        breaks = row or _BREAK.search(written) is not None
    return "\n".join(lines)
