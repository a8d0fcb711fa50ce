"""E-mail with customers: a mail is what they say in a conversation, and what is said there becomes mail."""
