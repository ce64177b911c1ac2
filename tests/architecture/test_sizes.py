"""A function fits a screen, a file fits a head."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.code import ROOT, functions, python_files

FUNCTION_LINES_MAX = 60
FILE_LINES_MAX = 400
FOLDERS = ("src", "tests", "tools", "bench")

LONGER_FUNCTIONS: dict[str, str] = {}
"""``path::name`` → why it may be longer."""

LONGER_FILES: dict[str, str] = {}
"""``path`` → why it may be longer."""


def test_functions_fit_a_screen() -> None:
    longer = {
        f"{path.as_posix()}::{function.name}": length
        for path in python_files(*FOLDERS)
        for function in functions(path)
        if (length := (function.end_lineno or 0) - function.lineno + 1) > FUNCTION_LINES_MAX
    }
    assert longer.keys() == LONGER_FUNCTIONS.keys(), f"over {FUNCTION_LINES_MAX} lines: {longer}"


@pytest.mark.parametrize("folder", FOLDERS)
def test_files_stay_short(folder: str) -> None:
    longer = {
        path.as_posix(): length for path in python_files(folder) if (length := lines(path)) > FILE_LINES_MAX
    }
    expected = {path for path in LONGER_FILES if path.startswith(f"{folder}/")}
    assert longer.keys() == expected, f"over {FILE_LINES_MAX} lines: {longer}"


def lines(path: Path) -> int:
    return len((ROOT / path).read_text("utf-8").splitlines())
