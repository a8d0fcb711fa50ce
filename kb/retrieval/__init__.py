"""How passages are found: segments on disk, word and vector search, evidence, calibrated probabilities."""
