"""What customers did month by month and after their first purchase, and where a series of shares began to fall."""
