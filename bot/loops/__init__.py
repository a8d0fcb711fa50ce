"""Actions that stay: forms, and the two-stage fallback."""
