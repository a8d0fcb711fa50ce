"""How editors change what the bot says and understands: its words, and examples for its intents."""
