"""What real conversations teach: what became of questions, the gaps they form, what agents wrote."""
