"""What a file's columns mean, guessed from names and values, with how sure and why; people decide."""
