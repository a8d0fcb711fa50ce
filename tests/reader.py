"""What a screen reader says: the accessibility tree from top to bottom, and what a page speaks up about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import cast

from playwright.sync_api import Page

Node = Mapping[str, object]

CLOCK = re.compile(r"\b\d{1,2}[:.]\d{2}\b")
_NAMED = frozenset(
    ("button", "heading", "link", "log", "group", "region", "textbox", "radio", "switch", "banner", "image")
)

SPEAKS_UP = """
window.spoken = [];
addEventListener('DOMContentLoaded', () => {
  const LIVE = '[role=log], [role=status], [role=alert]';
  const words = (node) => {
    if (node.nodeType === 3) return node.data;
    if (node.nodeType !== 1 || node.ariaHidden === 'true' || node.hidden) return '';
    return [...node.childNodes].map(words).join('');
  };
  new MutationObserver((changes) => {
    const told = new Set();
    const came = new Set(changes.flatMap(({ addedNodes }) => [...addedNodes]));
    const outermost = (node) => {
      for (let up = node.parentNode; up; up = up.parentNode) if (came.has(up)) return false;
      return true;
    };
    for (const { target, addedNodes } of changes) {
      const element = target.nodeType === 1 ? target : target.parentElement;
      const live = element?.closest(LIVE);
      if (!live || live.ariaBusy === 'true' || element.closest('[aria-hidden=true]')) continue;
      // A log says what came; a status says all that it holds.
      const news = live.role === 'log' ? [...addedNodes].filter(outermost) : [live];
      for (const each of news) told.add(words(each).trim());
    }
    window.spoken.push(...[...told].filter(Boolean));
  }).observe(document.body, { childList: true, characterData: true, subtree: true });
});
"""
"""A script for a page before its own: `window.spoken` is what its live regions have said so far, in order."""


def spoken(page: Page) -> list[str]:
    """What the page has said by itself since it was opened, with the times of day left out."""
    said = cast("list[str]", page.evaluate("window.spoken"))
    return [_timeless(each) for each in said]


def read_out(page: Page) -> list[str]:
    """The page from top to bottom: each named thing with its role, each text once, without times of day."""
    session = page.context.new_cdp_session(page)
    nodes = cast("list[Node]", session.send("Accessibility.getFullAXTree")["nodes"])
    session.detach()
    known = {str(node["nodeId"]): node for node in nodes}
    return [_timeless(line) for line in _lines(nodes[0], known)]


def _lines(node: Node, known: Mapping[str, Node]) -> Iterator[str]:
    role, name = _value(node, "role"), " ".join(_value(node, "name").split())
    if not node.get("ignored"):
        if role == "StaticText" and name:
            yield name
            return
        if role in _NAMED and name:
            yield f"{role}: {name}"
            if role in ("button", "heading", "link", "radio", "switch", "image"):
                return  # its name is its words
    for child in cast("list[str]", node.get("childIds") or []):
        if child in known:
            yield from _lines(known[child], known)


def _value(node: Node, key: str) -> str:
    held = node.get(key)
    return str(held.get("value", "")) if isinstance(held, dict) else ""


def _timeless(text: str) -> str:
    return CLOCK.sub("–", " ".join(text.split()))
