"""What an agent may do with a case, as pure decisions: each turns a case into its change."""
