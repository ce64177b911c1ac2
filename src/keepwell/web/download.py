"""A file that is made while it is sent, and what was opened for it closed again however that ends."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager

from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from keepwell.core.errors import Unavailable

AT_ONCE = 2
"""So many files are made at a time; more would take the pages' share of memory and processor."""
_slots = threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def one_of_few() -> Iterator[None]:
    """A place among those who make a file. Raises Unavailable where all are taken."""
    if not _slots.acquire(blocking=False):
        raise Unavailable(f"{AT_ONCE} exports are being made at this moment", hint="try again in a minute")
    try:
        yield
    finally:
        _slots.release()


class Download(StreamingResponse):
    """The answer. ``opened`` is closed when the file is whole, when making it fails, and when nobody reads on.

    A fault after the first bytes cuts the connection, so that no browser takes a part for the whole.
    """

    def __init__(self, parts: Iterable[str], opened: ExitStack, *, name: str) -> None:
        super().__init__(
            parts,
            media_type="text/csv",
            headers={
                "Content-Disposition": f'attachment; filename="{name}"',
                "Cache-Control": "no-store",
            },
        )
        self._opened = opened

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await run_in_threadpool(self._opened.close)
