"""What crosses between the lake and the store: personal values into the vault, and out again for those who may see."""
