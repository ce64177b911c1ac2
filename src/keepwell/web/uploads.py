"""Files that browsers send: streamed to disk as they come, and not one byte of them before the form is known to fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from keepwell.access.tokens import csrf_fits
from keepwell.core.errors import KeepwellError, LimitExceeded, Refused
from keepwell.runs.first_load.draft import Incoming
from keepwell.web.page import FormRefused

FIELD_BYTES_MAX = 1024
PARTS_MAX = 100
ELSEWHERE = "this form was sent by another site"


@dataclass(frozen=True, slots=True)
class Received:
    """A whole file, and what the sender called it."""

    name: str
    path: Path


@dataclass
class _Form:
    """What a multipart parser calls back while bytes come in."""

    token: str
    open_file: Callable[[], Incoming]
    received: list[Received] = field(default_factory=list)
    refused: KeepwellError | None = None
    _headers: dict[bytes, bytes] = field(default_factory=dict)
    _header: tuple[bytes, bytes] = (b"", b"")
    _name: str = ""
    _file_name: str = ""
    _field: bytes = b""
    _fits: bool = False
    _parts: int = 0
    _open: Incoming | None = None

    def callbacks(self) -> dict[str, object]:
        """By the parser's names."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._add_to_header(data[start:end], b""),
            "on_header_value": lambda data, start, end: self._add_to_header(b"", data[start:end]),
            "on_header_end": self._end_header,
            "on_headers_finished": self._begin_content,
            "on_part_data": lambda data, start, end: self._content(data[start:end]),
            "on_part_end": self._end,
        }

    def _begin(self) -> None:
        self._parts += 1
        if self._parts > PARTS_MAX:
            raise LimitExceeded("the form has too many parts")
        self._headers, self._header, self._field, self._open = {}, (b"", b""), b"", None

    def _add_to_header(self, name: bytes, value: bytes) -> None:
        self._header = (self._header[0] + name, self._header[1] + value)
        if len(self._header[0]) + len(self._header[1]) > 4 * FIELD_BYTES_MAX:
            raise LimitExceeded("the name of a file is too long")

    def _end_header(self) -> None:
        self._headers[self._header[0].lower()] = self._header[1]
        self._header = (b"", b"")

    def _begin_content(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        self._file_name = options.get(b"filename", b"").decode("utf-8", "replace")
        if self._name != "files" or not self._file_name:
            return
        if not self._fits:
            raise FormRefused("this form belongs to another session", hint="open the page again")
        if self.refused is None:
            try:
                self._open = self.open_file()
            except LimitExceeded as error:
                self.refused = error

    def _content(self, data: bytes) -> None:
        if self._name == "csrf":
            self._field += data
            if len(self._field) > FIELD_BYTES_MAX:
                raise FormRefused("this form belongs to another session")
        elif self._open is not None:
            try:
                self._open.write(data)
            except LimitExceeded as error:
                self.refused = error
                self.drop()

    def _end(self) -> None:
        if self._name == "csrf":
            self._fits = csrf_fits(self.token, self._field.decode("ascii", "replace"))
        elif self._open is not None:
            self.received.append(Received(self._file_name, self._open.close()))
            self._open = None

    def drop(self) -> None:
        """Forget the file that is open."""
        if self._open is not None:
            self._open.drop()
            self._open = None

    def drop_all(self) -> None:
        """Forget every file."""
        self.drop()
        for each in self.received:
            each.path.unlink(missing_ok=True)

    def check(self) -> None:
        """Raise FormRefused unless the form's token came."""
        if not self._fits:
            raise FormRefused("this form belongs to another session", hint="open the page again")


async def receive(
    request: Request, token: str, open_file: Callable[[], Incoming]
) -> tuple[list[Received], KeepwellError | None]:
    """The files of a form whose token stands before them, and why some were not kept.

    Whatever comes after the room is full is read and forgotten, so that the sender gets an answer. Raises FormRefused
    for a form of another session or site, Refused for one that is broken or was cut off; nothing is left then.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise FormRefused(ELSEWHERE)
    kind, options = parse_options_header(request.headers.get("content-type"))
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise FormRefused("this is no form with files")
    form = _Form(token, open_file)
    parser = MultipartParser(boundary, form.callbacks())  # type: ignore[arg-type]  # its TypedDict names these very keys
    try:
        async for chunk in request.stream():
            await run_in_threadpool(parser.write, chunk)
        await run_in_threadpool(parser.finalize)
        form.check()
    except (ClientDisconnect, FormParserError):
        form.drop_all()
        raise Refused("the upload was cut off; nothing of it was kept", hint="send the files again") from None
    except BaseException:
        form.drop_all()
        raise
    form.drop()
    return form.received, form.refused
