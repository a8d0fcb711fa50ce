"""The desk: where agents read case files, answer customers and leave notes for each other."""
