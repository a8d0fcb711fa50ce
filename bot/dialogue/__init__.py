"""What an assistant's Rasa files say: loading, slots, rules, responses. Decides nothing by itself."""

from bot.dialogue.assistant import Assistant
from bot.dialogue.errors import AssistantError
from bot.dialogue.loading import load_assistant

__all__ = ["Assistant", "AssistantError", "load_assistant"]
