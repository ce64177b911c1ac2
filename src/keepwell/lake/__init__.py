"""The lake: immutable Parquet files of facts, versions that list them, and the snapshot of every customer."""
