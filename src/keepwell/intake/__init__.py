"""From raw files and tables to checked facts."""
