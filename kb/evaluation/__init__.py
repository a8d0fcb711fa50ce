"""How well a base answers, measured on questions of known outcome: `firstline eval kb`."""
