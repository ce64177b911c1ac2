"""The same orders from CSV, JSON lines, XLSX and Parquet, Chinese and not, are the same facts."""
