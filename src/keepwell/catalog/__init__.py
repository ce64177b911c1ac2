"""The plan: kinds of definition, reading them from files, checking them together."""
