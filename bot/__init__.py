"""The customers' room: conversations, turns and channels."""
