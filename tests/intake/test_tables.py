"""A database as a source, pulled by watermark."""
