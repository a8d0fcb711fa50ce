"""What helps an agent write and find: canned responses, macros, files, search, presence, re-asks."""
