"""What the other side of a bridge can start from."""
