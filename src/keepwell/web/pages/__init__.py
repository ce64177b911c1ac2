"""One file for each page: what it needs from the rooms, handed to its template."""
