"""Checking source definitions: columns, their types, keys, rules, and where the data lie."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from pathlib import PurePosixPath

from keepwell.catalog.draft import Entry
from keepwell.catalog.expressions import Findings
from keepwell.catalog.facts import RESERVED_COLUMNS, ROW_COLUMNS
from keepwell.catalog.kinds import Source
from keepwell.catalog.settings import check_currency, check_zone
from keepwell.catalog.sources import (
    REQUIRED_COLUMNS,
    STANDARD_COLUMNS,
    ColumnMap,
    FilesFrom,
    SqlFrom,
)
from keepwell.core.nearest import did_you_mean
from keepwell.language.types import Field, Type

TYPES = ", ".join(type_.value for type_ in Type)
MADE_OF = {Type.MONEY: Type.NUMBER, Type.MOMENT: Type.DAY}
"""What a computed column may be made of besides its own type: money of major units, a moment of its local day."""
CSV_OPTIONS = ("encoding", "delimiter", "quote")


def check_source(entry: Entry, source: Source, findings: Findings) -> dict[str, Field]:
    """The plain columns of a source with their types; problems go to ``findings``."""
    _check_from(entry, source.from_, findings)
    _check_zone_and_currency(entry, source, findings)
    _check_required(entry, source, findings)
    if source.fact == "unit":
        _check_units(entry, source, findings)
    columns = _types(entry, source, findings)
    _check_key(entry, source, findings)
    _check_revision(entry, source, columns, findings)
    hidden = hidden_columns(source)
    for index in range(len(source.valid)):
        findings.check(entry, ("valid", index, "rule"), columns, hidden=hidden)
    return columns


def hidden_columns(source: Source) -> dict[str, str]:
    """Columns that no expression may use, each with the reason."""
    return {
        name: "is personal and never reaches the lake"
        if column.personal
        else "is free text and kept encrypted"
        for name, column in source.columns.items()
        if _is_hidden(column)
    }


def _is_hidden(column: ColumnMap) -> bool:
    return column.personal is not None or column.free_text


def _check_from(entry: Entry, where: FilesFrom | SqlFrom, findings: Findings) -> None:
    if isinstance(where, SqlFrom):
        if where.sql.startswith("sqlite:///"):
            _check_path(entry, ("from", "sql"), where.sql.removeprefix("sqlite:///"), findings)
        return
    _check_path(entry, ("from", "files"), where.files, findings)
    if where.encoding is not None:
        try:
            codecs.lookup(where.encoding)
        except LookupError:
            hint = did_you_mean(where.encoding, ("utf-8", "gb18030", "gbk", "big5", "utf-16", "latin-1"))
            findings.add(
                entry.problem(f"there is no encoding `{where.encoding}`", ("from", "encoding"), hint=hint)
            )
    if where.format in {"parquet", "jsonl", "xlsx"}:
        for option in CSV_OPTIONS:
            given = getattr(where, option) is not None
            if given and not (option == "encoding" and where.format == "jsonl"):
                what = f"`{option}` means nothing for {where.format} files"
                findings.add(entry.problem(what, ("from", option), hint="leave it out"))


def _check_path(entry: Entry, path: tuple[str, ...], text: str, findings: Findings) -> None:
    parts = PurePosixPath(text).parts
    if not text.strip() or text.startswith(("/", "~")) or "\\" in text or ":" in text or ".." in parts:
        findings.add(
            entry.problem(
                f"`{text}` leaves the plan folder",
                path,
                hint="write a path inside it with `/`, such as data/orders-*.csv; a link may lead elsewhere",
            )
        )
    elif parts[0] == ".keepwell":
        findings.add(
            entry.problem("the folder .keepwell is Keepwell's own", path, hint="keep data elsewhere")
        )


def _check_zone_and_currency(entry: Entry, source: Source, findings: Findings) -> None:
    for key, value, check in (
        ("time_zone", source.time_zone, check_zone),
        ("currency", source.currency, check_currency),
    ):
        if value is not None:
            try:
                check(value)
            except ValueError as error:
                findings.add(entry.problem(str(error), (key,)))


def _check_required(entry: Entry, source: Source, findings: Findings) -> None:
    for name in REQUIRED_COLUMNS[source.fact]:
        if name not in source.columns:
            findings.add(
                entry.problem(
                    f"the column `{name}` is missing: every {source.fact} has one",
                    ("columns",),
                    hint=f"say what it is called in the data: `{name}: THEIR_NAME`",
                )
            )


def _check_units(entry: Entry, source: Source, findings: Findings) -> None:
    """A unit stands once in the tree, and belongs to nobody."""
    if source.key != ("unit",):
        hint = "write `key: [unit]`, so that a unit read again replaces what was known of it"
        findings.add(entry.problem("units are told apart by `unit` alone", ("key",), hint=hint))
    for name, column in source.columns.items():
        if name == "party" or column.personal:
            what = f"`{name}` is of a person, and a unit is none"
            findings.add(entry.problem(what, ("columns", name), hint="leave it out"))


def _types(entry: Entry, source: Source, findings: Findings) -> dict[str, Field]:
    """Types of the plain columns: those read first, for the computed ones are made of them."""
    fixed = STANDARD_COLUMNS[source.fact] | ROW_COLUMNS
    read: dict[str, Field] = {}
    for name, column in source.columns.items():
        if _column_is_well(entry, name, column, fixed.get(name), findings) and not _is_hidden(column):
            type_ = fixed.get(name) or column.type
            if type_ is not None and column.value is None:
                read[name] = Field(name, type_)
            elif type_ is None and column.value is None:
                findings.broken.add(name)
                hint = f"write `{name}: {{column: {column.column or name}, type: TYPE}}` with one of {TYPES}"
                findings.add(
                    entry.problem("the type of this column is not known", ("columns", name), hint=hint)
                )
    computed: dict[str, Field] = {}
    hidden = hidden_columns(source) | {
        name: "is computed itself" for name, column in source.columns.items() if column.value is not None
    }
    for name, column in source.columns.items():
        if column.value is None:
            continue
        expected = fixed.get(name) or column.type
        also = MADE_OF.get(expected) if expected else None
        found = findings.check(
            entry, ("columns", name, "value"), read, expect=expected, also=also, hidden=hidden
        )
        type_ = expected or (found.type if found else None)
        if type_ is not None:
            computed[name] = Field(name, type_)
        else:
            findings.broken.add(name)
    return {name: {**read, **computed}[name] for name in source.columns if name in read or name in computed}


def _column_is_well(
    entry: Entry, name: str, column: ColumnMap, fixed: Type | None, findings: Findings
) -> bool:
    """Report what is wrong with one column by itself; False when it has no place among the others."""
    path = ("columns", name)
    if name in RESERVED_COLUMNS:
        findings.add(
            entry.problem(f"`{name}` is filled by Keepwell itself", path, hint="choose another name")
        )
        return False
    what = "personal" if column.personal else "free text"
    if _is_hidden(column):
        if fixed is not None and (name != "party" or column.free_text):
            hint = "leave that mark out, or choose another name"
            findings.add(entry.problem(f"`{name}` cannot be {what}", path, hint=hint))
        if column.value is not None:
            hint = f"give the source's own `column` and say what it is: {what}"
            findings.add(entry.problem(f"a {what} column cannot be computed", (*path, "value"), hint=hint))
        if column.type not in {None, Type.TEXT}:
            findings.add(
                entry.problem(f"a {what} column is always text", (*path, "type"), hint="leave `type` out")
            )
    elif fixed is not None and column.type not in {None, fixed}:
        what = f"`{name}` is always {fixed.value}"
        findings.add(entry.problem(what, (*path, "type"), hint="leave `type` out, or choose another name"))
    if column.format is not None and (fixed or column.type) not in {Type.DAY, Type.MOMENT}:
        findings.add(entry.problem("only a day or moment has a `format`", (*path, "format")))
    return True


def _check_key(entry: Entry, source: Source, findings: Findings) -> None:
    hidden = hidden_columns(source)
    for index, name in enumerate(source.key):
        path = ("key", index)
        if name not in source.columns:
            findings.add(entry.problem(f"there is no column `{name}`", path, hint=_nearest(name, source)))
        elif name in hidden and name != "party":
            hint = "make the key of other columns, or leave it out"
            findings.add(
                entry.problem(f"`{name}` {hidden[name]}; it cannot be part of the key", path, hint=hint)
            )
        elif name in source.key[:index]:
            findings.add(entry.problem(f"`{name}` stands in the key twice", path))


def _check_revision(entry: Entry, source: Source, columns: Mapping[str, Field], findings: Findings) -> None:
    name = source.revision
    if name is None:
        return
    if not source.key:
        hint = "say which columns identify a row: `key: [order_id]`"
        findings.add(entry.problem("a revision needs a key", ("revision",), hint=hint))
    if name not in source.columns:
        what = f"there is no column `{name}`"
        findings.add(entry.problem(what, ("revision",), hint=_nearest(name, source)))
    elif name not in columns and name in hidden_columns(source):
        what = f"`{name}` {hidden_columns(source)[name]}; it cannot be the revision"
        findings.add(entry.problem(what, ("revision",)))
    elif name in columns and columns[name].type not in {Type.WHOLE, Type.DAY, Type.MOMENT}:
        what = f"a revision is a whole number, a day or a moment; `{name}` is {columns[name].type}"
        findings.add(entry.problem(what, ("revision",)))


def _nearest(name: str, source: Source) -> str:
    return did_you_mean(name, source.columns) or f"its columns are {', '.join(source.columns)}"
