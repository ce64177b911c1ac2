"""What is kept about persons: the vault of encrypted personal values and the keys that open it."""
