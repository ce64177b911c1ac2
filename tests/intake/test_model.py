"""The lake after files in order is what a small model in plain Python says."""
