"""What a source has that the lake has not taken in yet: changed files, new rows of a database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from keepwell.catalog.sources import FilesFrom, SqlFrom
from keepwell.core.errors import InputRefused, Problem, Unavailable
from keepwell.intake.contract import Contract
from keepwell.intake.publish import Content
from keepwell.intake.readers import Fingerprint, Limits, Reader, ReadOptions, fingerprint, open_file
from keepwell.intake.readers.open_file import format_of
from keepwell.intake.readers.sql import SqlReader, open_sql
from keepwell.lake.manifest import SourceState
from keepwell.runs.place import Place

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Waiting:
    """An input to be taken in: a file with its fingerprint, or a database from a watermark on."""

    name: str
    path: Path | None = None
    known: Fingerprint | None = None
    since: str | None = None

    @property
    def content(self) -> Content:
        """What tells this content from others, as far as known before reading."""
        if self.known is None:
            return Content(self.name, adds_up=True)
        return Content(
            self.name, sha256=self.known.sha256, size=self.known.size, modified_ns=self.known.mtime_ns
        )


def definition_of(place: Place, contract: Contract) -> str:
    """A fingerprint of all that decides how a source's rows are read; when it changes, all is read anew.

    Where its files lie, texts for people, and keys left at what holds without them do not decide. Rates do only
    where amounts may be in another currency.
    """
    source, settings = contract.source, place.plan.settings
    decisive = source.model_dump_json(
        include={"fact", "system", "key", "revision", "time_zone", "currency", "columns", "valid", "from_"},
        exclude={"from_": {"files", "sql"}, "columns": {"__all__": {"about"}}, "valid": {"__all__": {"say"}}},
        exclude_defaults=True,
    )
    rates = place.plan.rates if contract.is_converted else ()
    world = f"{settings.time_zone}|{settings.currency}|{settings.shift_weeks}|{rates}"
    return sha256(f"{decisive}|{world}".encode()).hexdigest()[:16]


def inputs_of(place: Place, contract: Contract) -> list[Waiting]:
    """All inputs of a source in order of name, not yet looked at. Raises InputRefused when there is none."""
    origin = contract.source.from_
    if isinstance(origin, SqlFrom):
        return [Waiting(f"table {origin.table}")]
    return [
        Waiting(path.relative_to(place.folder).as_posix(), path) for path in files_of(place.folder, origin)
    ]


def news(place: Place, one: Waiting, state: SourceState | None) -> Waiting | None:
    """The input, where it has something that the lake does not; None for a file that was taken in as it is."""
    if one.path is None:
        return replace(one, since=state.watermark if state else None)
    known = next((known for known in state.inputs if known.name == one.name), None) if state else None
    try:
        stat = one.path.stat()
    except OSError as error:
        raise InputRefused(
            Problem("it vanished before it was read", file=one.name, hint="put it back, and run again")
        ) from error
    if known and (known.size, known.modified_ns) == (stat.st_size, stat.st_mtime_ns):
        return None
    found = fingerprint(one.path, limits_of(place))
    return None if known and known.sha256 == found.sha256 else replace(one, known=found)


def files_of(folder: Path, origin: FilesFrom) -> list[Path]:
    """The files a source names, sorted. Raises InputRefused when there is none."""
    found = sorted(path for path in folder.glob(origin.files) if path.is_file())
    if not found:
        raise InputRefused(
            Problem(
                f"no file fits `{origin.files}`",
                file=str(folder),
                hint="put the file there, or change `files` in the source's definition",
            )
        )
    return found


@contextmanager
def open_input(
    place: Place, contract: Contract, one: Waiting, *, chunk_rows: int | None = None
) -> Iterator[Reader]:
    """The rows of an input, in chunks of the usual size or of ``chunk_rows``."""
    origin = contract.source.from_
    limits = limits_of(place)
    if chunk_rows is not None:
        limits = replace(limits, chunk_rows=chunk_rows)
    if isinstance(origin, SqlFrom):
        with _open_table(place, contract, origin, one.since, limits) as reader:
            yield reader
        return
    assert one.path is not None
    options = ReadOptions(
        format=origin.format,
        encoding=origin.encoding,
        delimiter=origin.delimiter,
        quote=origin.quote,
        header_row=origin.header_row,
        sheet=origin.sheet,
    )
    # A JSON line may leave a key out, a table cannot lack a column.
    is_json = (origin.format or format_of(one.path)) == "jsonl"
    wanted = None if is_json else contract.raw_columns
    with open_file(one.path, options, limits, wanted, known=one.known) as reader:
        yield reader


def _open_table(
    place: Place, contract: Contract, origin: SqlFrom, since: str | None, limits: Limits
) -> SqlReader:
    try:
        return open_sql(
            _address(place, origin),
            table=origin.table,
            watermark=origin.watermark,
            since=since,
            order=[contract.column(name) for name in contract.source.key],
            wanted=contract.raw_columns,
            limits=limits,
        )
    except Unavailable as error:  # a source that is away is left out of this run; the others go on
        raise InputRefused(error.problems) from error


def with_watermark(content: Content, reader: Reader) -> Content:
    """The content with the last watermark seen, once all rows are read."""
    if isinstance(reader, SqlReader) and reader.last_watermark is not None:
        return replace(content, watermark=str(reader.last_watermark))
    return content


def limits_of(place: Place) -> Limits:
    """The readers' limits, as the plan sets them."""
    given = place.plan.settings.limits
    return replace(
        Limits(),
        file_bytes=given.file_mb * MIB,
        line_bytes=given.line_mb * MIB,
        unzipped_bytes=given.unzipped_mb * MIB,
        workbook_bytes=given.workbook_mb * MIB,
    )


def _address(place: Place, origin: SqlFrom) -> str:
    if not origin.sql.startswith("env:"):
        path = (place.folder / origin.sql.removeprefix("sqlite:///")).resolve()
        return f"sqlite:///{path}"
    name = origin.sql.removeprefix("env:")
    if address := place.environment.get(name):
        return address
    raise InputRefused(
        f"the environment variable {name} is not set", hint=f"set {name} to the address of the database"
    )
