"""A run: everything brought up to date, from raw files to the list of customers about to leave."""
