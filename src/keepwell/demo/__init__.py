"""The demo: a plan on real data, a year of a grocer's customers with a retail card."""
