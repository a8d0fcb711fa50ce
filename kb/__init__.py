"""The editors' room: articles, the index of their passages, and the answers found there."""
