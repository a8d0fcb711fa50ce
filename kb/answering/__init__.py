"""What is made of passages that were found: parts of a question, steps to walk, the text and its source."""
