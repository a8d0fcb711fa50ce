"""What is made of the passages that were found: parts of a question, steps to walk, the text and its citation."""
