"""What every room may use: errors, time, money, ids. Standard library only."""
