"""What real conversations teach: outcomes of questions, the gaps they form, proposals from agents' replies."""
