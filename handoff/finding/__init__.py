"""What customers say of themselves and their trouble: facts found by rules, each with its message."""
