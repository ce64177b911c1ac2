"""Views over Parquet files, as a script of SQL that anybody may run: the open door for BI tools.

The one place where SQL is written for others. What Keepwell computes itself are expressions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from keepwell.lake.lake import DEAD_SCHEMA

SQL_TYPES = {
    "whole": "BIGINT",
    "money": "BIGINT",
    "number": "DOUBLE",
    "text": "VARCHAR",
    "flag": "BOOLEAN",
    "day": "DATE",
    "moment": "TIMESTAMP",
}
"""Type of the language → type of a column in the files."""


@dataclass(frozen=True, slots=True)
class ViewColumn:
    """A column: its type in the language, what is said of it, and what a labelled view calls it.

    ``is_there`` is False where no file has it: then it is missing in every row.
    """

    name: str
    type: str
    comment: str
    label: str = ""
    is_there: bool = True


@dataclass(frozen=True, slots=True)
class View:
    """A view over files, named by their paths within the folder; amounts get ``decimals`` decimals.

    ``dead`` are files that name corrected rows; ``customers_from`` is a file with ``party_key`` and ``customer_id``
    that says whose each row is.
    """

    name: str
    comment: str
    files: Sequence[str]
    columns: Sequence[ViewColumn]
    decimals: int
    dead: Sequence[str] = ()
    customers_from: str | None = None


@dataclass(frozen=True, slots=True)
class LabelledView:
    """The rows of a view, with labels for names of columns."""

    name: str
    of: View


def script(views: Sequence[View | LabelledView], *, root: str = "") -> str:
    """SQL that makes the views. ``root`` is put before every path: a folder that ends in ``/``, or nothing."""
    return "".join(f"{statement};\n" for view in views for statement in _statements(view, root))


def _statements(view: View | LabelledView, root: str) -> Iterator[str]:
    plain = view.of if isinstance(view, LabelledView) else view
    query = _relabelled(plain) if isinstance(view, LabelledView) else _select(view, root)
    yield f"CREATE OR REPLACE VIEW {_quoted(view.name)} AS {query}"
    yield f"COMMENT ON VIEW {_quoted(view.name)} IS {_text(plain.comment)}"
    names = _labels(plain) if isinstance(view, LabelledView) else [column.name for column in plain.columns]
    for name, column in zip(names, plain.columns, strict=True):
        yield f"COMMENT ON COLUMN {_quoted(view.name)}.{_quoted(name)} IS {_text(column.comment)}"


def _relabelled(view: View) -> str:
    pairs = zip(view.columns, _labels(view), strict=True)
    shown = ", ".join(f"{_quoted(column.name)} AS {_quoted(label)}" for column, label in pairs)
    return f"SELECT {shown} FROM {_quoted(view.name)}"


def _labels(view: View) -> list[str]:
    """A label for each column; one that another column has too carries the column's name as well."""
    labels = [column.label or column.name for column in view.columns]
    small = [label.lower() for label in labels]
    return [
        f"{label} ({column.name})" if small.count(label.lower()) > 1 else label
        for label, column in zip(labels, view.columns, strict=True)
    ]


def _select(view: View, root: str) -> str:
    columns = ", ".join(_column(view, column) for column in view.columns)
    query = f"SELECT {columns} FROM {_parquet(view.files, root, with_file=bool(view.dead))} AS f"
    if view.customers_from:
        query += f" LEFT JOIN {_parquet([view.customers_from], root)} AS p ON f.party_key = p.party_key"
    if view.dead:
        same = " AND ".join(f"d.{name} = f.{name}" for name in DEAD_SCHEMA.names if name != "file")
        query += (
            f" WHERE NOT EXISTS (SELECT 1 FROM {_parquet(view.dead, root)} AS d"
            f" WHERE d.file = substr(f.filename, {len(root) + 1}) AND {same})"
        )
    return query


def _column(view: View, column: ViewColumn) -> str:
    name, table = _quoted(column.name), "f"
    if view.customers_from and column.name == "customer_id":
        table = "p"
    value = f"{table}.{name}" if column.is_there else f"CAST(NULL AS {SQL_TYPES[column.type]})"
    if column.type == "money" and view.decimals:
        # Exact: a product of decimals, where a quotient would be a float.
        unit = f"0.{'1'.zfill(view.decimals)}"
        value = f"CAST({value} AS DECIMAL(19, 0)) * CAST({unit} AS DECIMAL({view.decimals}, {view.decimals}))"
    return f"{value} AS {name}"


def _parquet(files: Sequence[str], root: str, *, with_file: bool = False) -> str:
    listed = ", ".join(_text(root + file) for file in files)
    return f"read_parquet([{listed}], union_by_name = true{', filename = true' if with_file else ''})"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
