"""What an operator changes, and the open handles that doors hand down to the rooms."""
