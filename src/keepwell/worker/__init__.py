"""Carries out jobs: runs asked for on the page, by a command or by the clock; and the process that serves."""
