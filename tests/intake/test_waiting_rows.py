"""Rows out of quarantine: mended, replayed, dropped, superseded."""
