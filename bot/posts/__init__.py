"""The mail that leaves the house: two outboxes and who works them off."""
