"""Amounts in other currencies, with rates and without."""
