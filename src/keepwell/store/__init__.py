"""The live half's ground: the only place that knows SQLite or PostgreSQL."""
