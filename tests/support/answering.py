"""A server for a browser: the application at an address of this machine, its clock standing still."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import uvicorn
from fastapi import FastAPI

from keepwell.web.app import make_app
from keepwell.wiring import Deployment


@contextmanager
def answering(shop: Deployment, now: datetime) -> Iterator[tuple[str, FastAPI]]:
    """Its address and the application."""
    app, _figures = make_app(shop, clock=lambda: now)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.05)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", app
    finally:
        server.should_exit = True
        thread.join()
        app.state.web.sights.close()
