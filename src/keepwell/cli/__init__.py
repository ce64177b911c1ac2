"""The command line. Thin: it opens the plan folder, calls a room, prints."""
