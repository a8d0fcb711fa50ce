"""What editors do with articles beside writing: merge, compare, comment, schedule, arrange, bin, picture."""
