"""Rows of one file, and of several, that repeat a key: duplicates, conflicts, corrections, revisions."""
