"""What resolved cases teach those who write articles."""
