"""The customers' pages and their JSON."""
