"""How well texts are understood: `firstline eval`."""
