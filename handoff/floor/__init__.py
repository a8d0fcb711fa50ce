"""Who gets which case and when it is due: triage, routing, seats, business hours and waiting."""
