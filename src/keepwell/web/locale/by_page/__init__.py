"""Texts of the pages: a file for each page, and those that several share."""
