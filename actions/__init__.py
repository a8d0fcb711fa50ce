"""What the bot can do: rasa-sdk actions, run inside the bot or by a stock Rasa action server."""
