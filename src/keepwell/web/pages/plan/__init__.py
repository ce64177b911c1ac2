"""The plan: what is defined, one definition and its edit, versions, what a change would do."""
