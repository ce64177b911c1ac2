"""Spreadsheets."""

from keepwell.intake.readers.reader import Reader as XlsxReader  # noqa
