"""What customers are told about their data, what they agreed to, what is kept of them, and its end."""
