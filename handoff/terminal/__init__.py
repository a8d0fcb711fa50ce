"""The desk's commands: the room they open, and their verbs."""
