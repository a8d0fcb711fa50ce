"""Letters to customers: who is owed one, what it says, and how they may be reached."""
