"""The serving process: pages, worker and schedule in one, until it is told to end."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TextIO

import uvicorn

from keepwell.access.commands import first_run_token
from keepwell.access.queries import is_set_up
from keepwell.core.clock import Clock
from keepwell.core.errors import Unavailable
from keepwell.store.process import claim_process
from keepwell.web.app import make_app
from keepwell.wiring import Deployment
from keepwell.worker.logs import log, stop_logs, write_logs
from keepwell.worker.worker import Worker

GRACE_SECONDS = 10
HEADER_BYTES_MAX = 32 * 1024

Tell = Callable[[str, str | None], None]
"""Told the address, and the link of the first run where there is no user yet, once pages are answered."""


def serve(
    deployment: Deployment, *, host: str, port: int, clock: Clock, tell: Tell, logs: TextIO | None = None
) -> None:
    """Answer pages and carry out jobs until SIGTERM or SIGINT; both end cleanly.

    Logs go to the plan folder's ``.keepwell/logs/serve.log``, or to the stream given. Port 0 takes a free one.
    Raises StoreInUse where another process has the SQLite store, Unavailable where the port is taken.
    """
    with _listening(host, port) as listening:
        address = _address(host, listening.getsockname()[1])
        with claim_process(deployment.store, doing="serve", now=clock(), address=address):
            handler = write_logs(logs or deployment.work / "logs" / "serve.log")
            try:
                _serve(deployment, listening, address, clock, tell)
            finally:
                stop_logs(handler)


def _serve(deployment: Deployment, listening: socket.socket, address: str, clock: Clock, tell: Tell) -> None:
    app, figures = make_app(deployment, clock=clock)
    config = uvicorn.Config(
        app,
        access_log=False,
        log_config=None,
        server_header=False,
        h11_max_incomplete_event_size=HEADER_BYTES_MAX,
        http="h11",
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    worker = Worker(deployment, clock, figures.run_ended)
    with _ending_quietly():
        worker.start()
        log("serving", address=address)
        try:
            tell(address, _first_run_link(deployment, address, clock))
            uvicorn.Server(config).run(sockets=[listening])
        finally:
            worker.stop()
            app.state.web.sights.close()
            log("ended")


def _first_run_link(deployment: Deployment, address: str, clock: Clock) -> str | None:
    with deployment.store.write() as session:
        if is_set_up(session):
            return None
        return f"{address}/welcome?token={first_run_token(session, now=clock())}"


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        raise Unavailable(
            f"cannot answer at {host}, port {port}: {error.strerror or error}",
            hint="another program may use the port; give another one with --port",
        ) from error
    with listening:
        yield listening


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@contextmanager
def _ending_quietly() -> Iterator[None]:
    """Signals end the server and then the process by its own steps.

    The server raises a signal again once it has ended, which by default would kill the process before the worker
    has let go of its job.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ignore(_number: int, _frame: FrameType | None) -> None:
        return

    before = {number: signal.signal(number, ignore) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
