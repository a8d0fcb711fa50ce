"""For people who come with a Rasa project: its test conversations replayed, and what becomes of it here."""
