"""Column names: those a file has, and those that somebody wants of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from keepwell.core.errors import InputRefused, Problem
from keepwell.core.nearest import nearest
from keepwell.intake.readers.limits import Limits
from keepwell.intake.readers.reader import ROW

_SHOWN = 40


def clean_header(cells: Sequence[str], path: Path | str, limits: Limits) -> tuple[str, ...]:
    """The header's names, trimmed of byte-order mark and space; refused when it cannot name columns."""
    names = tuple(cell.strip().strip("\ufeff").strip() for cell in cells)
    if not any(names):
        raise refuse(path, "the header is empty", hint="set `header_row` to the row that names the columns")
    if len(names) > limits.columns:
        raise refuse(path, f"the header has {len(names)} columns, more than {limits.columns}")
    problems = [
        Problem(
            f"column {number} has no name",
            file=str(path),
            column=number,
            hint="name it in the header, or set `header_row` to the row that names the columns",
        )
        for number, name in enumerate(names, start=1)
        if not name
    ]
    problems += [
        Problem(
            f"columns {' and '.join(str(at) for at, other in enumerate(names, start=1) if other == name)} "
            "have the same name",
            file=str(path),
            hint="rename all but one, or set `header_row` to the row that names the columns",
        )
        for name, count in Counter(filter(None, names)).items()
        if count > 1
    ]
    if ROW in names:
        problems.append(
            Problem(f"`{ROW}` is taken by the row number", file=str(path), hint="rename the column")
        )
    if problems:
        raise InputRefused(problems)
    return names


def choose(
    columns: Sequence[str],
    wanted: Collection[str] | None,
    path: Path | str,
    *,
    may_be_a_row: bool = False,
) -> tuple[str, ...]:
    """The columns to read, in file order. Raises InputRefused naming each wanted one that is not there.

    ``may_be_a_row``: what was taken for the header may be somebody's row; nothing of it is shown unless at least
    half of the wanted names are in it.
    """
    if wanted is None:
        return tuple(columns)
    known = set(columns)
    if missing := [name for name in wanted if name not in known]:
        if may_be_a_row and 2 * len(missing) > len(wanted):
            raise _no_header(missing, path)
        first, *others = (_missing(name, columns, path) for name in missing)
        header = ", ".join(columns[:_SHOWN]) + (f", … ({len(columns)} in all)" * (len(columns) > _SHOWN))
        hint = " ".join(filter(None, [first.hint, f"the header is: {header}"]))
        raise InputRefused([replace(first, hint=hint), *others])
    asked = set(wanted)
    return tuple(name for name in columns if name in asked)


def _no_header(missing: Sequence[str], path: Path | str) -> InputRefused:
    names = ", ".join(missing[:_SHOWN])
    hint = "is there a header, and is `header_row` right?"
    return refuse(path, f"its header lacks most columns of this source: {names}", hint=hint)


def _missing(name: str, columns: Sequence[str], path: Path | str) -> Problem:
    near = nearest(name, columns)
    return Problem(
        "no such column", file=str(path), field=name, hint=f"did you mean `{near}`?" if near else None
    )


def refuse(path: Path | str, what: str, *, line: int | None = None, hint: str | None = None) -> InputRefused:
    """An InputRefused that names the file."""
    return InputRefused(Problem(what, file=str(path), line=line, hint=hint))
