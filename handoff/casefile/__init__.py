"""The case summary: what is wanted, felt, tried and missing, each line with the messages it comes from."""
