"""The agents' room: escalations become cases with a written summary, and people answer them."""
