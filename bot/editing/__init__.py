"""What editors change of the bot without touching its files: its words, and what it learns from."""

from __future__ import annotations
