"""Sources without a key: identical lines are real, overlapping files add only what they have more of."""
